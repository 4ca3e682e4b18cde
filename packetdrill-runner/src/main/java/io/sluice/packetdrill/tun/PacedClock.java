package io.sluice.packetdrill.tun;

import java.util.function.LongSupplier;

/**
 * The time of a script that runs in real time, which is the stack's as well. It follows a clock while the script waits, and is
 * stopped while the script works, as {@link #stop} and {@link #resume} tell: reading a call and comparing a packet take
 * no time that the script knows of. It also stands at each moment at which something is due until that is done; so what is
 * due earlier is done earlier, and a machine that is late makes nothing late that follows. But it never stands for longer than
 * a given time: after that it goes on, and what is done then is late.
 */
final class PacedClock {
    private final LongSupplier clock;
    private final long mostBehindNs;

    /** What the clock shows when this is zero. */
    private long zeroNs;

    /** What it showed when this was stopped. */
    private long stoppedNs;

    private long nowNs;
    private long latestNs;

    /**
     * One that is stopped at zero.
     *
     * @param clock nanoseconds since any moment
     * @param mostBehindNs how far this may fall behind it
     */
    PacedClock(LongSupplier clock, long mostBehindNs) {
        this.clock = clock;
        this.mostBehindNs = mostBehindNs;
        zeroNs = clock.getAsLong();
        stoppedNs = zeroNs;
    }

    /** Nanoseconds since the start. */
    long nowNs() {
        return nowNs;
    }

    /** Time no longer passes. */
    void stop() {
        stoppedNs = clock.getAsLong();
    }

    /** Time passes again. */
    void resume() {
        zeroNs += clock.getAsLong() - stoppedNs;
    }

    /** How long until it can be {@code atNs}; not positive if it can be now. */
    long leftNs(long atNs) {
        return atNs - trueNs();
    }

    /** Whether it would not stand any longer. */
    boolean isLate() {
        return trueNs() - nowNs > mostBehindNs;
    }

    /** Goes on, up to {@code untilNs}, and past that only if it would fall too far behind. */
    void follow(long untilNs) {
        long trueNs = trueNs();
        latestNs = Math.max(latestNs, trueNs - Math.max(nowNs, untilNs));
        nowNs = Math.max(nowNs, Math.max(Math.min(trueNs, untilNs), trueNs - mostBehindNs));
    }

    /** How much later at most than it was due something was done. */
    long latestNs() {
        return latestNs;
    }

    /** What it would be if it never stood: at least {@link #nowNs}. */
    private long trueNs() {
        return clock.getAsLong() - zeroNs;
    }
}
