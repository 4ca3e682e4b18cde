package io.sluice.bbr;

import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;

/**
 * What BBR knows of the path, and where it is in its state machine: the variables of draft-ietf-ccwg-bbr-06 §2.4 to §2.16 that
 * more than one part reads, under its names. Plain data; rates are octets a second, volumes octets, and infinity is
 * {@link Double#POSITIVE_INFINITY}.
 */
final class Model {
    static final double INFINITY = Double.POSITIVE_INFINITY;

    /** C of the draft, but for what is in {@link #window}. */
    final ConnectionView c;

    /** C.cwnd, C.pacing_rate, C.send_quantum, C.SMSS. */
    final CongestionWindow window;

    /** C.InitialCwnd: the window that BBR has found. */
    final long initialCwnd;

    final Rounds round = new Rounds();
    final MaxBwFilter maxBwFilter = new MaxBwFilter();
    final MinRtt minRtt = new MinRtt();
    final FullBandwidth fullBw = new FullBandwidth();

    /** BBR.state. */
    BbrState state = BbrState.STARTUP;

    /** BBR.ack_phase. */
    AckPhase ackPhase = AckPhase.INIT;

    /** BBR.bw. */
    double bw;

    /** BBR.bw_shortterm. */
    double bwShortterm = INFINITY;

    /** BBR.inflight_shortterm. */
    double inflightShortterm = INFINITY;

    /** BBR.inflight_longterm. */
    double inflightLongterm = INFINITY;

    /** BBR.extra_acked. */
    double extraAcked;

    /** BBR.is_bw_probe_sample. */
    boolean isBwProbeSample;

    /** BBR.prev_probe_too_high. */
    boolean prevProbeTooHigh;

    /** BBR.idle_restart. */
    boolean idleRestart;

    /** BBR.drain_start_round. */
    long drainStartRound;

    Model(ConnectionView connection, CongestionWindow window) {
        this.c = connection;
        this.window = window;
        this.initialCwnd = window.cwnd();
    }

    /** BBR.max_bw. */
    double maxBw() {
        return maxBwFilter.max();
    }

    /**
     * Whether there has been a sample of the delivery rate. Deviates from the draft, which assumes one: where BBR takes over while
     * losses are repaired, or a round trip is shorter than min_rtt, none may have been valid yet; and a model of no bandwidth
     * would pace at no rate, so that nothing is sent of which a sample could be taken.
     */
    boolean knowsBandwidth() {
        return maxBw() > 0;
    }

    /** BoundBWForModel(), §5.5.10.3. */
    void boundBwForModel() {
        bw = Math.min(maxBw(), bwShortterm);
    }

    /** ResetShortTermModel(), §5.5.10.3. */
    void resetShortTermModel() {
        bwShortterm = INFINITY;
        inflightShortterm = INFINITY;
    }

    /** StartRound(), §5.5.1. */
    void startRound() {
        round.start(c.deliveredBytes());
    }

    /** BBR.MinPipeCwnd, §5.6.4.3. */
    double minPipeCwnd() {
        return (double) BbrParameters.MIN_PIPE_CWND_SEGMENTS * window.smss();
    }

    /** BBR.bdp, §2.9.2; C.InitialCwnd while there is no round-trip time. */
    double bdp() {
        return bdpMultiple(bw, 1);
    }

    /** BDPMultiple(), §5.6.4.2. */
    double bdpMultiple(double rate, double gain) {
        if (!minRtt.isKnown()) {
            return initialCwnd;
        }
        return gain * rate * minRtt.minRttNs / 1e9;
    }

    /** QuantizationBudget() with UpdateOffloadBudget(), §5.6.4.2, §5.5.8.1. */
    double quantizationBudget(double inflightCap) {
        double offloadBudget = (double) BbrParameters.OFFLOAD_QUANTA * window.sendQuantum();
        double cap = Math.max(Math.max(inflightCap, offloadBudget), minPipeCwnd());
        return state == BbrState.PROBE_BW_UP ? cap + 2.0 * window.smss() : cap;
    }

    /** Inflight(), §5.6.4.2. */
    double inflight(double rate, double gain) {
        return quantizationBudget(bdpMultiple(rate, gain));
    }

    /** InflightWithHeadroom(), §5.3.3.9: leaves room in the bottleneck for others. */
    double inflightWithHeadroom() {
        if (inflightLongterm == INFINITY) {
            return INFINITY;
        }
        double headroom = Math.max(window.smss(), BbrParameters.HEADROOM * inflightLongterm);
        return Math.max(inflightLongterm - headroom, minPipeCwnd());
    }

    /** TargetInflight(), §5.3.3.8.3. */
    double targetInflight() {
        return Math.min(bdp(), (double) window.cwnd());
    }

    /** Whether the window is what holds data back, and inflight_longterm is what holds the window (§5.3.3.7, §5.3.3.9). */
    boolean isLimitedByInflightLongterm() {
        return c.isCwndLimited() && window.cwnd() >= (long) inflightLongterm;
    }
}
