package io.sluice.sim.lab;

import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Html;
import io.sluice.sim.chart.Series;
import java.util.List;
import java.util.Locale;

/** Results for people: one page that needs nothing else, and the same numbers as comma-separated values. */
public final class LabReport {
    private static final List<String> FLOW_COLUMNS = List.of(
            "flow",
            "stack",
            "workload",
            "goodput Mbit/s",
            "sent again %",
            "timeouts",
            "mean cwnd octets",
            "RTT mean ms",
            "RTT p95 ms",
            "completed",
            "completion median ms",
            "completion p99 ms");
    private static final List<String> HOP_COLUMNS = List.of(
            "hop",
            "wire",
            "used %",
            "dropped by the queue",
            "lost on the wire",
            "marked",
            "queue mean ms",
            "queue p99 ms");

    private static final int CSV_POINTS = 20_000;

    private LabReport() {}

    /**
     * The page.
     *
     * @param results one or more runs, to be compared
     * @param comparison pictures of all of them ({@link LabComparison})
     * @param replay the command that makes this page again
     */
    public static String html(String title, List<LabResult> results, List<Chart> comparison, String replay) {
        Html page = new Html(title);
        page.paragraph(
                "Real hosts of this stack on simulated wires, in virtual time. The same command gives the same packets:");
        page.code(replay);
        if (results.size() > 1) {
            page.heading("Comparison");
            page.table(
                    comparisonColumns(),
                    results.stream().map(LabReport::comparison).toList());
            int n = 0;
            for (Chart chart : comparison) {
                page.raw(chart.toSvg("all" + n++));
            }
        }
        for (int i = 0; i < results.size(); i++) {
            LabResult r = results.get(i);
            page.heading(r.scenario().name() + ", seed " + r.scenario().seed());
            page.table(FLOW_COLUMNS, r.flows().stream().map(LabReport::row).toList());
            page.table(HOP_COLUMNS, hopRows(r));
            page.paragraph("Fairness (Jain) " + two(r.jain()) + ", all packets hash to " + r.hash() + ".");
            int n = 0;
            for (Chart chart : r.charts()) {
                page.raw(chart.toSvg("r" + i + "c" + n++));
            }
        }
        return page.toString();
    }

    private static List<String> comparisonColumns() {
        return List.of(
                "scenario",
                "goodput Mbit/s",
                "fairness",
                "used %",
                "sent again %",
                "queue mean ms",
                "queue p99 ms",
                "dropped");
    }

    private static List<String> comparison(LabResult r) {
        HopResult hop = r.hops().get(0);
        double sent = r.flows().stream().mapToLong(FlowResult::sentBytes).sum();
        double again = r.flows().stream().mapToLong(FlowResult::repeatedBytes).sum();
        return List.of(
                r.scenario().name(),
                two(r.goodputBps() / 1e6),
                two(r.jain()),
                two(hop.utilization() * 100),
                two(sent == 0 ? 0 : again * 100 / sent),
                two(hop.meanDelayMs()),
                two(hop.p99DelayMs()),
                "" + hop.queueDrops());
    }

    private static List<String> row(FlowResult f) {
        return List.of(
                f.name(),
                f.stack(),
                f.workload(),
                two(f.goodputBps() / 1e6),
                two(f.sentBytes() == 0 ? 0 : f.repeatedBytes() * 100.0 / f.sentBytes()),
                "" + f.timeouts(),
                "" + Math.round(f.meanCwndBytes()),
                two(f.meanRttMs()),
                two(f.p95RttMs()),
                f.completed() + " of " + f.opened(),
                f.completed() == 0 ? "" : two(f.medianCompletionMs()),
                f.completed() == 0 ? "" : two(f.p99CompletionMs()));
    }

    private static List<List<String>> hopRows(LabResult r) {
        return r.hops().stream()
                .map(h -> List.of(
                        "" + r.hops().indexOf(h),
                        h.config(),
                        two(h.utilization() * 100),
                        "" + h.queueDrops(),
                        "" + h.losses(),
                        "" + h.marked(),
                        two(h.meanDelayMs()),
                        two(h.p99DelayMs())))
                .toList();
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** One line for each flow of each run. */
    public static String flowsCsv(List<LabResult> results) {
        StringBuilder out = new StringBuilder("scenario,seed,");
        out.append(String.join(",", FLOW_COLUMNS)).append('\n');
        for (LabResult r : results) {
            for (FlowResult f : r.flows()) {
                out.append(quoted(r.scenario().name()))
                        .append(',')
                        .append(r.scenario().seed());
                row(f).forEach(cell -> out.append(',').append(quoted(cell)));
                out.append('\n');
            }
        }
        return out.toString();
    }

    /** The points of a chart, at most 20,000 a line: its name, x, y and, of strokes, the other end. */
    public static String csv(Chart chart) {
        StringBuilder out = new StringBuilder("line,x,y,y2\n");
        for (Series line : chart.series()) {
            Series s = line.thinned(CSV_POINTS);
            String name = quoted(s.name());
            for (int i = 0; i < s.size(); i++) {
                out.append(name)
                        .append(',')
                        .append(s.x(i))
                        .append(',')
                        .append(s.y(i))
                        .append(',');
                out.append(s.style() == Series.Style.STROKES ? "" + s.y2(i) : "")
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String quoted(String text) {
        return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
