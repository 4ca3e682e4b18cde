package io.sluice.sim.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn where. */
final class ChartTest {
    /** Notes what is drawn. */
    private static final class Notes implements Canvas {
        record Text(double x, double y, String text, Anchor anchor) {}

        record Line(double x1, double y1, double x2, double y2, String colour) {}

        final List<Text> texts = new ArrayList<>();
        final List<Line> lines = new ArrayList<>();
        final List<double[]> polylines = new ArrayList<>();
        double plotTop;

        @Override
        public void rectangle(double x, double y, double width, double height, String colour) {}

        @Override
        public void line(double x1, double y1, double x2, double y2, String colour, double width) {
            lines.add(new Line(x1, y1, x2, y2, colour));
        }

        @Override
        public void polyline(double[] x, double[] y, int n, String colour, double width) {
            for (int i = 0; i < n; i++) {
                polylines.add(new double[] {x[i], y[i]});
            }
        }

        @Override
        public void text(double x, double y, String text, Anchor anchor, double size, String colour) {
            texts.add(new Text(x, y, text, anchor));
        }

        @Override
        public void textUpwards(double x, double y, String text, double size, String colour) {}

        @Override
        public void clip(double x, double y, double width, double height) {
            plotTop = y;
        }

        @Override
        public void endClip() {}

        Text text(String text) {
            return texts.stream().filter(t -> t.text.equals(text)).findFirst().orElseThrow();
        }
    }

    private static Series line(String name, double... points) {
        Series s = new Series(name, Series.Style.LINE);
        for (int i = 0; i < points.length; i += 2) {
            s.add(points[i], points[i + 1]);
        }
        return s;
    }

    private static Notes draw(Chart chart) {
        Notes notes = new Notes();
        chart.draw(notes);
        return notes;
    }

    @Test
    void aLineGoesFromItsFirstPointToItsLast() {
        Notes n = draw(new Chart("t", "x", "y").add(line("a", 0, 0, 10, 100)).x(0, 20));
        double[] from = n.polylines.get(0);
        double[] to = n.polylines.get(1);
        assertTrue(from[0] < to[0] && to[0] < (Chart.WIDTH + from[0]) / 2, "ten of twenty is the middle of the plot");
        assertTrue(from[1] > to[1], "100 is above 0");
        assertEquals(n.plotTop, to[1], 1e-9, "and the top of the axis");
    }

    @Test
    void marksAreWhereSomethingHappened() {
        Notes n = draw(new Chart("t", "x", "y").add(line("a", 0, 0, 10, 1)).mark(5, "a swap"));
        double middle = (n.polylines.get(0)[0] + n.polylines.get(1)[0]) / 2;
        assertEquals(middle + 4, n.text("a swap").x, 1e-9);
        assertTrue(n.lines.stream().anyMatch(l -> l.x1 == l.x2 && Math.abs(l.x1 - middle) < 1e-9 && l.y1 != l.y2));
    }

    @Test
    void aPartHasWhatLiesBetween() {
        Chart all = new Chart("t", "x", "y")
                .add(line("a", 0, 7, 1, 8, 2, 9, 3, 10))
                .mark(0.5, "out")
                .mark(1.5, "in");
        Chart part = all.part("part", 1, 2);
        assertEquals(2, part.series().get(0).size());
        assertEquals(8, part.series().get(0).y(0));
        Notes n = draw(part);
        assertTrue(n.texts.stream().noneMatch(t -> t.text.equals("out")));
        n.text("in");
        assertTrue(n.texts.stream().noneMatch(t -> t.text.equals("0")), "it begins where its lines do");
    }

    /** However many lines, every name stays on the picture, and off the plot. */
    @Test
    void theLegendTakesSeveralRows() {
        Chart chart = new Chart("a title", "x", "y");
        for (int i = 0; i < 15; i++) {
            chart.add(line("a rather long name " + i, 0, i, 1, i));
        }
        Notes n = draw(chart);
        for (int i = 0; i < 15; i++) {
            Notes.Text t = n.text("a rather long name " + i);
            assertTrue(t.x + t.text.length() * 6 <= Chart.WIDTH, t::toString);
            assertTrue(t.y > n.text("a title").y && t.y < n.plotTop, t::toString);
        }
        Notes few = draw(new Chart("a title", "x", "y").add(line("short", 0, 1, 1, 1)));
        assertEquals(few.text("a title").y, few.text("short").y);
    }

    @Test
    void thinningKeepsExtremes() {
        Series s = new Series("s", Series.Style.LINE);
        for (int i = 0; i < 100_000; i++) {
            s.add(i, i == 54_321 ? 1000 : i == 12_345 ? -1000 : Math.sin(i));
        }
        Series thin = s.thinned(500);
        assertTrue(thin.size() <= 510, () -> "" + thin.size());
        double highest = 0;
        double lowest = 0;
        for (int i = 0; i < thin.size(); i++) {
            highest = Math.max(highest, thin.y(i));
            lowest = Math.min(lowest, thin.y(i));
        }
        assertEquals(1000, highest);
        assertEquals(-1000, lowest);
    }
}
