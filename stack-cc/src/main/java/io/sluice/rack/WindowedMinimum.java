package io.sluice.rack;

/**
 * The least of the round-trip times of the last while, as RFC 8985 §6.2, step 1, wants RACK.min_RTT: that of this period and the
 * one before, so that a path that has become longer is believed after two periods at the latest.
 */
final class WindowedMinimum {
    private static final long PERIOD_NS = 150_000_000_000L;

    private long startNs;
    private long current = Long.MAX_VALUE;
    private long before = Long.MAX_VALUE;

    /** Starts anew from one value; 0 for none. */
    void reset(long value, long nowNs) {
        startNs = nowNs;
        current = value > 0 ? value : Long.MAX_VALUE;
        before = Long.MAX_VALUE;
    }

    void add(long value, long nowNs) {
        if (nowNs - startNs > PERIOD_NS) {
            before = nowNs - startNs > 2 * PERIOD_NS ? Long.MAX_VALUE : current;
            current = Long.MAX_VALUE;
            startNs = nowNs;
        }
        current = Math.min(current, value);
    }

    /** The minimum, or 0 if nothing was added. */
    long get() {
        long least = Math.min(current, before);
        return least == Long.MAX_VALUE ? 0 : least;
    }
}
