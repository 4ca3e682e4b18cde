package io.sluice.cc;

/**
 * HyStart++ (RFC 9406): ends the first slow start when the round-trip time rises, before losses do. Between slow start and
 * congestion avoidance is conservative slow start (CSS), in which the window grows slower, and from which there is a way back
 * if the rise was jitter. Later slow starts, which know where to end, are the standard one (§4.3).
 *
 * <p>Rounds are counted in octets delivered rather than in sequence numbers (§4.2), which is the same while nothing is lost.
 */
final class HyStartPlusPlus implements SlowStart {
    // RFC 9406 §4.3
    private static final long MIN_RTT_THRESH_NS = 4_000_000;
    private static final long MAX_RTT_THRESH_NS = 16_000_000;
    private static final int MIN_RTT_DIVISOR = 8;
    private static final int N_RTT_SAMPLE = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    private static final int CSS_ROUNDS = 5;

    private static final long INFINITY = Long.MAX_VALUE;

    private long windowEnd;
    private long lastRoundMinRttNs = INFINITY;
    private long currentRoundMinRttNs = INFINITY;

    /** {@link #INFINITY} outside of CSS. */
    private long cssBaselineMinRttNs = INFINITY;

    private byte rttSampleCount;
    private byte cssRounds;

    @Override
    public SlowStart at(CongestionWindow w, CongestionSettings settings) {
        return w.ssthresh() == CongestionWindow.UNLIMITED ? this : StandardSlowStart.INSTANCE;
    }

    @Override
    public void observe(CongestionWindow w, ConnectionView connection, AckSample ack) {
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
    public long grow(CongestionWindow w, AckSample ack, CongestionSettings settings) {
        if (!isConservative()) {
            return StandardSlowStart.INSTANCE.grow(w, ack, settings);
        }
        w.cwnd(w.cwnd() + StandardSlowStart.usable(w, ack, settings) / CSS_GROWTH_DIVISOR);
        return 0;
    }

    private boolean isConservative() {
        return cssBaselineMinRttNs != INFINITY;
    }
}
