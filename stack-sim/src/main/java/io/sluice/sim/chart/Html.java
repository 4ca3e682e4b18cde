package io.sluice.sim.chart;

import java.util.List;

/** A page that needs nothing but itself. Turning the wheel over a picture magnifies it; a double click shows all again. */
public final class Html {
    private static final String STYLE =
            "body{font:15px/1.45 Helvetica,Arial,sans-serif;margin:2em auto;max-width:1000px;"
                    + "color:#222;padding:0 1em}h1{font-size:1.6em}h2{font-size:1.2em;margin-top:2em}"
                    + "table{border-collapse:collapse;margin:.8em 0;font-size:13px}th,td{padding:3px 9px;text-align:right;"
                    + "border-bottom:1px solid #ddd}th{background:#f3f3f3}td:first-child,th:first-child{text-align:left}"
                    + "code{background:#f3f3f3;padding:.4em .7em;display:block;overflow-x:auto}"
                    + "svg{display:block;max-width:100%;height:auto;margin:.6em 0;border:1px solid #eee}";
    private static final String SCRIPT =
            "document.querySelectorAll('svg').forEach(s=>{const all=s.getAttribute('viewBox');"
                    + "s.addEventListener('wheel',e=>{e.preventDefault();let [x,y,w,h]=s.getAttribute('viewBox').split(' ').map(Number);"
                    + "const r=s.getBoundingClientRect(),fx=(e.clientX-r.left)/r.width,fy=(e.clientY-r.top)/r.height,"
                    + "k=e.deltaY<0?0.8:1.25;s.setAttribute('viewBox',[x+fx*w*(1-k),y+fy*h*(1-k),w*k,h*k].join(' '))},"
                    + "{passive:false});s.addEventListener('dblclick',()=>s.setAttribute('viewBox',all))});";

    private final StringBuilder body = new StringBuilder();
    private final String title;

    public Html(String title) {
        this.title = title;
    }

    public void heading(String text) {
        body.append("<h2>").append(SvgCanvas.escape(text)).append("</h2>\n");
    }

    public void paragraph(String text) {
        body.append("<p>").append(SvgCanvas.escape(text)).append("</p>\n");
    }

    public void code(String text) {
        body.append("<code>").append(SvgCanvas.escape(text)).append("</code>\n");
    }

    /** A table with a line of headings. */
    public void table(List<String> columns, List<List<String>> rows) {
        body.append("<table>\n");
        line("th", columns);
        rows.forEach(row -> line("td", row));
        body.append("</table>\n");
    }

    private void line(String tag, List<String> cells) {
        body.append("<tr>");
        for (String cell : cells) {
            body.append('<')
                    .append(tag)
                    .append('>')
                    .append(SvgCanvas.escape(cell))
                    .append("</")
                    .append(tag)
                    .append('>');
        }
        body.append("</tr>\n");
    }

    /** Something that is HTML already, such as a picture. */
    public void raw(String html) {
        body.append(html);
    }

    /** The page. */
    @Override
    public String toString() {
        String safe = SvgCanvas.escape(title);
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + safe + "</title>\n<style>"
                + STYLE
                + "</style></head>\n<body>\n<h1>" + safe + "</h1>\n" + body + "<script>" + SCRIPT
                + "</script>\n</body>\n</html>\n";
    }
}
