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

    /**
     * The mean of y between two x: of a {@link Style#STEP}, whose values hold, over the whole way; of other lines, of their points.
     * NaN where there is nothing.
     */
    public double mean(double from, double to) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < size; i++) {
            double weight = weight(i, from, to);
            sum += weight > 0 ? y[i] * weight : 0;
            weights += weight;
        }
        return weights == 0 ? Double.NaN : sum / weights;
    }

    /** By how much y rises with x, from the first point between two x to the last; NaN where there are not two. */
    public double slope(double from, double to) {
        Series part = part(from, to);
        int last = part.size - 1;
        return last < 1 ? Double.NaN : (part.y[last] - part.y[0]) / (part.x[last] - part.x[0]);
    }

    /** The highest y between two x, with the one that holds at the first; NaN where there is nothing. */
    public double max(double from, double to) {
        double max = Double.NaN;
        for (int i = 0; i < size; i++) {
            max = weight(i, from, to) > 0 && !(y[i] <= max) ? y[i] : max;
        }
        return max;
    }

    /** The lowest y between two x, with the one that holds at the first; NaN where there is nothing. */
    public double min(double from, double to) {
        double min = Double.NaN;
        for (int i = 0; i < size; i++) {
            min = weight(i, from, to) > 0 && !(y[i] >= min) ? y[i] : min;
        }
        return min;
    }

    /** How much a point has to do with what is between two x: how long it holds there, or whether it lies there. */
    private double weight(int i, double from, double to) {
        if (style != Style.STEP) {
            return x[i] >= from && x[i] <= to ? 1 : 0;
        }
        double end = i + 1 < size ? x[i + 1] : Math.max(to, x[i]);
        return Math.max(0, Math.min(end, to) - Math.max(x[i], from));
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
