package io.sluice.benchmarks.tls;

import java.util.Locale;

/**
 * What a ratio should be.
 *
 * @param what it is the ratio of
 * @param ratio as measured
 * @param bound what it should be
 * @param atMost whether the bound is the largest that is good, or the smallest
 */
record Aim(String what, double ratio, double bound, boolean atMost) {
    boolean isMet() {
        return atMost ? ratio <= bound : ratio >= bound;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.2f, aim %s %.2f: %s",
                what,
                ratio,
                atMost ? "at most" : "at least",
                bound,
                isMet() ? "met" : "MISSED");
    }
}
