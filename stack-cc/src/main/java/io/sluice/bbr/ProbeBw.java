package io.sluice.bbr;

import io.sluice.cc.AckSample;
import io.sluice.cc.RateSample;

/** The ProbeBW states and when they change: draft-ietf-ccwg-bbr-06 §5.3.3. */
final class ProbeBw {
    private final Model m;
    private final CongestionSignals signals;

    /** BBR.probe_up_acked_per_inc, BBR.bw_probe_up_acked, BBR.bw_probe_up_rounds. */
    private double probeUpAckedPerInc = Model.INFINITY;

    private double bwProbeUpAcked;
    private int bwProbeUpRounds;

    /** BBR.bw_probe_wait. */
    private long bwProbeWaitNs;

    /** BBR.cycle_stamp. */
    private long cycleStampNs;

    /** BBR.prev_probe_precautionary. */
    private boolean prevProbePrecautionary;

    /** ProbeRTT has come before the end of a cycle that has probed: {@link #endCutCycle}. */
    private boolean cycleCut;

    ProbeBw(Model model, CongestionSignals signals) {
        this.m = model;
        this.signals = signals;
    }

    /** EnterProbeBW(), §5.3.3.9. */
    void enterProbeBw(long nowNs) {
        startProbeBwDown(nowNs);
    }

    /** StartProbeBW_DOWN(). */
    void startProbeBwDown(long nowNs) {
        signals.reset();
        probeUpAckedPerInc = Model.INFINITY; // inflight_longterm does not grow
        pickProbeWait();
        cycleStampNs = nowNs;
        m.ackPhase = AckPhase.PROBE_STOPPING;
        m.startRound();
        m.state = BbrState.PROBE_BW_DOWN;
    }

    /** StartProbeBW_CRUISE(). */
    void startProbeBwCruise() {
        m.state = BbrState.PROBE_BW_CRUISE;
    }

    /** StartProbeBW_REFILL(). */
    void startProbeBwRefill() {
        m.resetShortTermModel();
        bwProbeUpRounds = 0;
        bwProbeUpAcked = 0;
        prevProbePrecautionary = false;
        m.ackPhase = AckPhase.REFILLING;
        m.startRound();
        m.state = BbrState.PROBE_BW_REFILL;
    }

    /** StartProbeBW_UP(). */
    private void startProbeBwUp(RateSample rs) {
        m.ackPhase = AckPhase.PROBE_STARTING;
        m.startRound();
        m.fullBw.reset((double) rs.deliveryRate);
        m.state = BbrState.PROBE_BW_UP;
        raiseInflightLongtermSlope();
    }

