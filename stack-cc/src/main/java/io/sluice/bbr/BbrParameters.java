package io.sluice.bbr;

/** The constants of draft-ietf-ccwg-bbr-06, with its values, in octets, nanoseconds and fractions. */
final class BbrParameters {
    /** §2.5, BBR.StartupPacingGain: 4 ln 2, the least that lets the rate double in each round. */
    static final double STARTUP_PACING_GAIN = 2.77;

    /** §2.5, BBR.DrainPacingGain. */
    static final double DRAIN_PACING_GAIN = 0.5;

    /** §5.3.3.1 to §5.3.3.5: pacing gains of ProbeBW. */
    static final double PROBE_DOWN_PACING_GAIN = 0.90;

    static final double PROBE_CRUISE_PACING_GAIN = 1.0;
    static final double PROBE_REFILL_PACING_GAIN = 1.0;
    static final double PROBE_UP_PACING_GAIN = 1.25;

    /** §2.5, BBR.PacingMarginPercent. */
    static final int PACING_MARGIN_PERCENT = 1;

    /** §2.6, BBR.DefaultCwndGain. */
    static final double DEFAULT_CWND_GAIN = 2.0;

    /** §5.3.3.5. */
    static final double PROBE_UP_CWND_GAIN = 2.25;

    /** §2.16.2, BBR.ProbeRTTCwndGain. */
    static final double PROBE_RTT_CWND_GAIN = 0.5;

    /** §2.8, BBR.LossThresh: the share of a round's data that may be lost. */
    static final double LOSS_THRESH = 0.02;

    /** §2.8, BBR.Beta. */
    static final double BETA = 0.7;

    /** §2.8, BBR.Headroom. */
    static final double HEADROOM = 0.15;

    /** §2.8, BBR.MinPipeCwnd, in SMSS. */
    static final int MIN_PIPE_CWND_SEGMENTS = 4;

    /** §5.3.1.2: what counts as growth of the delivery rate, and how many rounds without it fill the pipe. */
    static final double FULL_BW_GROWTH = 1.25;

    static final int FULL_BW_ROUNDS = 3;

    /** §5.3.1.3, BBRStartupFullLossCnt: lost ranges in a round. */
    static final int STARTUP_FULL_LOSS_COUNT = 6;

    /** §5.3.2. */
    static final int MAX_DRAIN_ROUNDS = 3;

    /** §2.12, BBR.ExtraAckedFilterLen, in rounds; in Startup one round is remembered (§5.5.9). */
    static final int EXTRA_ACKED_FILTER_LEN = 10;

    static final int STARTUP_EXTRA_ACKED_FILTER_LEN = 1;

    /** §2.16.1, BBR.MinRTTFilterLen. */
    static final long MIN_RTT_FILTER_LEN_NS = 10_000_000_000L;

    /** §2.16.2, BBR.ProbeRTTInterval: the same for every flow (MUST), so that they drain the queue together. */
    static final long PROBE_RTT_INTERVAL_NS = 5_000_000_000L;

    /** §2.16.2, BBR.ProbeRTTDuration. */
    static final long PROBE_RTT_DURATION_NS = 200_000_000L;

    /** §5.3.3.8.2: T_bbr is uniform between this and a second more. */
    static final long MIN_PROBE_WAIT_NS = 2_000_000_000L;

    static final long PROBE_WAIT_SPREAD_NS = 1_000_000_000L;

    /** §5.3.3.8.2: T_reno_bound, in round trips. */
    static final int MAX_RENO_ROUNDS = 63;

    /** §5.3.3.9: inflight_longterm grows by at most 2^30 SMSS in a round. */
    static final int MAX_PROBE_UP_ROUNDS = 30;

    /** §5.6.2: for the first pacing rate, until a round trip was measured. */
    static final long NOMINAL_RTT_NS = 1_000_000L;

    /** §5.6.3: a quantum is what the pacing rate sends in this time, and no more than so many octets. */
    static final double QUANTUM_SECONDS = 0.001;

    static final int MAX_SEND_QUANTUM = 64 * 1024;

    /** §5.5.8.1: quanta that are in the sender, the receiver and the offload engines between them. */
    static final int OFFLOAD_QUANTA = 3;

    private BbrParameters() {}
}
