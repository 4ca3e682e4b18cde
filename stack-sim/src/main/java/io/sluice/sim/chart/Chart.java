package io.sluice.sim.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over an axis of x, with a scale, a grid and a legend. */
public final class Chart {
    /** Pixels of a chart. */
    public static final int WIDTH = 960;

    public static final int HEIGHT = 320;

    private static final int LEFT = 78;
    private static final int RIGHT = 16;
    private static final int TOP = 34;
    private static final int BOTTOM = 44;
    private static final int POINTS = 3000;
    private static final String INK = "#333333";

    /** Of the legend: a box with the space around it, and a letter of mean width. */
    private static final double LEGEND_BOX = 30;

    private static final double LEGEND_LETTER = 6;
    private static final String MARK = "#a0002a";
    private static final String GRID = "#e4e4e4";
    private static final List<String> COLOURS = List.of(
            "#1f6fb2", "#d9541e", "#2a9d4a", "#8e44ad", "#c0392b", "#7f6000", "#0097a7", "#e0569b", "#5d6d7e",
            "#94b300");

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private double maxY = Double.NaN;
    private boolean fromZero = true;

    /** Something that happened at {@code x}. */
    private record Mark(double x, String label) {}

    public Chart(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    public String title() {
        return title;
    }

    public List<Series> series() {
        return List.copyOf(series);
    }

    /** Adds a line; it gets the next colour. */
    public Chart add(Series line) {
        series.add(line);
        return this;
    }

    /** Draws a line upwards at {@code x}, with a name beside it: something happened there. */
    public Chart mark(double x, String label) {
        marks.add(new Mark(x, label));
        return this;
    }

    /** What lies between two x, as a chart of its own. */
    public Chart part(String newTitle, double from, double to) {
        Chart part = new Chart(newTitle, xLabel, yLabel);
        part.fromZero = false;
        series.forEach(s -> part.add(s.part(from, to)));
        marks.stream().filter(m -> m.x >= from && m.x <= to).forEach(part.marks::add);
        return part;
    }

    /** Cuts the axis off at {@code y}. */
    public Chart maxY(double y) {
        maxY = y;
        return this;
    }

    /** Draws the chart at the top left of {@code canvas}, {@link #WIDTH} by {@link #HEIGHT}. */
    public void draw(Canvas canvas) {
        Axis x = Axis.of(bounds(true), false);
        double[] yBounds = bounds(false);
        yBounds[0] = fromZero ? Math.min(0, yBounds[0]) : yBounds[0];
        if (!Double.isNaN(maxY)) {
            yBounds[1] = Math.min(yBounds[1], maxY);
        }
        Axis y = Axis.of(yBounds, true);
        canvas.rectangle(0, 0, WIDTH, HEIGHT, "#ffffff");
        canvas.text(LEFT, 18, title, Canvas.Anchor.START, 14, INK);
        drawGrid(canvas, x, y);
        canvas.clip(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        for (int i = 0; i < series.size(); i++) {
            drawSeries(canvas, series.get(i).thinned(POINTS), x, y, colour(i));
        }
        canvas.endClip();
        for (Mark m : marks) {
            canvas.line(px(x, m.x), TOP, px(x, m.x), HEIGHT - BOTTOM, MARK, 1);
            canvas.text(px(x, m.x) + 4, TOP + 12, m.label, Canvas.Anchor.START, 11, MARK);
        }
        drawLegend(canvas);
    }

    private static String colour(int i) {
        return COLOURS.get(i % COLOURS.size());
    }

    /** The chart as SVG. */
    public String toSvg(String id) {
        SvgCanvas canvas = new SvgCanvas(WIDTH, HEIGHT, id);
        draw(canvas);
        return canvas.toString();
    }

    private double[] bounds(boolean ofX) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Series s : series) {
            for (int i = 0; i < s.size(); i++) {
                double a = ofX ? s.x(i) : s.y(i);
                double b = ofX ? s.x(i) : s.y2(i);
                min = Math.min(min, Math.min(a, b));
                max = Math.max(max, Math.max(a, b));
            }
        }
        return min > max ? new double[] {0, 1} : new double[] {min, max};
    }

    private static double px(Axis axis, double value) {
        return LEFT + axis.position(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double py(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.position(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void drawGrid(Canvas canvas, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            canvas.line(LEFT, py(y, tick), WIDTH - RIGHT, py(y, tick), GRID, 1);
            canvas.text(LEFT - 6, py(y, tick) + 4, label(tick), Canvas.Anchor.END, 11, INK);
        }
        for (double tick : x.ticks()) {
            canvas.line(px(x, tick), TOP, px(x, tick), HEIGHT - BOTTOM, GRID, 1);
            canvas.text(px(x, tick), HEIGHT - BOTTOM + 16, label(tick), Canvas.Anchor.MIDDLE, 11, INK);
        }
        canvas.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK, 1);
        canvas.line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, INK, 1);
        canvas.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, xLabel, Canvas.Anchor.MIDDLE, 12, INK);
        canvas.textUpwards(14, (TOP + HEIGHT - BOTTOM) / 2.0, yLabel, 12, INK);
    }

    private static String label(double value) {
        if (Math.abs(value) >= 1e6) {
            return trimmed(value / 1e6) + " M";
        }
        if (Math.abs(value) >= 1e4) {
            return trimmed(value / 1e3) + " k";
        }
        return trimmed(value);
    }

    private static String trimmed(double value) {
        String text = String.format(Locale.ROOT, "%.6f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    private static void drawSeries(Canvas canvas, Series s, Axis x, Axis y, String colour) {
        switch (s.style()) {
            case LINE -> drawLine(canvas, s, x, y, colour);
            case STEP -> drawStep(canvas, s, x, y, colour);
            case MARKS -> {
                for (int i = 0; i < s.size(); i++) {
                    canvas.rectangle(px(x, s.x(i)) - 1.5, py(y, s.y(i)) - 1.5, 3, 3, colour);
                }
            }
            case STROKES -> {
                for (int i = 0; i < s.size(); i++) {
                    canvas.line(px(x, s.x(i)), py(y, s.y(i)), px(x, s.x(i)), py(y, s.y2(i)), colour, 1);
                }
            }
        }
    }

    private static void drawLine(Canvas canvas, Series s, Axis x, Axis y, String colour) {
        double[] xs = new double[s.size()];
        double[] ys = new double[s.size()];
        for (int i = 0; i < s.size(); i++) {
            xs[i] = px(x, s.x(i));
            ys[i] = py(y, s.y(i));
        }
        canvas.polyline(xs, ys, s.size(), colour, 1.4);
    }

    private static void drawStep(Canvas canvas, Series s, Axis x, Axis y, String colour) {
        double[] xs = new double[s.size() * 2];
        double[] ys = new double[s.size() * 2];
        int n = 0;
        for (int i = 0; i < s.size(); i++) {
            double at = py(y, s.y(i));
            if (i > 0) {
                xs[n] = px(x, s.x(i));
                ys[n] = ys[n - 1];
                n++;
            }
            xs[n] = px(x, s.x(i));
            ys[n] = at;
            n++;
        }
        canvas.polyline(xs, ys, n, colour, 1.2);
    }

    private void drawLegend(Canvas canvas) {
        double at = WIDTH - RIGHT;
        for (Series s : series) {
            at -= LEGEND_BOX + s.name().length() * LEGEND_LETTER;
        }
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i).name();
            canvas.rectangle(at, 9, 12, 8, colour(i));
            canvas.text(at + 16, 18, name, Canvas.Anchor.START, 11, INK);
            at += LEGEND_BOX + name.length() * LEGEND_LETTER;
        }
    }
}
