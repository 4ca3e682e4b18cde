package io.sluice.cli;

import io.sluice.packetdrill.differential.Differential;
import io.sluice.packetdrill.differential.Finding;
import io.sluice.packetdrill.differential.Topic;
import io.sluice.packetdrill.run.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice differential}: random scripts against the stack and the kernel. */
@Command(
        name = "differential",
        description = {
            "Run random packetdrill scripts against the stack (Linux's profile, virtual time) and the kernel, and compare.",
            "Differences are shrunk and shown. Needs root, or a user namespace (unshare -Urn)."
        },
        mixinStandardHelpOptions = true)
final class DifferentialCommand implements Callable<Integer> {
    @Option(names = "--count", description = "How many scripts (${DEFAULT-VALUE}).", defaultValue = "1000")
    private int count;

    @Option(names = "--seed", description = "What the scripts are made from (${DEFAULT-VALUE}).", defaultValue = "1")
    private long seed;

    @Option(names = "--threads", description = "How many at a time (${DEFAULT-VALUE}).", defaultValue = "8")
    private int threads;

    @Option(
            names = "--mode",
            description = "With which IP and sockets: ipv4, ipv4-mapped-v6, ipv6 (${DEFAULT-VALUE}).",
            defaultValue = "ipv4")
    private String mode = "";

    @Option(names = "--delayed-acks", description = "Let acknowledgments wait, as by default, in both.")
    private boolean delayedAcks;

    @Option(
            names = "--loss-recovery",
            description = "Scripts about losses, reordering and duplicates, for the rack stack.")
    private boolean lossRecovery;

    @Option(names = "--states", description = "Not random scripts: every kind of segment in every state.")
    private boolean states;

    @Option(names = "--examples", description = "Show an example of each known deviation, too.")
    private boolean examples;

    @Option(names = "--all", description = "Show every difference, not the shortest of each kind.")
    private boolean all;

    @Spec
    private @Nullable CommandSpec spec;

    private List<Finding> shown(List<Finding> found) {
        return found.stream()
                .sorted(Comparator.comparingInt(Finding::length))
                .limit(all ? found.size() : 1)
                .toList();
    }

    private Mode mode() {
        return Mode.named(mode)
                .orElseThrow(() ->
                        new ParameterException(Objects.requireNonNull(spec).commandLine(), "no mode: " + mode));
    }

    private Topic topic() {
        if (lossRecovery) {
            return Topic.LOSS_RECOVERY;
        }
        return delayedAcks ? Topic.WAITING_ACKS : Topic.EVERYTHING;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (threads < 1 || count < 1) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "--threads and --count must be at least 1");
        }
        long startNs = System.nanoTime();
        Differential differential = states ? Differential.ofStates(1) : new Differential(seed, count, mode(), topic());
        differential.run(threads);
        differential.deviations().forEach((deviation, found) -> {
            System.out.printf("-- %s, %d times: %s%n", deviation, found.size(), deviation.explanation());
            if (examples) {
                shown(found).forEach(System.out::println);
            }
        });
        for (Map.Entry<String, List<Finding>> kind : differential.findings().entrySet()) {
            System.out.printf("== %d times: %s%n", kind.getValue().size(), kind.getKey());
            shown(kind.getValue()).forEach(System.out::println);
        }
        for (Finding unsteady : differential.unsteady()) {
            System.out.println("~~ not the same on the kernel every time, or at the end of a timer:");
            System.out.println(unsteady);
        }
        differential.failures().forEach(f -> f.printStackTrace());
        int found =
                differential.findings().values().stream().mapToInt(List::size).sum();
        int deviating =
                differential.deviations().values().stream().mapToInt(List::size).sum();
        System.out.printf(
                "%d of %d scripts: %d unexplained, %d deviate as is known, %d unsteady; %.1f s%n",
                differential.compared(),
                differential.count(),
                found,
                deviating,
                differential.unsteady().size(),
                (System.nanoTime() - startNs) / 1e9);
        boolean complete = differential.failures().isEmpty() && differential.compared() == differential.count();
        return found == 0 && complete ? 0 : 1;
    }
}
