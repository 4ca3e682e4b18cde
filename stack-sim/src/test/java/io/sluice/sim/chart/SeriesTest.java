package io.sluice.sim.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is read off a series. */
final class SeriesTest {
    private static Series series(Series.Style style, double... points) {
        Series s = new Series("s", style);
        for (int i = 0; i < points.length; i += 2) {
            s.add(points[i], points[i + 1]);
        }
        return s;
    }

    @Test
    void aStepCountsForAsLongAsItHolds() {
        Series s = series(Series.Style.STEP, 0, 8, 9, 2, 10, 100);
        assertEquals((8 * 9 + 2) / 10.0, s.mean(0, 10), 1e-9);
        assertEquals(5, s.mean(8, 10), 1e-9, "what began before 8 holds there");
        assertEquals(8, s.max(8, 10), 1e-9);
        assertEquals(2, s.min(8, 10), 1e-9);
        assertEquals(100, s.mean(20, 30), 1e-9, "the last one holds for ever");
        assertEquals(Double.NaN, s.mean(-2, -1));
        assertEquals(Double.NaN, s.max(-2, -1));
    }

    @Test
    void pointsOfALineCountAlike() {
        Series s = series(Series.Style.LINE, 0, 8, 9, 2, 10, 5);
        assertEquals(5, s.mean(0, 10), 1e-9);
        assertEquals(3.5, s.mean(8, 10), 1e-9);
        assertEquals(5, s.max(8, 10), 1e-9);
        assertEquals(2, s.min(8, 10), 1e-9);
        assertEquals(Double.NaN, s.min(1, 2));
    }

    @Test
    void theSlopeIsThatOfItsEnds() {
        Series s = series(Series.Style.LINE, 0, 100, 2, 104, 3, 90, 4, 110);
        assertEquals(3, s.slope(2, 4), 1e-9);
        assertEquals(Double.NaN, s.slope(3.5, 4));
    }
}
