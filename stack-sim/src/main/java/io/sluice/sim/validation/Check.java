package io.sluice.sim.validation;

import java.util.function.LongToDoubleFunction;

/**
 * One published figure and how it is measured here.
 *
 * @param group what it belongs to
 * @param what is measured
 * @param source who published it
 * @param published the figure, for people
 * @param low the least that agrees with it
 * @param high the most that agrees with it
 * @param unit of all of them
 * @param seeds how often it is measured: more than once where there is chance
 * @param note why it may be missed all the same; empty if it should not be
 * @param measure what a seed leads to
 */
public record Check(
        String group,
        String what,
        String source,
        String published,
        double low,
        double high,
        String unit,
        int seeds,
        String note,
        LongToDoubleFunction measure) {
    /** A figure that is met within a share of itself. */
    static Check within(
            String group,
            String what,
            String source,
            double published,
            double share,
            String unit,
            LongToDoubleFunction m) {
        String text = published == Math.rint(published) ? "" + (long) published : "" + published;
        return new Check(
                group,
                what,
                source,
                text + " ± " + Math.round(share * 100) + " %",
                published * (1 - share),
                published * (1 + share),
                unit,
                1,
                "",
                m);
    }

    /** A figure that must be reached. */
    static Check atLeast(String group, String what, String source, double least, String unit, LongToDoubleFunction m) {
        return new Check(group, what, source, "at least " + least, least, Double.POSITIVE_INFINITY, unit, 1, "", m);
    }

    /** A figure that must not be exceeded. */
    static Check atMost(String group, String what, String source, double most, String unit, LongToDoubleFunction m) {
        return new Check(group, what, source, "at most " + most, Double.NEGATIVE_INFINITY, most, unit, 1, "", m);
    }

    /** A figure between two. */
    static Check between(
            String group, String what, String source, double low, double high, String unit, LongToDoubleFunction m) {
        return new Check(group, what, source, low + " to " + high, low, high, unit, 1, "", m);
    }

    /** The same, measured with so many seeds, of which the median counts. */
    Check seeds(int n) {
        return new Check(group, what, source, published, low, high, unit, n, note, measure);
    }

    /** The same, with the reason why it may be missed. */
    Check because(String reason) {
        return new Check(group, what, source, published, low, high, unit, seeds, reason, measure);
    }
}
