package io.sluice.cc;

/**
 * HyStart++ (RFC 9406): ends the first slow start when the round-trip time rises, before losses do. Between slow start and
 * congestion avoidance is conservative slow start (CSS), in which the window grows slower, and from which there is a way back
 * if the rise was jitter. Later slow starts, which know where to end, are the standard one (§4.3).
 *
 * <p>Rounds are counted in octets delivered rather than in sequence numbers (§4.2), which is the same while nothing is lost.
 */
public final class HyStartPlusPlus implements SlowStart {
    // RFC 9406 §4.3
    static final long MIN_RTT_THRESH_NS = 4_000_000;
    static final long MAX_RTT_THRESH_NS = 16_000_000;
    static final int MIN_RTT_DIVISOR = 8;
    static final int N_RTT_SAMPLE = 8;
    static final int CSS_GROWTH_DIVISOR = 4;
    static final int CSS_ROUNDS = 5;

    /** RFC 9406 §4.3: what L should be where nothing paces. */
    public static final int RECOMMENDED_LIMIT = 8;

    private static final long INFINITY = Long.MAX_VALUE;

    private final int limit;
    private long windowEnd;
    private long lastRoundMinRttNs = INFINITY;
    private long currentRoundMinRttNs = INFINITY;

    /** {@link #INFINITY} outside of CSS. */
    private long cssBaselineMinRttNs = INFINITY;

    private byte rttSampleCount;
    private byte cssRounds;

    /**
     * @param limit L of §4.2 where the sender does not pace: the segments by which one acknowledgment may open the window, or
     *     {@link StandardSlowStart#NO_LIMIT}; there is none where it does
     */
    public HyStartPlusPlus(int limit) {
        this.limit = limit;
    }

    @Override
    public void observe(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (!isFirst(w)) {
            return;
        }
        if (ack.rttNs != AckSample.NO_RTT) {
            currentRoundMinRttNs = Math.min(currentRoundMinRttNs, ack.rttNs);
            rttSampleCount = (byte) Math.min(rttSampleCount + 1, N_RTT_SAMPLE);
        }
        if (rttSampleCount >= N_RTT_SAMPLE) {
            judge();
        }
        if (ack.deliveredBytes >= windowEnd) {
            endRound(w, ack.deliveredBytes + connection.pipeBytes());
        }
    }

    /** Whether the delay has increased since the last round, or in CSS is less than when that began. */
    private void judge() {
        if (isConservative()) {
            if (currentRoundMinRttNs < cssBaselineMinRttNs) { // jitter: back to slow start
                cssBaselineMinRttNs = INFINITY;
            }
            return;
        }
        if (lastRoundMinRttNs == INFINITY) {
            return;
        }
        long threshold = Math.max(MIN_RTT_THRESH_NS, Math.min(lastRoundMinRttNs / MIN_RTT_DIVISOR, MAX_RTT_THRESH_NS));
        if (currentRoundMinRttNs >= lastRoundMinRttNs + threshold) {
            cssBaselineMinRttNs = currentRoundMinRttNs;
            cssRounds = 0;
        }
    }

    private void endRound(CongestionWindow w, long newWindowEnd) {
        windowEnd = newWindowEnd;
        lastRoundMinRttNs = currentRoundMinRttNs;
        currentRoundMinRttNs = INFINITY;
        rttSampleCount = 0;
        if (isConservative() && ++cssRounds >= CSS_ROUNDS) { // the round in which CSS began counts
            w.ssthresh(w.cwnd());
        }
    }

    @Override
    public long grow(CongestionWindow w, AckSample ack) {
        boolean paced = w.pacingRate() != CongestionWindow.UNPACED;
        int most = paced ? StandardSlowStart.NO_LIMIT : limit;
        if (ack.afterTimeout) {
            most = 1; // RFC 3465 §2.3
        }
        if (!isFirst(w) || !isConservative()) {
            return StandardSlowStart.grow(w, ack.newlyAckedBytes, most);
        }
        long usable = most == StandardSlowStart.NO_LIMIT
                ? ack.newlyAckedBytes
                : Math.min(ack.newlyAckedBytes, (long) most * w.smss());
        w.cwnd(w.cwnd() + usable / CSS_GROWTH_DIVISOR);
        return 0;
    }

    private static boolean isFirst(CongestionWindow w) {
        return w.ssthresh() == CongestionWindow.UNLIMITED;
    }

    /** Whether this is CSS. */
    boolean isConservative() {
        return cssBaselineMinRttNs != INFINITY;
    }
}