    /** UpdateProbeBWCyclePhase(). */
    void updateProbeBwCyclePhase(AckSample ack) {
        if (!m.fullBw.reached || adaptLongTermModel(ack)) {
            return;
        }
        RateSample rs = ack.rate;
        endCutCycle(rs);
        switch (m.state) {
            case PROBE_BW_DOWN -> {
                if (!isTimeToProbeBw(ack.nowNs) && isTimeToCruise()) {
                    startProbeBwCruise();
                }
            }
            case PROBE_BW_CRUISE -> isTimeToProbeBw(ack.nowNs);
            case PROBE_BW_REFILL -> {
                if (m.round.start) { // one round trip
                    m.isBwProbeSample = true;
                    startProbeBwUp(rs);
                }
            }
            case PROBE_BW_UP -> {
                if (isTimeToGoDown(rs)) {
                    m.prevProbeTooHigh = false; // no high loss so far
                    startProbeBwDown(ack.nowNs);
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {}
        }
    }

    /** AdaptLongTermModel(): true if it has changed the state. */
    private boolean adaptLongTermModel(AckSample ack) {
        RateSample rs = ack.rate;
        if (m.ackPhase == AckPhase.PROBE_STARTING && m.round.start) {
            m.ackPhase = AckPhase.PROBE_FEEDBACK; // samples of probing begin
        }
        if (m.ackPhase == AckPhase.PROBE_STOPPING && m.round.start && endProbeSamples(rs)) {
            return true;
        }
        if (LossResponse.isInflightTooHigh(m, rs.lostBytes, rs.txInFlight) || m.inflightLongterm == Model.INFINITY) {
            return false;
        }
        m.inflightLongterm = Math.max(m.inflightLongterm, (double) rs.txInFlight); // the loss rate is safe
        if (m.state == BbrState.PROBE_BW_UP) {
            probeInflightLongtermUpward(ack.newlyAckedBytes);
        }
        return false;
    }

    /** The second half of the first part of AdaptLongTermModel(): the samples of probing have ended. True as there. */
    private boolean endProbeSamples(RateSample rs) {
        m.isBwProbeSample = false;
        m.ackPhase = AckPhase.INIT;
        if (m.state.isProbeBw() && !rs.isAppLimited) {
            cycleCut = false;
            m.maxBwFilter.advance();
        }
        if (m.state.isProbeBw() && prevProbePrecautionary && !m.prevProbeTooHigh) {
            startProbeBwRefill(); // Precautionary Bandwidth Probing: Acceleration
            return true;
        }
        return false;
    }

    /** ProbeRTT begins. */
    void onProbeRtt() {
        cycleCut |= m.ackPhase == AckPhase.PROBE_STARTING
                || m.ackPhase == AckPhase.PROBE_FEEDBACK
                || m.ackPhase == AckPhase.PROBE_STOPPING;
    }

    /**
     * Deviates from AdaptLongTermModel(): where ProbeRTT cuts ProbeBW_UP or ProbeBW_DOWN short, the filter of max_bw advances with
     * the first round after it whose sample is not limited by the application, and so by ProbeRTT itself, which marks what it sends
     * so. Else such a cycle never ends: where a round trip is long because the queue is, every one is cut, and max_bw, which
     * keeps the queue long, is never forgotten (Appendix A.16).
     */
    private void endCutCycle(RateSample rs) {
        boolean beforeTheNext = m.state.isProbeBw() && m.state != BbrState.PROBE_BW_UP;
        if (cycleCut && beforeTheNext && m.round.start && !rs.isAppLimited) {
            cycleCut = false;
            m.maxBwFilter.advance();
        }
    }

    /** RaiseInflightLongtermSlope(). */
    private void raiseInflightLongtermSlope() {
        double growthThisRound = 1L << bwProbeUpRounds;
        bwProbeUpRounds = Math.min(bwProbeUpRounds + 1, BbrParameters.MAX_PROBE_UP_ROUNDS);
        probeUpAckedPerInc = Math.max(m.window.cwnd() / growthThisRound, m.window.smss());
    }

    /** ProbeInflightLongtermUpward(). */
    private void probeInflightLongtermUpward(long newlyAcked) {
        if (!m.isLimitedByInflightLongterm()) {
            return; // it is not fully used, so it does not grow
        }
        bwProbeUpAcked += newlyAcked;
        if (bwProbeUpAcked >= probeUpAckedPerInc) {
            double delta = Math.floor(bwProbeUpAcked / probeUpAckedPerInc);
            bwProbeUpAcked -= delta * probeUpAckedPerInc;
            m.inflightLongterm += delta * m.window.smss();
        }
        if (m.round.start) {
            raiseInflightLongtermSlope();
        }
    }

    /** IsTimeToCruise(). */
    private boolean isTimeToCruise() {
        long inflight = m.c.pipeBytes();
        return inflight <= m.inflightWithHeadroom() && inflight <= m.inflight(m.maxBw(), 1.0);
    }

    /** IsTimeToGoDown(). */
    private boolean isTimeToGoDown(RateSample rs) {
        if (m.prevProbeTooHigh && m.c.pipeBytes() >= m.inflightLongterm) {
            prevProbePrecautionary = true; // Precautionary Bandwidth Probing: Deceleration
            return true;
        }
        if (m.isLimitedByInflightLongterm()) {
            m.fullBw.reset((double) rs.deliveryRate); // it is inflight_longterm that limits the rate
            return false;
        }
        return m.fullBw.now;
    }

    /** IsTimeToProbeBW(), §5.3.3.8.3: true if it has changed the state. */
    private boolean isTimeToProbeBw(long nowNs) {
        if (nowNs > cycleStampNs + bwProbeWaitNs || isRenoCoexistenceProbeTime()) {
            startProbeBwRefill();
            return true;
        }
        return false;
    }

    /** PickProbeWait(), §5.3.3.8.3. */
    private void pickProbeWait() {
        m.round.sinceProbeUp = m.c.random().nextInt(2);
        bwProbeWaitNs = BbrParameters.MIN_PROBE_WAIT_NS + m.c.random().nextLong(BbrParameters.PROBE_WAIT_SPREAD_NS);
    }

    /** IsRenoCoexistenceProbeTime(), §5.3.3.8.3. */
    private boolean isRenoCoexistenceProbeTime() {
        double renoRounds = m.targetInflight() / m.window.smss();
        return m.round.sinceProbeUp >= Math.min(renoRounds, BbrParameters.MAX_RENO_ROUNDS);
    }

    /** BBR.bw_probe_wait. */
    long bwProbeWaitNs() {
        return bwProbeWaitNs;
    }

    /** BBR.prev_probe_precautionary. */
    boolean isPrevProbePrecautionary() {
        return prevProbePrecautionary;
    }

    /** BBR.bw_probe_up_rounds. */
    int bwProbeUpRounds() {
        return bwProbeUpRounds;
    }
}
