package io.sluice.sim.chart;

import java.util.ArrayList;
import java.util.List;

/** A linear scale with round numbers on it. */
final class Axis {
    private static final int MOST_TICKS = 10;

    private final double min;
    private final double max;
    private final double step;

    private Axis(double min, double max, double step) {
        this.min = min;
        this.max = max;
        this.step = step;
    }

    /** @param rounded whether the ends are ticks, too */
    static Axis of(double[] bounds, boolean rounded) {
        double min = bounds[0];
        double max = bounds[1] > min ? bounds[1] : min + 1;
        double raw = (max - min) / MOST_TICKS;
        double magnitude = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = 10 * magnitude;
        for (double nice : new double[] {5, 2, 1}) {
            step = nice * magnitude >= raw ? nice * magnitude : step;
        }
        return rounded
                ? new Axis(Math.floor(min / step) * step, Math.ceil(max / step) * step, step)
                : new Axis(min, max, step);
    }

    /** Where {@code value} is between the ends: 0 to 1. */
    double position(double value) {
        return (value - min) / (max - min);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
