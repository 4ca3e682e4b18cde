package io.sluice.bbr;

import io.sluice.cc.RateSample;

/**
 * The latest round's delivery, and the short-term model that follows it when there is loss: draft-ietf-ccwg-bbr-06
 * §5.5.10.3.
 */
final class CongestionSignals {
    private final Model m;

    /** BBR.is_loss_in_round. */
    boolean isLossInRound;

    /** BBR.loss_round_start: this acknowledgment ends a round trip that {@link #noteLoss} has begun, or one after it. */
    boolean lossRoundStart;

    /** BBR.bw_latest, BBR.inflight_latest. */
    double bwLatest;

    double inflightLatest;

    private long lossRoundDelivered;
    private long probeRttDelivered;

    CongestionSignals(Model model) {
        this.m = model;
    }

    /** ResetCongestionSignals(). */
    void reset() {
        isLossInRound = false;
        bwLatest = 0;
        inflightLatest = 0;
    }

    /** NoteLoss(), §5.5.10.2, but for SaveStateUponLoss(). */
    void noteLoss() {
        if (!isLossInRound) {
            lossRoundDelivered = Math.max(m.c.deliveredBytes(), probeRttDelivered);
        }
        isLossInRound = true;
    }

    /**
     * ProbeRTT is over. Deviates from §5.5.10.3: a round of losses begins no earlier than with what is sent once everything that
     * ProbeRTT sent is delivered. Until then it is ProbeRTT that makes the rate low, and a single loss would take that for the
     * path's, although §5.3.4.4 resets the short-term model to forget just that.
     */
    void onProbeRttExit() {
        probeRttDelivered = m.c.deliveredBytes() + m.c.pipeBytes();
    }

    /** UpdateLatestDeliverySignals(). */
    void updateLatestDeliverySignals(RateSample rs) {
        lossRoundStart = false;
        bwLatest = Math.max(bwLatest, (double) rs.deliveryRate);
        inflightLatest = Math.max(inflightLatest, (double) rs.deliveredBytes);
        if (rs.hasData && rs.priorDelivered >= lossRoundDelivered) {
            lossRoundDelivered = m.c.deliveredBytes();
            lossRoundStart = true;
        }
    }

    /** AdvanceLatestDeliverySignals(). */
    void advanceLatestDeliverySignals(RateSample rs) {
        if (lossRoundStart) {
            bwLatest = rs.deliveryRate;
            inflightLatest = rs.deliveredBytes;
        }
    }

    /** UpdateCongestionSignals(), with UpdateMaxBw() of §5.5.5 and UpdateRound() of §5.5.1. */
    void updateCongestionSignals(RateSample rs) {
        updateMaxBw(rs);
        if (!lossRoundStart) {
            return; // until the end of the round trip
        }
        adaptLowerBoundsFromCongestion();
        isLossInRound = false;
    }

    private void updateMaxBw(RateSample rs) {
        if (rs.hasData) {
            m.round.update(rs.priorDelivered, m.c.deliveredBytes());
        } else {
            m.round.start = false;
        }
        if (rs.deliveryRate > 0 && (rs.deliveryRate >= m.maxBw() || !rs.isAppLimited)) {
            m.maxBwFilter.update((double) rs.deliveryRate);
        }
    }

    /** AdaptLowerBoundsFromCongestion(): once a round trip. */
    private void adaptLowerBoundsFromCongestion() {
        if (!m.state.isProbingBw() && isLossInRound && m.knowsBandwidth()) {
            initLowerBounds();
            lossLowerBounds();
        }
    }

    private void initLowerBounds() {
        if (m.bwShortterm == Model.INFINITY) {
            m.bwShortterm = m.maxBw();
        }
        if (m.inflightShortterm == Model.INFINITY) {
            m.inflightShortterm = m.window.cwnd();
        }
    }

    private void lossLowerBounds() {
        m.bwShortterm = Math.max(bwLatest, BbrParameters.BETA * m.bwShortterm);
        m.inflightShortterm = Math.max(inflightLatest, BbrParameters.BETA * m.inflightShortterm);
    }
}
