package io.sluice.cli;

import io.sluice.packetdrill.differential.Differential;
import io.sluice.packetdrill.differential.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Option(names = "--states", description = "Not random scripts: every kind of segment in every state.")
    private boolean states;

    @Option(names = "--examples", description = "Show an example of each known deviation, too.")
    private boolean examples;

    private static Finding shortest(List<Finding> found) {
        return found.stream().min(Comparator.comparingInt(Finding::length)).orElseThrow();
    }

    @Override
    public Integer call() throws InterruptedException {
        long startNs = System.nanoTime();
        Differential differential = states ? Differential.ofStates(1) : new Differential(seed, count);
        differential.run(threads);
        differential.deviations().forEach((deviation, found) -> {
            System.out.printf("-- %s, %d times: %s%n", deviation, found.size(), deviation.explanation());
            if (examples) {
                System.out.println(shortest(found));
            }
        });
        for (Map.Entry<String, List<Finding>> kind : differential.findings().entrySet()) {
            System.out.printf("== %d times: %s%n", kind.getValue().size(), kind.getKey());
            System.out.println(shortest(kind.getValue()));
        }
        differential.failures().forEach(f -> f.printStackTrace());
        int found =
                differential.findings().values().stream().mapToInt(List::size).sum();
        int deviating =
                differential.deviations().values().stream().mapToInt(List::size).sum();
        System.out.printf(
                "%d scripts: %d unexplained, %d deviate as is known, %d unsteady; %.1f s%n",
                differential.count(), found, deviating, differential.unsteady(), (System.nanoTime() - startNs) / 1e9);
        return found == 0 && differential.failures().isEmpty() ? 0 : 1;
    }
}
