package io.sluice.sim.lab;

import io.sluice.api.Endpoint;
import io.sluice.sim.Nic;
import io.sluice.sim.Pipe;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.Router;
import io.sluice.sim.SimAllocator;
import io.sluice.sim.SimHost;
import io.sluice.sim.Simulation;
import io.sluice.sim.chart.Chart;
import io.sluice.sim.chart.Series;
import io.sluice.tcp.TcpInfo;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Runs a {@link LabScenario}. */
public final class LabRun {
    /** Titles of the charts that every result has. */
    public static final String RATES = "Goodput of each flow";

    /** The title of one more where there are several flows. */
    public static final String SHARES = "Share of each flow";

    public static final String WINDOWS = "Congestion windows";
    public static final String ROUND_TRIPS = "Smoothed round-trip times";
    public static final String QUEUES = "Queues";

    private static final int MOST_MAGNIFIED = 3;
    private static final double AROUND_SWAP_S = 0.25;
    private static final int SAMPLES = 2000;
    private static final long MIN_SAMPLE_NS = 1_000_000;
    private static final int RATE_POINTS = 200;
    private static final int PORT = 80;
    private static final int PREFIX = 8;

    private final LabScenario scenario;
    private final Simulation simulation;
    private final long beginNs;
    private final List<Router> routers = new ArrayList<>();
    private final List<FlowRun> flows = new ArrayList<>();
    private final List<FlowSeries> series = new ArrayList<>();
    private final List<HopSeries> hops = new ArrayList<>();
    private final List<SequenceTrace> traces = new ArrayList<>();

    private LabRun(LabScenario scenario, Simulation simulation) {
        this.scenario = scenario;
        this.simulation = simulation;
        this.beginNs = simulation.nowNs();
        connectRouters();
        for (int i = 0; i < scenario.flows().size(); i++) {
            attach(scenario.flows().get(i), i);
        }
    }

    /**
     * Runs the scenario to its end.
     *
     * @param progress told how much is done, 0 to 1
     * @throws IllegalStateException if a stream was not intact
     */
    public static LabResult run(LabScenario scenario, DoubleConsumer progress) {
        return run(scenario, progress, new SimAllocator());
    }

    /** The same with a pool that other runs of this thread use, too. */
    public static LabResult run(LabScenario scenario, DoubleConsumer progress, SimAllocator allocator) {
        try (Simulation simulation = new Simulation(scenario.seed(), Simulation.DEFAULT_START_NS, allocator)) {
            return new LabRun(scenario, simulation).run(progress);
        }
    }

    private void connectRouters() {
        List<LabScenario.Hop> wires = scenario.hops();
        for (int i = 0; i <= wires.size(); i++) {
            routers.add(simulation.router("r" + i));
        }
        for (int i = 0; i < wires.size(); i++) {
            Pipe forward = simulation.connect(
                    routers.get(i), routers.get(i + 1), wires.get(i).forward());
            Pipe back = simulation.connect(
                    routers.get(i + 1), routers.get(i), wires.get(i).back());
            hops.add(new HopSeries(forward, i));
            // Servers are 10.2.0.0/16, to the right of every hop; clients 10.1.0.0/16, to the left.
            routers.get(i).route(IpPrefix.parse("10.2.0.0/16"), forward);
            routers.get(i + 1).route(IpPrefix.parse("10.1.0.0/16"), back);
        }
    }

    private static IpAddress address(int network, int flow) {
        return IpAddress.parse("10." + network + "." + (flow / 250) + "." + (1 + flow % 250));
    }

