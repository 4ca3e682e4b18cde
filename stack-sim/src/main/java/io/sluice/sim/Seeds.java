package io.sluice.sim;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.sim.workload.StreamUpgrade;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds: every seed is a network, hosts and connections drawn at random, and fails if a stream is not intact, a
 * connection does not end, or a timer, packet or buffer is left. Arguments: first seed, count (1), threads (1), and a
 * file to which the packets of a single seed are captured.
 */
public final class Seeds {
    private static final int PROGRESS_EVERY = 500;
    private static final int MAX_FAILURES_TOLD = 20;

    private final PrintStream out;
    private final StreamUpgrade upgrade;
    private final boolean mixed;
    private final Counters counters = new Counters();
    private long packets;
    private long packetsDropped;
    private long virtualNs;
    private long hash;
    private final MixTally tally = new MixTally();
    private int passed;
    private final List<Long> failed = new ArrayList<>();

    /** What became of a seed. */
    private record Outcome(
            long seed,
            @Nullable String failure,
            long hash,
            long packets,
            long dropped,
            long virtualNs,
            Counters counters,
            MixTally tally) {}

    private Seeds(PrintStream out, StreamUpgrade upgrade, boolean mixed) {
        this.out = out;
        this.upgrade = upgrade;
        this.mixed = mixed;
    }

    /** Runs the seeds, says what happened, and exits with status 1 if one has failed. */
    public static void main(String[] args) throws InterruptedException, IOException {
        if (args.length < 1 || args.length > 4) {
            System.err.println("arguments: first seed, count (1), threads (1), file for the packets of a single seed");
            System.exit(2);
        }
        long first = Long.parseLong(args[0]);
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        Path capture = args.length > 3 ? Path.of(args[3]) : null;
        System.exit(run(first, count, threads, capture, System.out) ? 0 : 1);
    }

    /**
     * Runs the seeds {@code first .. first + count - 1}.
     *
     * @param capture where to write the packets, for a single seed; or null
     * @return whether all have passed
     */
    public static boolean run(long first, int count, int threads, @Nullable Path capture, PrintStream out)
            throws InterruptedException, IOException {
        return run(first, count, threads, capture, out, StreamUpgrade.NONE, false);
    }

    /**
     * As above.
     *
     * @param upgrade something, such as TLS, that is put on every connection; it is used by all threads
     * @param mixed whether connections open fast and are signed with TCP-AO and MD5, among plain ones, stacks are swapped, and
     *     datagrams with UDP options are exchanged besides
     */
    public static boolean run(
            long first,
            int count,
            int threads,
            @Nullable Path capture,
            PrintStream out,
            StreamUpgrade upgrade,
            boolean mixed)
            throws InterruptedException, IOException {
        Seeds seeds = new Seeds(out, upgrade, mixed);
        long start = System.nanoTime();
        if (capture != null) {
            try (PcapNg pcap = new PcapNg(capture)) {
                seeds.note(seeds.outcome(first, new SimAllocator(true), pcap));
            }
            out.println("Packets: " + capture);
        } else {
            seeds.runAll(first, count, threads);
        }
        seeds.summarize((System.nanoTime() - start) / 1e9);
        return seeds.failed.isEmpty();
    }

    private void runAll(long first, int count, int threads) throws InterruptedException {
        ThreadLocal<SimAllocator> allocators = ThreadLocal.withInitial(SimAllocator::new);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long seed = first + i;
                outcomes.add(pool.submit(() -> {
                    Outcome outcome = outcome(seed, allocators.get(), null);
                    if (outcome.failure != null) {
                        allocators.remove(); // what it has lost is not the next one's
                    }
                    return outcome;
                }));
            }
            for (Future<Outcome> future : outcomes) {
                note(future.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a seed did not come to an end", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    /** Runs one seed to its end, good or bad. */
    private Outcome outcome(long seed, SimAllocator allocator, @Nullable Capture capture) throws InterruptedException {
        SeedRun run = new SeedRun(seed, allocator, upgrade, mixed);
        Simulation simulation = run.simulation();
        long startNs = simulation.nowNs();
        if (capture != null) {
            simulation.capture(capture);
        }
        String failure = failureOf(run::run);
        if (failure != null) {
            failure += run.describe();
        }
        Counters sum = new Counters();
        simulation.hosts().forEach(host -> add(sum, host.stack().counters()));
        long dropped = simulation.pipes().stream().mapToLong(Pipe::dropped).sum();
        long tookNs = simulation.nowNs() - startNs;
        String closing = failureOf(run::close);
        return new Outcome(
                seed,
                failure != null ? failure : closing,
                simulation.hash().value(),
                simulation.hash().packets(),
                dropped,
                tookNs,
                sum,
                run.tally());
    }

    /** What a run threw, whatever it is, as text; null if nothing. */
    private static @Nullable String failureOf(Runnable run) throws InterruptedException {
        FutureTask<Void> task = new FutureTask<>(run, null);
        task.run();
        try {
            task.get();
            return null;
        } catch (ExecutionException e) {
            StringWriter text = new StringWriter();
            Throwable cause = e.getCause();
            (cause == null ? e : cause).printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }

    private static void add(Counters sum, Counters more) {
        for (Counter counter : Counter.values()) {
            sum.add(counter, more.get(counter));
        }
        for (DropReason reason : DropReason.values()) {
            if (more.get(reason) > 0) {
                sum.drop(reason, more.get(reason));
            }
        }
    }

    private void note(Outcome outcome) {
        packets += outcome.packets;
        packetsDropped += outcome.dropped;
        virtualNs += outcome.virtualNs;
        hash = Long.rotateLeft(hash, 1) ^ outcome.hash;
        add(counters, outcome.counters);
        tally.addAll(outcome.tally);
        if (outcome.failure == null) {
            passed++;
        } else {
            failed.add(outcome.seed);
            if (failed.size() <= MAX_FAILURES_TOLD) {
                out.println("seed " + outcome.seed + " FAILED: " + outcome.failure);
                out.println("Again, with its packets: " + again(outcome.seed));
            }
        }
        int done = passed + failed.size();
        if (done % PROGRESS_EVERY == 0) {
            out.println(done + " seeds, " + failed.size() + " failed");
        }
    }

    private String again(long seed) {
        StringBuilder command = new StringBuilder("bin/sluice seeds ").append(seed);
        if (mixed) {
            command.append(" --mix");
        }
        if (!upgrade.option().isEmpty()) {
            command.append(' ').append(upgrade.option());
        }
        return command.append(" --capture seed-").append(seed).append(".pcapng").toString();
    }

    private void summarize(double seconds) {
        out.println(String.format(
                Locale.ROOT,
                "%d seeds passed, %d failed, in %.1f s: %.0f s of virtual time, %d packets of which %d were dropped, hash"
                        + " %016x",
                passed,
                failed.size(),
                seconds,
                virtualNs / 1e9,
                packets,
                packetsDropped,
                hash));
        out.println("All hosts together: " + counters);
        out.println("The mix: " + tally);
        if (!failed.isEmpty()) {
            out.println("Failed: " + failed);
        }
    }
}
