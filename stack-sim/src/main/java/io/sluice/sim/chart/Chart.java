package io.sluice.sim.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lines over an axis of x, with a scale, a grid and a legend. */
public final class Chart {
    /** Pixels of a chart. */
    public static final int WIDTH = 960;

    public static final int HEIGHT = 320;

    private static final int LEFT = 78;
    private static final int RIGHT = 16;
    private static final int TOP = 34;
    private static final int LEGEND_ROW = 16;
    private static final int BOTTOM = 44;
    private static final int POINTS = 3000;
    private static final String INK = "#333333";

    /** Of the legend: a box with the space around it, and a letter of mean width. */
    private static final double LEGEND_BOX = 30;

    private static final double LEGEND_LETTER = 6;
    private static final double MARK_SIZE = 3;
    private static final double LEAST_STROKE = 2;
    private static final int FEW_STROKES = 150;
    private static final double SINGLE_MARK = 9;
    private static final String MARK = "#a0002a";
    private static final String GRID = "#e4e4e4";
    private static final List<String> COLOURS = List.of(
            "#1f6fb2", "#d9541e", "#2a9d4a", "#8e44ad", "#c0392b", "#7f6000", "#0097a7", "#e0569b", "#5d6d7e",
            "#94b300", "#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#9c755f", "#76b7b2", "#c9a227", "#ff7f8e",
            "#1b3a4b", "#a83279");

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private double maxY = Double.NaN;
    private boolean fromZero = true;
    private double @Nullable [] xBounds;

    /** Where the plot begins, below title and legend. */
    private int top = TOP;

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

