package io.sluice.sim.validation;

/**
 * What a check led to.
 *
 * @param median of its seeds
 * @param least of its seeds
 * @param most of its seeds
 */
public record Outcome(Check check, double median, double least, double most) {
    /** Whether the median agrees with what was published. */
    public boolean agrees() {
        return median >= check.low() && median <= check.high();
    }

    /** By what share of the nearest bound the median lies outside; 0 inside. */
    public double outsideBy() {
        if (agrees()) {
            return 0;
        }
        double bound = median < check.low() ? check.low() : check.high();
        return bound == 0 ? Double.POSITIVE_INFINITY : Math.abs(median - bound) / Math.abs(bound);
    }
}
