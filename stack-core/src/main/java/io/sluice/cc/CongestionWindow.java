package io.sluice.cc;

/**
 * How much of a connection may be in flight: the numbers that outlive the algorithm that computes them (RFC 5681 §2).
 * Belongs to the connection; algorithms are swapped around it.
 */
public final class CongestionWindow {
    /** No threshold yet: RFC 5681 §3.1 wants the initial value arbitrarily high. */
    public static final long UNLIMITED = Long.MAX_VALUE / 4;

    /** A rate that leaves sending unpaced. */
    public static final long UNPACED = Long.MAX_VALUE;

    private int cwnd;
    private long ssthresh = UNLIMITED;
    private int smss;
    private long pacingRate = UNPACED;
    private int sendQuantum;

    public CongestionWindow(int smss, long cwnd) {
        this.smss = smss;
        cwnd(cwnd);
    }

    /** The congestion window in octets. */
    public long cwnd() {
        return cwnd;
    }

    /** Sets it: at least one segment, and never more than 2^31 - 1, which no window of TCP reaches (RFC 7323 §2.3). */
    public void cwnd(long bytes) {
        cwnd = (int) Math.min(Math.max(smss, bytes), Integer.MAX_VALUE);
    }

    /** The slow start threshold in octets. */
    public long ssthresh() {
        return ssthresh;
    }

    public void ssthresh(long bytes) {
        ssthresh = bytes;
    }

    /** The sender maximum segment size in octets: payload of a full segment. */
    public int smss() {
        return smss;
    }

    public void smss(int bytes) {
        smss = bytes;
    }

    /** Octets per second, or {@link #UNPACED}. */
    public long pacingRate() {
        return pacingRate;
    }

    public void pacingRate(long bytesPerSecond) {
        pacingRate = bytesPerSecond;
    }

    /** The most octets that a paced connection sends in one go, or 0: what the rate sends in a millisecond. */
    public int sendQuantum() {
        return sendQuantum;
    }

    public void sendQuantum(int bytes) {
        sendQuantum = bytes;
    }

    /** RFC 5681 §3.1: slow start is used when cwnd &lt; ssthresh. */
    public boolean inSlowStart() {
        return cwnd < ssthresh;
    }
}
