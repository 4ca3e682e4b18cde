package io.sluice.bbr;

/** BBR.extra_acked: how much more than expected is acknowledged at once (draft-ietf-ccwg-bbr-06 §5.5.9). */
final class AckAggregation {
    private final Model m;
    private final WindowedMaxFilter filter = new WindowedMaxFilter();
    private long intervalStartNs;
    private double delivered;

    AckAggregation(Model model, long nowNs) {
        this.m = model;
        this.intervalStartNs = nowNs;
    }

    /** UpdateACKAggregation(). */
    void update(long newlyAckedBytes, long nowNs) {
        double expected = m.bw * (nowNs - intervalStartNs) / 1e9;
        if (delivered <= expected) { // acknowledgments come no faster than expected: a new interval
            delivered = 0;
            intervalStartNs = nowNs;
            expected = 0;
        }
        delivered += newlyAckedBytes;
        double extra = Math.min(delivered - expected, (double) m.window.cwnd());
        int length =
                m.fullBw.reached ? BbrParameters.EXTRA_ACKED_FILTER_LEN : BbrParameters.STARTUP_EXTRA_ACKED_FILTER_LEN;
        m.extraAcked = filter.update(extra, m.round.count, length);
    }

    /** HandleRestartFromIdle(), §5.4.1. */
    void restart(long nowNs) {
        intervalStartNs = nowNs;
    }
}
