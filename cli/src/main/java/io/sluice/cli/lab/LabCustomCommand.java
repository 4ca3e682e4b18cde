package io.sluice.cli.lab;

import io.sluice.sim.ChangingRate;
import io.sluice.sim.GilbertElliott;
import io.sluice.sim.LinkRate;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.TraceRate;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.Knob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice lab custom}: one network as the options say. */
@Command(
        name = "custom",
        description = "Run flows of your own over a network of your own.",
        mixinStandardHelpOptions = true)
final class LabCustomCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--flow",
            required = true,
            paramLabel = "FLOW",
            description = {
                "NAME=STACK[/CONGESTION_CONTROL][@START[-STOP]][+EXTRA_RTT_MS][>STACK@SECONDS...][:WHAT...], for example "
                        + "a=default, b=rack/cubic@5-20, c=bbr+40 or d=default>bbr@10; more than once for more flows.",
                "WHAT is the workload, bulk=BYTES, web=PER_SECOND/LEAST-MOST (short flows of so many octets) or "
                        + "requests=COUNTxREQUEST/RESPONSE (octets), in place of an endless bulk flow; or hops=FIRST[-LAST], from 1, in "
                        + "place of all of them: e=rack:web=20/2000-200000, f=bbr:hops=2."
            })
    private List<String> flows = List.of();

    @Option(
            names = "--rate",
            paramLabel = "MBPS[,MBPS@SECONDS...]",
            description = "Mbit/s of each hop (${DEFAULT-VALUE}), and what it changes to: 50,10@10,50@20.",
            defaultValue = "50")
    private String rates = "";

    @Option(names = "--trace", description = "A mahimahi trace in place of a rate.")
    private @Nullable Path trace;

    @Option(names = "--delay", description = "One-way delay of each hop in ms (${DEFAULT-VALUE}).", defaultValue = "20")
    private double delayMs;

    @Option(
            names = "--hops",
            description = "Hops in a row: one is a dumbbell, more are a parking lot (${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int hops;

    @Option(
            names = "--queue",
            description = "drop-tail, red, codel, fq-codel, pie, step or dualpi2 (${DEFAULT-VALUE}).",
            defaultValue = "drop-tail")
    private String queue = "";

    @Option(names = "--buffer", description = "Octets that its queue holds; by default one BDP.")
    private int bufferBytes;

    @Option(names = "--loss", description = "Packets lost at random, in percent.")
    private double lossPercent;

    @Option(
            names = "--burst-loss",
            split = ",",
            arity = "1",
            paramLabel = "P,R[,LOSS]",
            description = "Gilbert-Elliott: probabilities of turning bad, of recovering, and of loss while bad (1).")
    private double[] burstLoss = {};

    @Option(names = "--reorder", description = "Packets held back for up to half the delay, in percent.")
    private double reorderPercent;

    @Option(names = "--jitter", description = "What is added to the delay at most, in ms.")
    private double jitterMs;

    @Option(names = "--keep-one-ack-of", description = "Thin acknowledgments.", defaultValue = "1")
    private int keepOneAckOf;

    @Option(names = "--aggregate", description = "Packets arrive together at multiples of so many ms.")
    private double aggregateMs;

    @Option(names = "--police", description = "Mbit/s of a policer before the queue, with bursts of 20 ms.")
    private double policeMbps;

    @Option(
            names = "--ecn",
            arity = "0..1",
            fallbackValue = "classic",
            paramLabel = "KIND",
            description =
                    "Queues mark, and hosts ask for ECN (RFC 3168; classic, the default) or AccECN (RFC 9768; accurate).")
    private @Nullable String ecn;

    @Option(names = "--seconds", description = "Virtual time (${DEFAULT-VALUE}).", defaultValue = "30")
    private double seconds;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabOutput output;

    @Override
    public Integer call() throws IOException {
        LabScenario scenario;
        try {
            scenario = scenario();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        output.run(List.of(scenario), "sluice lab", replay(), spec.commandLine().getOut());
        return 0;
    }

    private String replay() {
        List<String> all = spec.commandLine().getParseResult().originalArgs();
        List<String> words = all.subList(all.indexOf("custom") + 1, all.size());
        return "bin/sluice lab custom "
                + String.join(
                        " ",
                        words.stream()
                                .map(w -> w.contains(">") ? "'" + w + "'" : w)
                                .toList());
    }

    private LabScenario scenario() throws IOException {
        LabScenario.Builder b = LabScenario.builder("custom").seed(output.seed).seconds(seconds);
        for (int i = 0; i < hops; i++) {
            b.hop(
                    forward(),
                    PipeConfig.builder()
                            .delayNs(ms(delayMs))
                            .keepOneAckOf(keepOneAckOf)
                            .aggregationNs(ms(aggregateMs))
                            .build());
        }
        for (String flow : flows) {
            LabFlow parsed = FlowText.parse(flow);
            b.flow(ecn == null ? parsed : parsed.withProfile(parsed.profile().with(Knob.ECN, ecnKnob(ecn))));
        }
        return b.build();
    }

    private static long ecnKnob(String kind) {
        return switch (kind) {
            case "classic" -> 1;
            case "accurate" -> 3;
            default -> throw new IllegalArgumentException("no ECN \"" + kind + "\"; there are classic and accurate");
        };
    }

    /** One rate, or several with the times from which they hold. */
    private LinkRate rate() {
        List<ChangingRate.Step> steps = new ArrayList<>();
        for (String step : rates.split(",", -1)) {
            String[] parts = step.split("@", -1);
            try {
                long bits = Math.round(Double.parseDouble(parts[0]) * 1e6);
                steps.add(new ChangingRate.Step(
                        parts.length > 1 ? Math.round(Double.parseDouble(parts[1]) * 1e9) : 0, bits));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "no rate: \"" + step + "\"; a rate is MBPS, and MBPS@SECONDS what it changes to", e);
            }
        }
        return steps.size() == 1 ? LinkRate.constant(steps.get(0).bitsPerSecond()) : new ChangingRate(steps);
    }

    private static long ms(double ms) {
        return Math.round(ms * 1e6);
    }

    private PipeConfig forward() throws IOException {
        LinkRate rate = trace == null ? rate() : TraceRate.parse(trace.toString(), Files.readAllLines(trace));
        PipeConfig.Builder wire = PipeConfig.builder()
                .rate(rate)
                .delayNs(ms(delayMs))
                .jitterNs(ms(jitterMs))
                .aggregationNs(ms(aggregateMs))
                .loss(lossPercent / 100)
                .reordering(reorderPercent / 100, ms(delayMs) / 2)
                .queue(queue(rate.meanBitsPerSecond()));
        if (burstLoss.length >= 2) {
            wire.burstLoss(new GilbertElliott(burstLoss[0], burstLoss[1], 0, burstLoss.length > 2 ? burstLoss[2] : 1));
        }
        if (policeMbps > 0) {
            long bits = Math.round(policeMbps * 1e6);
            wire.policer(bits, (int) Math.max(3000, bits / 8 / 50));
        }
        return wire.build();
    }

    private QueueFactory queue(long bitsPerSecond) {
        long bdp = Math.round(bitsPerSecond / 8.0 * 2 * delayMs / 1e3 * hops);
        int bytes = bufferBytes > 0 ? bufferBytes : (int) Math.max(15_000, Math.min(1 << 30, bdp));
        return switch (queue) {
            case "drop-tail" -> Queues.dropTail(Integer.MAX_VALUE, bytes);
            case "red" -> Queues.red(bytes, 12_000_000_000_000L / Math.max(1, bitsPerSecond), ecn != null);
            case "codel" -> Queues.codel(bytes, ecn != null);
            case "fq-codel" -> Queues.fqCodel(Math.max(1, bytes / 1500), ecn != null);
            case "pie" -> Queues.pie(bytes, ecn != null);
            case "step" -> Queues.stepMark(5_000_000, bytes);
            case "dualpi2" -> Queues.dualPi2(bytes);
            default ->
                throw new IllegalArgumentException(
                        "no queue \"" + queue + "\"; there are drop-tail, red, codel, fq-codel, pie, step and dualpi2");
        };
    }
}
