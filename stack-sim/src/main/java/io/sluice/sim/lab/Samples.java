package io.sluice.sim.lab;

import java.util.Arrays;

/** Numbers, and what they amount to. */
public final class Samples {
    private double[] values = new double[64];
    private int size;
    private double sum;

    /** Adds one. */
    public void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
        sum += value;
    }

    /** The arithmetic mean; 0 of nothing. */
    public double mean() {
        return size == 0 ? 0 : sum / size;
    }

    /** The value below which this share of all lies, 0 to 1; 0 of nothing. */
    public double quantile(double share) {
        if (size == 0) {
            return 0;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1, Math.floor(share * size))];
    }

    /** Half of the values are below it. */
    public double median() {
        return quantile(0.5);
    }
}
