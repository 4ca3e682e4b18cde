package io.sluice.sim.lab;

import io.sluice.sim.ChangingRate;
import io.sluice.sim.GilbertElliott;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.TraceRate;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.Knob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Scenarios to begin with, each for one or more stacks. Their paths are 50 Mbit/s with a round trip of 40 ms unless said otherwise. */
public final class LabScenarios {
    private static final long MS = 1_000_000;
    private static final long RATE = 50_000_000;
    private static final long ONE_WAY_NS = 20 * MS;

    /** Octets that the path holds: rate times round-trip time. */
    private static final int BDP = 250_000;

    private static final int WEB_FLOWS_PER_SECOND = 20;

    private LabScenarios() {}

    /** What makes the runs of a scenario. */
    @FunctionalInterface
    private interface Maker {
        void make(String stack, List<LabScenario.Builder> into);
    }

    /**
     * One of the scenarios.
     *
     * @param name what users choose it by
     * @param what a line about it
     */
    public record Entry(String name, String what) {}

    private record Scenario(String what, double seconds, Maker maker) {}

    private static final Map<String, Scenario> ALL = all();

    /** All of them. */
    public static List<Entry> list() {
        return ALL.entrySet().stream()
                .map(e -> new Entry(e.getKey(), e.getValue().what()))
                .toList();
    }

    /**
     * The runs of a scenario.
     *
     * @param seconds how long each is, or 0 for what suits it
     * @throws IllegalArgumentException if there is none of this name
     */
    public static List<LabScenario> named(String name, List<String> stacks, long seed, double seconds) {
        Scenario scenario = ALL.get(name);
        if (scenario == null) {
            throw new IllegalArgumentException("no scenario \"" + name + "\"; there are " + ALL.keySet());
        }
        List<LabScenario> runs = new ArrayList<>();
        for (String stack : stacks) {
            List<LabScenario.Builder> builders = new ArrayList<>();
            scenario.maker().make(stack, builders);
            for (LabScenario.Builder b : builders) {
                runs.add(b.seed(seed)
                        .seconds(seconds > 0 ? seconds : scenario.seconds())
                        .build());
            }
        }
        return runs;
    }

