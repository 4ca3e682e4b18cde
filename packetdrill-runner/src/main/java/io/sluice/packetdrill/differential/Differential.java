package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.RunFailure;
import io.sluice.packetdrill.run.StepRecorder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs random scripts against the stack, in virtual time and under Linux's profile, and against the Linux kernel that this
 * program runs on, and looks for differences. Needs root, or a user namespace.
 */
public final class Differential {
    private static final int MOST_STEPS = 14;
    private static final int CONFIRMATIONS = 2;

    /** How many of a kind are shrunk: their causes are the same, mostly. */
    private static final int SHRUNK_OF_A_KIND = 2;

    private final Source source;
    private final int count;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unsteady = new AtomicInteger();
    private final Map<String, List<Finding>> findings = new TreeMap<>();
    private final Map<Deviation, List<Finding>> deviations = new EnumMap<>(Deviation.class);
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final List<Throwable> failures = new ArrayList<>();

    /**
     * @param seed decides everything that the stack does; the kernel has its own timing
     * @param count how many scripts
     */
    public Differential(long seed, int count) {
        this(number -> generate(seed, number), count);
    }

    private Differential(Source source, int count) {
        this.source = source;
        this.count = count;
    }

    /** Where scripts come from, by their number. */
    private interface Source {
        List<Step> script(int number) throws RunFailure;
    }

    /**
     * Not random scripts, but every kind of segment in every state.
     *
     * @param every of so many scripts one is taken; 1 for all
     */
    public static Differential ofStates(int every) {
        List<List<Step>> scripts = StateMatrix.scripts();
        return new Differential(number -> scripts.get(number * every), (scripts.size() - 1) / every + 1);
    }

    /** How many scripts there are. */
    public int count() {
        return count;
    }

    /**
     * Runs them all.
     *
     * @param workers how many at a time: most of their time is waiting
     */
    public void run(int workers) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(this::work, "differential-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work() {
        try (Subjects subjects = new Subjects()) {
            subjects.call(() -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    runOne(n, subjects);
                }
                return true;
            });
        } catch (RunFailure e) {
            synchronized (findings) {
                failures.add(e);
            }
        }
    }

    private void runOne(int number, Subjects subjects) throws RunFailure {
        Finding found = compare(number, source.script(number), subjects);
        if (found == null) {
            return;
        }
        if (!isConfirmed(found, subjects)) {
            unsteady.incrementAndGet();
            return;
        }
        if (countOf(found.signature()) < SHRUNK_OF_A_KIND) {
            found = new Shrinker(subjects).shrink(found);
        }
        Optional<Deviation> deviation = Deviation.of(found);
        synchronized (findings) {
            if (deviation.isPresent()) {
                deviations
                        .computeIfAbsent(deviation.get(), key -> new ArrayList<>())
                        .add(found);
            } else {
                findings.computeIfAbsent(found.signature(), key -> new ArrayList<>())
                        .add(found);
            }
        }
    }

    private int countOf(String signature) {
        synchronized (findings) {
            return kinds.merge(signature, 1, Integer::sum) - 1;
        }
    }

    private static List<Step> generate(long seed, int number) throws RunFailure {
        try (StepRecorder recorder = Subjects.newStack()) {
            ScriptGenerator generator =
                    new ScriptGenerator(new Dice(new SplittableRandom(seed * 1_000_003L + number)), recorder);
            generator.run(MOST_STEPS);
            return generator.steps();
        }
    }

    /** Runs {@code steps} against both; null if they agree, else up to the step in which they do not. */
    static @Nullable Finding compare(int number, List<Step> steps, Subjects subjects) throws RunFailure {
        Transcript stack = subjects.ofStack(steps);
        Transcript kernel = subjects.ofKernel(steps);
        int at = stack.firstDifference(kernel);
        return at < 0 ? null : new Finding(number, steps.subList(0, at + 1), stack.first(at + 1), kernel.first(at + 1));
    }

    /** Whether the kernel does the same again: it is disturbed by what else the machine does. */
    static boolean isConfirmed(Finding finding, Subjects subjects) throws RunFailure {
        for (int i = 0; i < CONFIRMATIONS; i++) {
            if (!subjects.ofKernel(finding.steps()).equals(finding.kernel())) {
                return false;
            }
        }
        return true;
    }

    /** What the kernel is known to do differently, and what showed it. */
    public Map<Deviation, List<Finding>> deviations() {
        return deviations;
    }

    /** What else was found, by kind: mistakes, until somebody finds a reason. */
    public Map<String, List<Finding>> findings() {
        return findings;
    }

    /** Scripts in which the kernel did not do the same every time. */
    public int unsteady() {
        return unsteady.get();
    }

    /** What stopped the run before its end. */
    public List<Throwable> failures() {
        return failures;
    }
}
