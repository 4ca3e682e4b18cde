package io.sluice.time;

/** Points on a host's clock: nanoseconds, never negative, compared with {@code <}. */
public final class Deadline {
    /** A deadline that is never reached. */
    public static final long NEVER = Long.MAX_VALUE;

    private Deadline() {}

    /** {@code nowNs + delayNs}, or {@link #NEVER} if that overflows. */
    public static long after(long nowNs, long delayNs) {
        long at = nowNs + delayNs;
        return at < nowNs ? NEVER : at;
    }
}