    private static Map<String, Scenario> all() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        all.put("one", new Scenario("one bulk flow, a queue of one BDP", 30, LabScenarios::one));
        all.put("buffers", new Scenario("one bulk flow, queues from a quarter to four BDP", 30, LabScenarios::buffers));
        all.put("queues", new Scenario("one bulk flow with ECN, every queue discipline", 30, LabScenarios::queues));
        all.put("fairness", new Scenario("two equal flows, the second 5 s later", 60, LabScenarios::fairness));
        all.put(
                "rtt-fairness",
                new Scenario("two flows, one with four times the round trip", 60, LabScenarios::rttFairness));
        all.put(
                "loss",
                new Scenario("random loss from 0.01 % to 5 %, at 100 Mbit/s and 100 ms", 30, LabScenarios::loss));
        all.put("bursts", new Scenario("losses in bursts (Gilbert-Elliott)", 30, LabScenarios::bursts));
        all.put("reordering", new Scenario("reordered packets", 30, LabScenarios::reordering));
        all.put("changing", new Scenario("a rate that falls to a fifth and comes back", 30, LabScenarios::changing));
        all.put("cellular", new Scenario("a varying rate, as a mahimahi trace has it", 30, LabScenarios::cellular));
        all.put("wifi", new Scenario("aggregated packets and jitter", 30, LabScenarios::wifi));
        all.put("thin-acks", new Scenario("one acknowledgment of eight arrives", 30, LabScenarios::thinAcks));
        all.put("policer", new Scenario("a policer of 10 Mbit/s behind 50 Mbit/s", 30, LabScenarios::policer));
        all.put(
                "parking-lot",
                new Scenario("three hops, one flow over all and one over each", 60, LabScenarios::parkingLot));
        all.put("web", new Scenario("short flows beside a bulk flow", 30, LabScenarios::web));
        all.put("requests", new Scenario("requests and answers beside a bulk flow", 30, LabScenarios::requests));
        return all;
    }

    private static PipeConfig.Builder path() {
        return PipeConfig.builder().rate(RATE).delayNs(ONE_WAY_NS);
    }

    private static QueueFactory bdps(double n) {
        return Queues.dropTail(Integer.MAX_VALUE, (int) (BDP * n));
    }

    private static LabScenario.Builder start(String stack, String detail) {
        return LabScenario.builder((stack + " " + detail).trim());
    }

    private static void one(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "").hop(path().queue(bdps(1)).build()).flow(LabStacks.flow(stack, stack)));
    }

    private static void buffers(String stack, List<LabScenario.Builder> into) {
        for (double n : new double[] {0.25, 0.5, 1, 2, 4}) {
            into.add(start(stack, n + " BDP").hop(path().queue(bdps(n)).build()).flow(LabStacks.flow(stack, stack)));
        }
    }

    private static void queues(String stack, List<LabScenario.Builder> into) {
        int room = 4 * BDP;
        long packetNs = 1500 * 8 * 1_000_000_000L / RATE;
        Map<String, QueueFactory> queues = new LinkedHashMap<>();
        queues.put("drop-tail", bdps(4));
        queues.put("RED", Queues.red(room, packetNs, true));
        queues.put("CoDel", Queues.codel(room, true));
        queues.put("FQ-CoDel", Queues.fqCodel(10_240, true));
        queues.put("PIE", Queues.pie(room, true));
        queues.put("step mark", Queues.stepMark(5 * MS, room));
        queues.put("DualPI2", Queues.dualPi2(room));
        LabFlow flow = LabStacks.flow(stack, stack);
        LabFlow marked = flow.withProfile(flow.profile().with(Knob.ECN, 1));
        queues.forEach((name, queue) ->
                into.add(start(stack, name).hop(path().queue(queue).build()).flow(marked)));
    }

    private static void fairness(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(path().queue(bdps(1)).build())
                .flow(LabStacks.flow("first", stack))
                .flow(LabStacks.flow("second", stack).between(5000 * MS, Long.MAX_VALUE)));
    }

    private static void rttFairness(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(path().queue(bdps(1)).build())
                .flow(LabStacks.flow("40 ms", stack))
                .flow(LabStacks.flow("160 ms", stack).withAccessDelayNs(120 * MS)));
    }

    private static void loss(String stack, List<LabScenario.Builder> into) {
        for (double percent : new double[] {0.01, 0.1, 0.5, 1, 2, 5}) {
            PipeConfig wire = PipeConfig.builder()
                    .rate(100_000_000)
                    .delayNs(50 * MS)
                    .queue(Queues.dropTail(Integer.MAX_VALUE, 1_250_000))
                    .loss(percent / 100)
                    .build();
            into.add(start(stack, percent + " %").hop(wire).flow(LabStacks.flow(stack, stack)));
        }
    }

    private static void bursts(String stack, List<LabScenario.Builder> into) {
        for (double recovery : new double[] {0.5, 0.2, 0.05}) {
            GilbertElliott model = new GilbertElliott(0.0005, recovery, 0, 0.8);
            into.add(start(stack, "bursts of " + Math.round(1 / recovery))
                    .hop(path().queue(bdps(1)).burstLoss(model).build())
                    .flow(LabStacks.flow(stack, stack)));
        }
    }

    private static void reordering(String stack, List<LabScenario.Builder> into) {
        for (long ms : new long[] {2, 5, 10, 20, 40}) {
            into.add(start(stack, "by up to " + ms + " ms")
                    .hop(path().queue(bdps(1)).reordering(0.02, ms * MS).build())
                    .flow(LabStacks.flow(stack, stack)));
        }
    }

    private static void changing(String stack, List<LabScenario.Builder> into) {
        ChangingRate rate = new ChangingRate(List.of(
                new ChangingRate.Step(0, RATE),
                new ChangingRate.Step(10_000 * MS, RATE / 5),
                new ChangingRate.Step(20_000 * MS, RATE)));
        into.add(start(stack, "").hop(path().rate(rate).queue(bdps(1)).build()).flow(LabStacks.flow(stack, stack)));
    }

    /** A trace in mahimahi's format: a random walk between 2 and 60 Mbit/s, the same always. */
    private static void cellular(String stack, List<LabScenario.Builder> into) {
        SplittableRandom random = new SplittableRandom(20);
        List<String> lines = new ArrayList<>();
        double rate = 20;
        double credit = 0;
        for (int ms = 1; ms <= 30_000; ms++) {
            rate = Math.max(2, Math.min(60, rate + (random.nextDouble() - 0.5) * 1.2));
            for (credit += rate * 1e6 / 1000 / 8 / 1504; credit >= 1; credit--) {
                lines.add("" + ms);
            }
        }
        into.add(start(stack, "")
                .hop(path().rate(TraceRate.parse("random walk", lines))
                        .queue(bdps(2))
                        .build())
                .flow(LabStacks.flow(stack, stack)));
    }

    private static void wifi(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(
                        path().queue(bdps(1))
                                .aggregationNs(4 * MS)
                                .jitterNs(3 * MS)
                                .build(),
                        path().aggregationNs(4 * MS).jitterNs(3 * MS).build())
                .flow(LabStacks.flow(stack, stack)));
    }

    private static void thinAcks(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(path().queue(bdps(1)).build(), path().keepOneAckOf(8).build())
                .flow(LabStacks.flow(stack, stack)));
    }

    private static void policer(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(path().queue(bdps(1)).policer(10_000_000, 100_000).build())
                .flow(LabStacks.flow(stack, stack)));
    }

    private static void parkingLot(String stack, List<LabScenario.Builder> into) {
        LabScenario.Builder b = start(stack, "");
        for (int hop = 0; hop < 3; hop++) {
            b.hop(path().delayNs(10 * MS).queue(bdps(1)).build());
            b.flow(LabStacks.flow("hop " + hop, stack).over(hop, hop));
        }
        into.add(b.flow(LabStacks.flow("all hops", stack)));
    }

    private static void web(String stack, List<LabScenario.Builder> into) {
        for (boolean managed : new boolean[] {false, true}) {
            QueueFactory queue = managed ? Queues.fqCodel(10_240, true) : bdps(2);
            into.add(start(stack, managed ? "FQ-CoDel" : "drop-tail")
                    .hop(path().queue(queue).build())
                    .flow(LabStacks.flow("bulk", stack))
                    .flow(LabStacks.flow("web", stack)
                            .withWorkload(new Workload.ShortFlows(WEB_FLOWS_PER_SECOND, 2_000, 200_000))));
        }
    }

    private static void requests(String stack, List<LabScenario.Builder> into) {
        into.add(start(stack, "")
                .hop(path().queue(bdps(1)).build())
                .flow(LabStacks.flow("bulk", stack))
                .flow(LabStacks.flow("requests", stack).withWorkload(new Workload.RequestResponse(200, 30_000, 100))));
    }
}
