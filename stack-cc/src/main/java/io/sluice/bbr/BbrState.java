package io.sluice.bbr;

/**
 * BBR.state, with the gains that each state has: draft-ietf-ccwg-bbr-06 §5.1.1 and the table of §5.6.1. The gains are the
 * state's alone, so BBR.pacing_gain and BBR.cwnd_gain are not kept beside it.
 */
public enum BbrState {
    STARTUP(BbrParameters.STARTUP_PACING_GAIN, BbrParameters.DEFAULT_CWND_GAIN),
    DRAIN(BbrParameters.DRAIN_PACING_GAIN, BbrParameters.DEFAULT_CWND_GAIN),
    PROBE_BW_DOWN(BbrParameters.PROBE_DOWN_PACING_GAIN, BbrParameters.DEFAULT_CWND_GAIN),
    PROBE_BW_CRUISE(BbrParameters.PROBE_CRUISE_PACING_GAIN, BbrParameters.DEFAULT_CWND_GAIN),
    PROBE_BW_REFILL(BbrParameters.PROBE_REFILL_PACING_GAIN, BbrParameters.DEFAULT_CWND_GAIN),
    PROBE_BW_UP(BbrParameters.PROBE_UP_PACING_GAIN, BbrParameters.PROBE_UP_CWND_GAIN),
    PROBE_RTT(1.0, BbrParameters.PROBE_RTT_CWND_GAIN);

    private final double pacingGain;
    private final double cwndGain;

    BbrState(double pacingGain, double cwndGain) {
        this.pacingGain = pacingGain;
        this.cwndGain = cwndGain;
    }

    /** BBR.pacing_gain. */
    public double pacingGain() {
        return pacingGain;
    }

    /** BBR.cwnd_gain. */
    public double cwndGain() {
        return cwndGain;
    }

    /** IsInAProbeBWState(), §5.3.3.9. */
    boolean isProbeBw() {
        return this == PROBE_BW_DOWN || this == PROBE_BW_CRUISE || this == PROBE_BW_REFILL || this == PROBE_BW_UP;
    }

    /** IsProbingBW(), §5.3.3.9. */
    boolean isProbingBw() {
        return this == STARTUP || this == PROBE_BW_REFILL || this == PROBE_BW_UP;
    }
}
