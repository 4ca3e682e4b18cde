package io.sluice.bbr;

import io.sluice.cc.RateSample;

/** The estimator of a full pipe: a delivery rate that has stopped growing (draft-ietf-ccwg-bbr-06 §5.3.1.2). */
final class FullBandwidth {
    /** BBR.full_bw_reached: the pipe was full at some time of the connection. */
    boolean reached;

    /** BBR.full_bw_now: it is full since the estimator was last reset. */
    boolean now;

    private double fullBw;
    private int count;

    /** BBR.full_bw, octets a second. */
    double fullBw() {
        return fullBw;
    }

    /** BBR.full_bw_count: rounds without growth. */
    int count() {
        return count;
    }

    /** ResetFullBW(). */
    void reset() {
        reset(0);
    }

    /** ResetFullBW(), and BBR.full_bw = {@code baseline}. */
    void reset(double baseline) {
        fullBw = baseline;
        count = 0;
        now = false;
    }

    /** CheckFullBWReached(). */
    void check(RateSample rs, boolean roundStart) {
        if (now || !roundStart || rs.isAppLimited) {
            return;
        }
        if (rs.deliveryRate >= fullBw * BbrParameters.FULL_BW_GROWTH) {
            reset((double) rs.deliveryRate); // still growing
            return;
        }
        count++;
        now = count >= BbrParameters.FULL_BW_ROUNDS;
        reached |= now;
    }
}
