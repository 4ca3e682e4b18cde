package io.sluice.bbr;

import io.sluice.cc.RateSample;

/**
 * BBR.min_rtt, the estimate of the round-trip propagation delay, and BBR.probe_rtt_min_delay, which says when ProbeRTT is due:
 * draft-ietf-ccwg-bbr-06 §5.5.7.2, §5.3.4.3.
 */
final class MinRtt {
    /** No round trip was measured: infinite. */
    static final long NONE = Long.MAX_VALUE;

    /** BBR.min_rtt, or {@link #NONE}. */
    long minRttNs = NONE;

    /** BBR.probe_rtt_expired: nothing as low as before was measured for an interval. */
    boolean probeRttExpired;

    private long minRttStampNs;
    private long probeRttMinDelayNs = NONE;
    private long probeRttMinStampNs;

    /** OnInit(): {@code rttNs} is what is known so far, or {@link #NONE}. */
    void init(long rttNs, long nowNs) {
        minRttNs = rttNs;
        probeRttMinDelayNs = rttNs; // §5.2.1 leaves it open: what BBR.min_rtt was made of
        minRttStampNs = nowNs;
        probeRttMinStampNs = nowNs;
        probeRttExpired = false;
    }

    /** UpdateMinRTT(). */
    void update(long rttNs, long nowNs) {
        probeRttExpired = nowNs > probeRttMinStampNs + BbrParameters.PROBE_RTT_INTERVAL_NS;
        if (rttNs != RateSample.NO_RTT && (rttNs < probeRttMinDelayNs || probeRttExpired)) {
            probeRttMinDelayNs = rttNs;
            probeRttMinStampNs = nowNs;
        }
        boolean minRttExpired = nowNs > minRttStampNs + BbrParameters.MIN_RTT_FILTER_LEN_NS;
        if (probeRttMinDelayNs < minRttNs || minRttExpired) {
            minRttNs = probeRttMinDelayNs;
            minRttStampNs = probeRttMinStampNs;
        }
    }

    /** The next ProbeRTT is an interval away. */
    void schedule(long nowNs) {
        probeRttMinStampNs = nowNs;
    }

    /** BBR.probe_rtt_min_delay, or {@link #NONE}. */
    long probeRttMinDelayNs() {
        return probeRttMinDelayNs;
    }

    boolean isKnown() {
        return minRttNs != NONE;
    }
}
