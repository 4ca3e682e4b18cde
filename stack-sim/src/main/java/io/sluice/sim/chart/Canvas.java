package io.sluice.sim.chart;

/** Where a chart is drawn. Coordinates are pixels from the top left; colours are {@code #rrggbb}. */
public interface Canvas {
    /** How a text lies to its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A filled rectangle. */
    void rectangle(double x, double y, double width, double height, String colour);

    /** A straight line. */
    void line(double x1, double y1, double x2, double y2, String colour, double width);

    /** Connected points, the first {@code n} of both arrays. */
    void polyline(double[] x, double[] y, int n, String colour, double width);

    /** A line of text whose baseline is at {@code y}. */
    void text(double x, double y, String text, Anchor anchor, double size, String colour);

    /** A line of text that runs upwards. */
    void textUpwards(double x, double y, String text, double size, String colour);

    /** What is drawn until {@link #endClip} is seen only inside of this rectangle. */
    void clip(double x, double y, double width, double height);

    void endClip();
}
