package io.sluice.sim.lab;

import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several results in one picture. */
public final class LabComparison {
    private static final int MOST = 20;
    private static final int POINTS = 200;

    private LabComparison() {}

    /** None for one result, or for more than a picture can show. */
    public static List<Chart> charts(List<LabResult> results) {
        if (results.size() < 2 || results.size() > MOST) {
            return List.of();
        }
        Chart trade =
                new Chart("Goodput against queueing delay: up and left is better", "ms in the queue, mean", "Mbit/s");
        Chart delays = new Chart("How long the queue was", "ms in the queue", "% of the time, at most so long");
        Chart rates = new Chart("Goodput of all flows", "seconds", "Mbit/s");
        double longest = 0;
        for (LabResult r : results) {
            String name = r.scenario().name();
            HopResult hop = r.hops().get(0);
            Series mark = new Series(name, Series.Style.MARKS);
            mark.add(hop.meanDelayMs(), r.goodputBps() / 1e6);
            trade.add(mark);
            longest = Math.max(longest, hop.meanDelayMs());
            delays.add(distribution(name, r));
            rates.add(total(name, r));
        }
        return List.of(trade.x(0, longest * 1.05).fromLowest(), delays, rates);
    }

    /** The distribution of the samples of the first hop's queue. */
    private static Series distribution(String name, LabResult r) {
        double bitsPerMs = r.scenario().hops().get(0).forward().rate().meanBitsPerSecond() / 1e3;
        Series queue = r.series(LabRun.QUEUES, "hop 0");
        double[] ms = new double[queue.size()];
        for (int i = 0; i < ms.length; i++) {
            ms[i] = bitsPerMs == 0 ? 0 : queue.y(i) * 8 / bitsPerMs;
        }
        Arrays.sort(ms);
        Series line = new Series(name, Series.Style.LINE);
        for (int i = 0; i <= POINTS && ms.length > 0; i++) {
            line.add(ms[Math.min(ms.length - 1, i * ms.length / POINTS)], i * 100.0 / POINTS);
        }
        return line;
    }

    private static Series total(String name, LabResult r) {
        List<Series> flows = new ArrayList<>();
        r.flows().forEach(f -> flows.add(r.series(LabRun.RATES, f.name())));
        Series sum = new Series(name, Series.Style.LINE);
        for (int i = 0; i < flows.get(0).size(); i++) {
            int at = i;
            sum.add(flows.get(0).x(i), flows.stream().mapToDouble(s -> s.y(at)).sum());
        }
        return sum;
    }
}
