package io.sluice.cli.lab;

import io.sluice.sim.chart.Canvas;
import io.sluice.sim.chart.Chart;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws into an image, at twice the resolution. */
final class PngCanvas implements Canvas {
    private static final int SCALE = 2;

    private final BufferedImage image;
    private final Graphics2D graphics;

    private PngCanvas(int width, int height) {
        image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Writes the chart to {@code file}. Works without a display. */
    static void write(Chart chart, Path file) throws IOException {
        PngCanvas canvas = new PngCanvas(Chart.WIDTH, Chart.HEIGHT);
        chart.draw(canvas);
        canvas.graphics.dispose();
        if (!ImageIO.write(canvas.image, "png", file.toFile())) {
            throw new IOException("this JDK cannot write PNG");
        }
    }

    @Override
    public void rectangle(double x, double y, double width, double height, String colour) {
        graphics.setColor(Color.decode(colour));
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, String colour, double width) {
        pen(colour, width);
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void polyline(double[] x, double[] y, int n, String colour, double width) {
        if (n == 0) {
            return;
        }
        Path2D path = new Path2D.Double();
        path.moveTo(x[0], y[0]);
        for (int i = 1; i < n; i++) {
            path.lineTo(x[i], y[i]);
        }
        pen(colour, width);
        graphics.draw(path);
    }

    private void pen(String colour, double width) {
        graphics.setColor(Color.decode(colour));
        graphics.setStroke(new BasicStroke((float) width));
    }

    @Override
    public void text(double x, double y, String text, Anchor anchor, double size, String colour) {
        font(size, colour);
        int width = graphics.getFontMetrics().stringWidth(text);
        double shift =
                switch (anchor) {
                    case START -> 0;
                    case MIDDLE -> width / 2.0;
                    case END -> width;
                };
        graphics.drawString(text, (float) (x - shift), (float) y);
    }

    @Override
    public void textUpwards(double x, double y, String text, double size, String colour) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        graphics.rotate(-Math.PI / 2);
        text(0, 0, text, Anchor.MIDDLE, size, colour);
        graphics.setTransform(before);
    }

    private void font(double size, String colour) {
        graphics.setColor(Color.decode(colour));
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, (int) Math.round(size)));
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        graphics.setClip(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void endClip() {
        graphics.setClip(null);
    }
}
