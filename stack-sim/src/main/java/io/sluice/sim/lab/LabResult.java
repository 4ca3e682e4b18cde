package io.sluice.sim.lab;

import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Series;
import java.util.List;

/**
 * What a scenario led to.
 *
 * @param scenario what was run
 * @param flows in the scenario's order
 * @param hops in the scenario's order
 * @param charts for people
 * @param hash over every packet on every wire: the same for the same seed and code
 */
public record LabResult(
        LabScenario scenario, List<FlowResult> flows, List<HopResult> hops, List<Chart> charts, String hash) {
    /** Jain's fairness index of the flows' goodput: 1 if all had the same. */
    public double jain() {
        double sum = 0;
        double squares = 0;
        for (FlowResult f : flows) {
            sum += f.goodputBps();
            squares += f.goodputBps() * f.goodputBps();
        }
        return squares == 0 ? 0 : sum * sum / (flows.size() * squares);
    }

    /** Bits that arrived in a second: over the whole time, or, of a single flow, while it ran. */
    public double goodputBps() {
        return flows.size() == 1
                ? flows.get(0).goodputBps()
                : flows.stream().mapToLong(FlowResult::receivedBytes).sum() * 8e9 / scenario.durationNs();
    }

    /** The line of this name in the chart of this title. */
    public Series series(String chart, String name) {
        return charts.stream()
                .filter(c -> c.title().equals(chart))
                .flatMap(c -> c.series().stream())
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
