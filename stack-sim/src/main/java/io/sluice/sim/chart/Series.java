package io.sluice.sim.chart;

import java.util.Arrays;

/** Points of a chart in the order of x, with a name and a way to draw them. Grows as points are added. */
public final class Series {
    /** How points are drawn. */
    public enum Style {
        /** Connected by straight lines. */
        LINE,
        /** Each value holds until the next point. */
        STEP,
        /** A small mark each. */
        MARKS,
        /** A vertical stroke each, from y to the second y. */
        STROKES
    }

    private final String name;
    private final Style style;
    private double[] x = new double[64];
    private double[] y = new double[64];
    private double[] y2 = new double[0];
    private int size;

    public Series(String name, Style style) {
        this.name = name;
        this.style = style;
        if (style == Style.STROKES) {
            y2 = new double[64];
        }
    }

    public String name() {
        return name;
    }

    public Style style() {
        return style;
    }

    public int size() {
        return size;
    }

    public double x(int i) {
        return x[i];
    }

    public double y(int i) {
        return y[i];
    }

    /** The other end of a stroke; else the same as {@link #y}. */
    public double y2(int i) {
        return style == Style.STROKES ? y2[i] : y[i];
    }

    /** Adds a point. */
    public void add(double newX, double newY) {
        add(newX, newY, newY);
    }

    /** Adds a stroke. */
    public void add(double newX, double from, double to) {
        if (size == x.length) {
            x = Arrays.copyOf(x, size * 2);
            y = Arrays.copyOf(y, size * 2);
            y2 = y2.length == 0 ? y2 : Arrays.copyOf(y2, size * 2);
        }
        x[size] = newX;
        y[size] = from;
        if (y2.length > 0) {
            y2[size] = to;
        }
        size++;
    }

    /** The points between two x. */
    public Series part(double from, double to) {
        Series part = new Series(name, style);
        for (int i = 0; i < size; i++) {
            if (x[i] >= from && x[i] <= to) {
                part.add(x[i], y[i], y2(i));
            }
        }
        return part;
    }

    /** This series with at most about {@code points}: of the points that share a place, the lowest and the highest. */
    public Series thinned(int points) {
        if (size <= points) {
            return this;
        }
        Series thin = new Series(name, style);
        double width = (x[size - 1] - x[0]) / (points / 2.0);
        int i = 0;
        while (i < size) {
            double end = x[i] + width;
            int low = i;
            int high = i;
            double low2 = y2(i);
            int j = i;
            for (; j < size && x[j] < end; j++) {
                low = y[j] < y[low] ? j : low;
                high = y[j] > y[high] ? j : high;
                low2 = Math.max(low2, y2(j));
            }
            if (style == Style.STROKES) {
                thin.add(x[i], y[low], low2);
            } else {
                thin.add(x[Math.min(low, high)], y[Math.min(low, high)]);
                thin.add(x[Math.max(low, high)], y[Math.max(low, high)]);
            }
            i = Math.max(j, i + 1);
        }
        return thin;
    }
}