    private void attach(LabFlow flow, int number) {
        FlowCounters counters = new FlowCounters();
        int exit = Math.min(flow.exit(), scenario.hops().size() - 1);
        boolean answers = flow.workload() instanceof Workload.RequestResponse;
        SimHost client = simulation.host("client" + number, b -> b.tcpProfile(flow.profile())
                .tcpStack(flow.stack())
                .events(answers ? new FlowCounters() : counters));
        SimHost server = simulation.host("server" + number, b -> b.tcpProfile(flow.profile())
                .tcpStack(flow.stack())
                .events(answers ? counters : new FlowCounters()));
        PipeConfig access = PipeConfig.of(0, flow.accessDelayNs() / 4);
        IpAddress clientAddress = address(1, number);
        IpAddress serverAddress = address(2, number);
        Nic nic = attach(client, routers.get(flow.entry()), access, clientAddress);
        attach(server, routers.get(exit + 1), access, serverAddress);
        Endpoint endpoint = new Endpoint(serverAddress, PORT);
        flows.add(new FlowRun(flow, simulation, client, server, endpoint, counters));
        series.add(new FlowSeries(flow.name()));
        if (flow.workload() instanceof Workload.Bulk && scenario.sequences()) {
            Pipe in = simulation.pipes().stream()
                    .filter(p -> p.to().equals(nic.out().from()))
                    .findFirst()
                    .orElseThrow();
            SequenceTrace trace = new SequenceTrace(flow.name(), nic.out(), in, beginNs);
            simulation.capture(trace);
            traces.add(trace);
        }
    }

    private Nic attach(SimHost host, Router router, PipeConfig access, IpAddress address) {
        Simulation.Attachment attachment = simulation.connect(host, scenario.link(), access, router, access);
        router.route(IpPrefix.of(address), attachment.down());
        return attachment.nic().address(address, PREFIX);
    }

