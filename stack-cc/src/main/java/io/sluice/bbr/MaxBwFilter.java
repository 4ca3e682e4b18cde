package io.sluice.bbr;

/**
 * BBR.max_bw_filter: the largest delivery rate of this ProbeBW cycle and the one before (draft-ietf-ccwg-bbr-06 §5.5.3,
 * §5.5.6). Two slots are all it takes, since BBR.MaxBwFilterLen is two cycles.
 */
final class MaxBwFilter {
    private double current;
    private double previous;
    private int cycleCount;

    /** BBR.max_bw, octets a second; 0 before the first sample. */
    double max() {
        return Math.max(current, previous);
    }

    /** BBR.cycle_count. */
    int cycleCount() {
        return cycleCount;
    }

    void update(double deliveryRate) {
        current = Math.max(current, deliveryRate);
    }

    /**
     * AdvanceMaxBwFilter(). A cycle without a sample replaces nothing, as a windowed filter only forgets when something is put
     * into it.
     */
    void advance() {
        cycleCount++;
        if (current > 0) {
            previous = current;
            current = 0;
        }
    }
}
