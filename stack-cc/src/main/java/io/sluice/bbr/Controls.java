package io.sluice.bbr;

import io.sluice.cc.AckSample;

/** The control parameters: C.pacing_rate, C.send_quantum, C.cwnd (draft-ietf-ccwg-bbr-06 §5.6). */
final class Controls {
    private final Model m;
    private double maxInflight;
    private long priorCwnd;
    private boolean hasSeenRtt;

    Controls(Model model) {
        this.m = model;
    }

    /** UpdateControlParameters(), §5.2.3. */
    void update(AckSample ack) {
        if (!hasSeenRtt && m.c.srttNs() > 0) {
            initPacingRate(); // §5.6.2: of C.srtt after the first round trip that was measured
        }
        setPacingRateWithGain(m.state.pacingGain());
        setSendQuantum();
        setCwnd(ack.newlyAckedBytes);
    }

    /** InitPacingRate(), §5.6.2. */
    void initPacingRate() {
        long srttNs = m.c.srttNs();
        hasSeenRtt = srttNs > 0;
        double nominalBandwidth = m.initialCwnd * 1e9 / (hasSeenRtt ? srttNs : BbrParameters.NOMINAL_RTT_NS);
        pacingRate(BbrParameters.STARTUP_PACING_GAIN * nominalBandwidth);
    }

    /** SetPacingRateWithGain(), §5.6.2. */
    void setPacingRateWithGain(double gain) {
        double rate = gain * m.bw * (100 - BbrParameters.PACING_MARGIN_PERCENT) / 100;
        if ((m.knowsBandwidth() && m.fullBw.reached) || rate > m.window.pacingRate()) {
            pacingRate(rate);
        }
    }

    private void pacingRate(double bytesPerSecond) {
        m.window.pacingRate(Math.max(1, (long) bytesPerSecond));
    }

    /**
     * SetSendQuantum(), §5.6.3. Deviates from its floor of 2 SMSS, which it leaves to the implementation: below 2 SMSS in a
     * millisecond segments leave one by one, the smallest quantum there is, so that no burst is more than a millisecond's
     * data where that holds a segment at all.
     */
    void setSendQuantum() {
        double quantum = m.window.pacingRate() * BbrParameters.QUANTUM_SECONDS;
        quantum = Math.min(quantum, BbrParameters.MAX_SEND_QUANTUM);
        m.window.sendQuantum((int) Math.max(quantum, m.window.smss()));
    }

    /** SetCwnd(), §5.6.4.6. */
    private void setCwnd(long newlyAcked) {
        updateMaxInflight();
        double cwnd = m.window.cwnd();
        if (m.fullBw.reached) {
            cwnd = Math.min(cwnd + newlyAcked, maxInflight);
        } else if (cwnd < maxInflight || m.c.deliveredBytes() < m.initialCwnd) {
            cwnd += newlyAcked;
        }
        cwnd = Math.max(cwnd, m.minPipeCwnd());
        cwnd = boundCwndForProbeRtt(cwnd);
        m.window.cwnd((long) boundCwndForModel(cwnd));
    }

    /** UpdateMaxInflight(), §5.6.4.2. */
    private void updateMaxInflight() {
        maxInflight = m.quantizationBudget(m.bdpMultiple(m.bw, m.state.cwndGain()) + m.extraAcked);
    }

    /** BBR.max_inflight. */
    double maxInflight() {
        return maxInflight;
    }

    /** ProbeRTTCwnd(), §5.6.4.5. */
    double probeRttCwnd() {
        return Math.max(m.bdpMultiple(m.bw, BbrParameters.PROBE_RTT_CWND_GAIN), m.minPipeCwnd());
    }

    private double boundCwndForProbeRtt(double cwnd) {
        return m.state == BbrState.PROBE_RTT ? Math.min(cwnd, probeRttCwnd()) : cwnd;
    }

    /** BoundCwndForModel(), §5.6.4.7. */
    private double boundCwndForModel(double cwnd) {
        double cap = Model.INFINITY;
        if (m.state.isProbeBw() && m.state != BbrState.PROBE_BW_CRUISE) {
            cap = m.inflightLongterm;
        } else if (m.state == BbrState.PROBE_RTT || m.state == BbrState.PROBE_BW_CRUISE) {
            cap = m.inflightWithHeadroom();
        }
        cap = Math.min(cap, m.inflightShortterm);
        return Math.min(cwnd, Math.max(cap, m.minPipeCwnd()));
    }

    /**
     * SaveCwnd(), §5.6.4.4.
     *
     * @param inLossRecovery whether the connection was repairing losses before
     */
    void saveCwnd(boolean inLossRecovery) {
        boolean unmodulated = !inLossRecovery && m.state != BbrState.PROBE_RTT;
        priorCwnd = unmodulated ? m.window.cwnd() : Math.max(priorCwnd, m.window.cwnd());
    }

    /** RestoreCwnd(), §5.6.4.4. */
    void restoreCwnd() {
        m.window.cwnd(Math.max(m.window.cwnd(), priorCwnd));
    }
}