    private LabResult run(DoubleConsumer progress) {
        long endNs = beginNs + scenario.durationNs();
        flows.forEach(f -> f.schedule(beginNs, endNs));
        long stepNs = Math.max(MIN_SAMPLE_NS, scenario.durationNs() / SAMPLES);
        long steps = scenario.durationNs() / stepNs;
        long rateSteps = Math.max(1, steps / RATE_POINTS);
        for (long i = 1; i <= steps; i++) {
            simulation.run(beginNs + i * stepNs);
            sample(i * stepNs / 1e9, i % rateSteps == 0);
            if (i % 20 == 0 || i == steps) {
                progress.accept((double) i / steps);
            }
        }
        List<FlowResult> results = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            results.add(result(flows.get(i), series.get(i)));
        }
        flows.forEach(f -> f.stop(simulation.nowNs()));
        return new LabResult(
                scenario,
                results,
                hops.stream().map(this::result).toList(),
                charts(),
                simulation.hash().toString());
    }

    private void sample(double seconds, boolean rate) {
        for (int i = 0; i < flows.size(); i++) {
            TcpInfo info = flows.get(i).info();
            if (info != null) {
                series.get(i).sample(seconds, info);
            }
            if (rate) {
                FlowRun flow = flows.get(i);
                series.get(i).moved(seconds, flow.counters().dataBytes(), flow.receivedBytes());
            }
        }
        hops.forEach(h -> h.sample(seconds));
    }

    private FlowResult result(FlowRun f, FlowSeries s) {
        String failure = f.failure();
        if (failure != null) {
            throw new IllegalStateException(scenario.name() + ", seed " + scenario.seed() + ": " + failure);
        }
        List<FlowRun.Completion> completions = f.completions();
        Samples times = new Samples();
        completions.forEach(c -> times.add(c.durationNs() / 1e6));
        double seconds =
                (Math.min(f.flow().stopNs(), scenario.durationNs()) - f.flow().startNs()) / 1e9;
        boolean single = f.opened() == 1 && completions.size() == 1;
        double busy = single ? completions.get(0).durationNs() / 1e9 : seconds;
        return new FlowResult(
                f.flow().name(),
                f.flow().stack().name() + swaps(f.flow()),
                f.flow().workload().toString(),
                f.receivedBytes(),
                f.receivedBytes() * 8 / busy,
                f.counters().dataBytes(),
                s.sent,
                f.counters().repeatedBytes(),
                f.counters().timeouts(),
                s.cwndSamples.mean(),
                s.rttSamples.mean(),
                s.rttSamples.quantile(0.95),
                f.opened(),
                completions.size(),
                times.median(),
                times.quantile(0.99));
    }

    private static String swaps(LabFlow flow) {
        StringBuilder text = new StringBuilder();
        flow.swaps().forEach(swap -> text.append(", ")
                .append(swap.stack().name())
                .append(" from ")
                .append(swap.atNs() / 1e9)
                .append(" s"));
        return text.toString();
    }

    private HopResult result(HopSeries h) {
        double bits = h.pipe.config().rate().meanBitsPerSecond() * (scenario.durationNs() / 1e9);
        return new HopResult(
                h.pipe.config().toString(),
                bits == 0 ? 0 : h.pipe.deliveredBytes() * 8 / bits,
                h.queueDrops(),
                h.wireLosses(),
                h.pipe.marked(),
                h.delayMs.mean(),
                h.delayMs.quantile(0.99));
    }

    private List<Chart> charts() {
        List<Chart> charts = new ArrayList<>();
        Chart rates = new Chart(RATES, "seconds", "Mbit/s");
        Chart windows = new Chart(WINDOWS, "seconds", "octets");
        Chart roundTrips = new Chart(ROUND_TRIPS, "seconds", "ms");
        for (FlowSeries s : series) {
            rates.add(s.rate);
            if (s.cwnd.size() > 0) {
                windows.add(s.cwnd);
                roundTrips.add(s.rtt);
            }
            if (series.size() == 1) {
                windows.add(s.ssthresh).add(s.pipe);
            }
        }
        Chart queues = new Chart(QUEUES, "seconds", "octets");
        hops.forEach(h -> queues.add(h.queue));
        charts.add(rates);
        charts.add(windows);
        charts.add(roundTrips);
        charts.add(queues);
        if (series.size() > 1) {
            charts.add(1, shares());
        }
        List<Chart> sequences = new ArrayList<>();
        for (SequenceTrace trace : traces) {
            sequences.add(trace.chart());
        }
        charts.addAll(sequences);
        charts.forEach(c -> c.x(0, scenario.durationNs() / 1e9));
        for (FlowRun f : flows) {
            for (LabFlow.Swap swap : f.flow().swaps()) {
                charts.forEach(c -> c.mark(
                        seconds(swap), f.flow().name() + ": " + swap.stack().name()));
            }
        }
        charts.addAll(repairsMagnified(sequences));
        charts.addAll(swapsMagnified(sequences));
        return charts;
    }

    /** How the flows share what arrives. */
    private Chart shares() {
        Chart chart = new Chart(SHARES, "seconds", "%").maxY(100);
        for (FlowSeries s : series) {
            Series share = new Series(s.rate.name(), Series.Style.LINE);
            for (int i = 0; i < s.rate.size(); i++) {
                int at = i;
                double all =
                        series.stream().mapToDouble(other -> other.rate.y(at)).sum();
                if (all > 0) {
                    share.add(s.rate.x(i), s.rate.y(i) * 100 / all);
                }
            }
            chart.add(share);
        }
        return chart;
    }

    /** The first time that each flow sends something again, segment by segment, where there are few flows. */
    private List<Chart> repairsMagnified(List<Chart> sequences) {
        List<Chart> parts = new ArrayList<>();
        for (int i = 0; i < sequences.size() && sequences.size() <= MOST_MAGNIFIED; i++) {
            SequenceTrace trace = traces.get(i);
            double at = trace.firstRepetition();
            double roundTrip = series.stream()
                            .filter(s -> s.rate.name().equals(trace.flow()))
                            .mapToDouble(s -> s.rttSamples.median())
                            .findFirst()
                            .orElse(0)
                    / 1e3;
            if (at >= 0 && roundTrip > 0) {
                String title = sequences.get(i).title() + ", the first repair";
                parts.add(SequenceTrace.magnified(sequences.get(i), title, at - 2 * roundTrip, at + 4 * roundTrip));
            }
        }
        return parts;
    }

    private static double seconds(LabFlow.Swap swap) {
        return swap.atNs() / 1e9;
    }

    /** What happened around each swap, segment by segment. */
    private List<Chart> swapsMagnified(List<Chart> sequences) {
        List<Chart> parts = new ArrayList<>();
        for (FlowRun f : flows) {
            String title = SequenceTrace.title(f.flow().name());
            for (LabFlow.Swap swap : f.flow().swaps()) {
                double at = seconds(swap);
                sequences.stream()
                        .filter(c -> c.title().equals(title))
                        .forEach(c -> parts.add(SequenceTrace.magnified(
                                c, title + ", around " + at + " s", at - AROUND_SWAP_S, at + AROUND_SWAP_S)));
            }
        }
        return parts;
    }
}