    /** Lets the axis of y begin where the lines do. */
    public Chart fromLowest() {
        fromZero = false;
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

    /** Shows these x, whatever the lines have: so that charts one below the other have one scale. */
    public Chart x(double from, double to) {
        xBounds = new double[] {from, to};
        return this;
    }

    /** Cuts the axis off at {@code y}. */
    public Chart maxY(double y) {
        maxY = y;
        return this;
    }

    /** Draws the chart at the top left of {@code canvas}, {@link #WIDTH} by {@link #HEIGHT}. */
    public void draw(Canvas canvas) {
        top = TOP + (legendRows() == 1 ? 0 : legendRows() * LEGEND_ROW);
        Axis x = Axis.of(xBounds == null ? bounds(true) : xBounds, false);
        double[] yBounds = bounds(false);
        yBounds[0] = fromZero ? Math.min(0, yBounds[0]) : yBounds[0];
        if (!Double.isNaN(maxY)) {
            yBounds[1] = Math.min(yBounds[1], maxY);
        }
        Axis y = Axis.of(yBounds, true);
        canvas.rectangle(0, 0, WIDTH, HEIGHT, "#ffffff");
        canvas.text(LEFT, 18, title, Canvas.Anchor.START, 14, INK);
        drawGrid(canvas, x, y);
        canvas.clip(LEFT, top, WIDTH - LEFT - RIGHT, HEIGHT - top - BOTTOM);
        for (int i = 0; i < series.size(); i++) {
            drawSeries(canvas, series.get(i).thinned(POINTS), x, y, colour(i));
        }
        canvas.endClip();
        for (Mark m : marks) {
            canvas.line(px(x, m.x), top, px(x, m.x), HEIGHT - BOTTOM, MARK, 1);
            canvas.text(px(x, m.x) + 4, top + 12, m.label, Canvas.Anchor.START, 11, MARK);
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

    private double py(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.position(value) * (HEIGHT - top - BOTTOM);
    }

    private void drawGrid(Canvas canvas, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            canvas.line(LEFT, py(y, tick), WIDTH - RIGHT, py(y, tick), GRID, 1);
            canvas.text(LEFT - 6, py(y, tick) + 4, label(tick), Canvas.Anchor.END, 11, INK);
        }
        for (double tick : x.ticks()) {
            canvas.line(px(x, tick), top, px(x, tick), HEIGHT - BOTTOM, GRID, 1);
            canvas.text(px(x, tick), HEIGHT - BOTTOM + 16, label(tick), Canvas.Anchor.MIDDLE, 11, INK);
        }
        canvas.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK, 1);
        canvas.line(LEFT, top, LEFT, HEIGHT - BOTTOM, INK, 1);
        canvas.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, xLabel, Canvas.Anchor.MIDDLE, 12, INK);
        canvas.textUpwards(14, (top + HEIGHT - BOTTOM) / 2.0, yLabel, 12, INK);
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

    private void drawSeries(Canvas canvas, Series s, Axis x, Axis y, String colour) {
        switch (s.style()) {
            case LINE -> drawLine(canvas, s, x, y, colour);
            case STEP -> drawStep(canvas, s, x, y, colour);
            case MARKS -> {
                double size = s.size() == 1 ? SINGLE_MARK : MARK_SIZE;
                for (int i = 0; i < s.size(); i++) {
                    canvas.rectangle(px(x, s.x(i)) - size / 2, py(y, s.y(i)) - size / 2, size, size, colour);
                }
                if (s.size() == 1) {
                    boolean right = px(x, s.x(0)) > (LEFT + WIDTH) * 0.75;
                    double at = px(x, s.x(0)) + (right ? -size : size);
                    Canvas.Anchor anchor = right ? Canvas.Anchor.END : Canvas.Anchor.START;
                    canvas.text(at, py(y, s.y(0)) + size / 2, s.name(), anchor, 11, INK);
                }
            }
            case STROKES -> {
                int width = s.size() < FEW_STROKES ? 2 : 1; // what is rare is to be seen
                for (int i = 0; i < s.size(); i++) {
                    double low = py(y, s.y(i));
                    double high = Math.min(py(y, s.y2(i)), low - LEAST_STROKE * width);
                    canvas.line(px(x, s.x(i)), low, px(x, s.x(i)), high, colour, width);
                }
            }
        }
    }

    private void drawLine(Canvas canvas, Series s, Axis x, Axis y, String colour) {
        double[] xs = new double[s.size()];
        double[] ys = new double[s.size()];
        for (int i = 0; i < s.size(); i++) {
            xs[i] = px(x, s.x(i));
            ys[i] = py(y, s.y(i));
        }
        canvas.polyline(xs, ys, s.size(), colour, 1.4);
    }

    private void drawStep(Canvas canvas, Series s, Axis x, Axis y, String colour) {
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

    private static double legendWidth(String name) {
        return LEGEND_BOX + name.length() * LEGEND_LETTER;
    }

    /** One if the legend fits beside the title; else so many below it. */
    private int legendRows() {
        double all = series.stream().mapToDouble(s -> legendWidth(s.name())).sum();
        if (all <= WIDTH - RIGHT - LEFT - title.length() * 8.0) {
            return 1;
        }
        int rows = 1;
        double at = LEFT;
        for (Series s : series) {
            if (at + legendWidth(s.name()) > WIDTH - RIGHT && at > LEFT) {
                rows++;
                at = LEFT;
            }
            at += legendWidth(s.name());
        }
        return Math.max(2, rows);
    }

    private void drawLegend(Canvas canvas) {
        boolean beside = top == TOP;
        double all = series.stream().mapToDouble(s -> legendWidth(s.name())).sum();
        double at = beside ? WIDTH - RIGHT - all : LEFT;
        int y = beside ? 18 : 18 + LEGEND_ROW + 4;
        for (int i = 0; i < series.size(); i++) {
            String name = series.get(i).name();
            if (!beside && at + legendWidth(name) > WIDTH - RIGHT && at > LEFT) {
                at = LEFT;
                y += LEGEND_ROW;
            }
            canvas.rectangle(at, y - 9, 12, 8, colour(i));
            canvas.text(at + 16, y, name, Canvas.Anchor.START, 11, INK);
            at += legendWidth(name);
        }
    }
}
