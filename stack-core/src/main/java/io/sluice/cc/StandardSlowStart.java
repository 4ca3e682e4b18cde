package io.sluice.cc;

/** Slow start of RFC 5681 §3.1 with appropriate byte counting (RFC 3465 §2.2). */
public final class StandardSlowStart implements SlowStart {
    /** No limit on what one acknowledgment may open. */
    public static final int NO_LIMIT = 0;

    private final int limit;

    /**
     * @param limit L of RFC 3465 §2.2: the segments by which one acknowledgment may open the window, however much it
     *     acknowledges, or {@link #NO_LIMIT}
     */
    public StandardSlowStart(int limit) {
        this.limit = limit;
    }

    @Override
    public long grow(CongestionWindow w, AckSample ack) {
        if (ack.afterTimeout) { // RFC 3465 §2.3: L = 1, since repetitions are acknowledged
            w.cwnd(w.cwnd() + Math.min(ack.newlyAckedBytes, w.smss()));
            return 0;
        }
        return grow(w, ack.newlyAckedBytes, limit);
    }

    /** Opens the window by {@code acked} octets within the limit and up to ssthresh; returns what is left of them. */
    static long grow(CongestionWindow w, long acked, int limit) {
        long usable = limit == NO_LIMIT ? acked : Math.min(acked, (long) limit * w.smss());
        long growth = Math.min(usable, Math.max(0, w.ssthresh() - w.cwnd()));
        w.cwnd(w.cwnd() + growth);
        return usable - growth;
    }
}
