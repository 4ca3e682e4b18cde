package io.sluice.sim;

import java.util.List;

/**
 * A rate that changes at given times, and stays at its last value.
 *
 * @param steps in the order of time; the first one holds from the beginning whatever its time says
 */
public record ChangingRate(List<Step> steps) implements LinkRate {
    /**
     * From {@code fromNs} after the pipe was made, this rate.
     *
     * @param bitsPerSecond above 0
     */
    public record Step(long fromNs, long bitsPerSecond) {}

    /** Throws {@link IllegalArgumentException} for steps that are none, out of order, or without a rate. */
    public ChangingRate {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no rate");
        }
        for (int i = 0; i < steps.size(); i++) {
            boolean unordered = i > 0 && steps.get(i).fromNs <= steps.get(i - 1).fromNs;
            if (unordered || steps.get(i).bitsPerSecond <= 0) {
                throw new IllegalArgumentException("no rates: " + steps);
            }
        }
    }

    @Override
    public Clock start(long startNs) {
        return (atNs, octets) -> startNs + departure(atNs - startNs, octets * 8.0);
    }

    private long departure(long fromNs, double allBits) {
        int i = 0;
        while (i + 1 < steps.size() && steps.get(i + 1).fromNs <= fromNs) {
            i++;
        }
        double bits = allBits;
        long at = fromNs;
        for (; i + 1 < steps.size(); i++) {
            long next = steps.get(i + 1).fromNs;
            double until = (next - at) * (steps.get(i).bitsPerSecond / 1e9);
            if (bits <= until) {
                break;
            }
            bits -= until;
            at = next;
        }
        return at + Math.round(bits * 1e9 / steps.get(i).bitsPerSecond);
    }

    /** The mean of the steps. */
    @Override
    public long meanBitsPerSecond() {
        return (long) steps.stream().mapToLong(Step::bitsPerSecond).average().orElse(0);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(step.bitsPerSecond / 1e6)
                    .append(" Mbit/s from ")
                    .append(step.fromNs / 1e9)
                    .append(" s");
        }
        return text.toString();
    }
}
