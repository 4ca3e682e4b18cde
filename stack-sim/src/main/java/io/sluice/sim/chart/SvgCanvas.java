package io.sluice.sim.chart;

import java.util.Locale;

/** Draws scalable vector graphics (SVG 1.1). */
public final class SvgCanvas implements Canvas {
    private final StringBuilder out = new StringBuilder();
    private final String id;
    private int clips;

    /**
     * @param id a name that is no other picture's of the same page
     */
    public SvgCanvas(double width, double height, String id) {
        this.id = id;
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\" font-family=\"Helvetica,Arial,sans-serif\">\n");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public void rectangle(double x, double y, double width, double height, String colour) {
        out.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y));
        out.append("\" width=\"").append(number(width)).append("\" height=\"").append(number(height));
        out.append("\" fill=\"").append(colour).append("\"/>\n");
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, String colour, double width) {
        out.append("<path d=\"M").append(number(x1)).append(' ').append(number(y1));
        out.append('L').append(number(x2)).append(' ').append(number(y2));
        stroke(colour, width);
    }

    @Override
    public void polyline(double[] x, double[] y, int n, String colour, double width) {
        if (n == 0) {
            return;
        }
        out.append("<path d=\"M");
        for (int i = 0; i < n; i++) {
            out.append(i == 0 ? "" : i == 1 ? "L" : " ")
                    .append(number(x[i]))
                    .append(' ')
                    .append(number(y[i]));
        }
        stroke(colour, width);
    }

    private void stroke(String colour, double width) {
        out.append("\" fill=\"none\" stroke=\"").append(colour);
        out.append("\" stroke-width=\"").append(number(width)).append("\"/>\n");
    }

    @Override
    public void text(double x, double y, String text, Anchor anchor, double size, String colour) {
        out.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y));
        out.append("\" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT));
        rest(text, size, colour);
    }

    @Override
    public void textUpwards(double x, double y, String text, double size, String colour) {
        out.append("<text transform=\"translate(").append(number(x)).append(' ').append(number(y));
        out.append(") rotate(-90)\" text-anchor=\"middle");
        rest(text, size, colour);
    }

    private void rest(String text, double size, String colour) {
        out.append("\" font-size=\"")
                .append(number(size))
                .append("\" fill=\"")
                .append(colour)
                .append("\">");
        out.append(escape(text)).append("</text>\n");
    }

    @Override
    public void clip(double x, double y, double width, double height) {
        String clip = id + "c" + clips++;
        out.append("<clipPath id=\"").append(clip).append("\"><rect x=\"").append(number(x));
        out.append("\" y=\"").append(number(y)).append("\" width=\"").append(number(width));
        out.append("\" height=\"").append(number(height)).append("\"/></clipPath>\n<g clip-path=\"url(#");
        out.append(clip).append(")\">\n");
    }

    @Override
    public void endClip() {
        out.append("</g>\n");
    }

    /** The picture. */
    @Override
    public String toString() {
        return out + "</svg>\n";
    }
}
