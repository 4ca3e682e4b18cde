package io.sluice.packetdrill.differential;

import io.sluice.packetdrill.run.Mode;
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
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs random scripts against the stack, in virtual time and under Linux's profile, and against the Linux kernel that this
 * program runs on, and looks for differences. Needs root, or a user namespace.
 */
public final class Differential {
    private static final int MOST_STEPS = 14;
    private static final int MOST_STEPS_OF_EXCHANGE = 30;
    private static final int CONFIRMATIONS = 2;
    private static final int MOST_LATE = 4;

    /** How often a script is run again whose difference does not show every time: other work may have disturbed the kernel. */
    private static final int MOST_ATTEMPTS = 4;

    /** How many of a kind are shrunk: their causes are the same, mostly. */
    private static final int SHRUNK_OF_A_KIND = 2;

    private final Source source;
    private final Setting setting;
    private final int count;
    private final ReadWriteLock processes = new ReentrantReadWriteLock(true);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger compared = new AtomicInteger();
    private final List<Finding> unsteady = new ArrayList<>();
    private final Map<String, List<Finding>> findings = new TreeMap<>();
    private final Map<Deviation, List<Finding>> deviations = new EnumMap<>(Deviation.class);
    private final Map<String, Integer> kinds = new TreeMap<>();
    private final List<Throwable> failures = new ArrayList<>();

    /**
     * @param seed decides everything that the stack does; the kernel has its own timing
     * @param count how many scripts
     * @param mode with which IP and sockets
     */
    public Differential(long seed, int count, Mode mode, Topic topic) {
        this(new Setting(mode, topic), seed, count);
    }

    private Differential(Setting setting, long seed, int count) {
        this(number -> generate(seed, number, setting), count, setting);
    }

    private Differential(Source source, int count, Setting setting) {
        this.setting = setting;
        this.source = source;
        this.count = count;
    }

    /**
     * A script to compare.
     *
     * @param stack what the stack did while the script was made, or null if it was made without it
     */
    private record Candidate(List<Step> steps, @Nullable Transcript stack) {}

    /** Where scripts come from, by their number. */
    private interface Source {
        Candidate script(int number) throws RunFailure;
    }

    /**
     * Not random scripts, but every kind of segment in every state.
     *
     * @param every of so many scripts one is taken; 1 for all
     */
    public static Differential ofStates(int every) {
        List<List<Step>> scripts = StateMatrix.scripts();
        return new Differential(
                number -> new Candidate(scripts.get(number * every), null),
                (scripts.size() - 1) / every + 1,
                Setting.USUAL);
    }

    /** How many scripts there are. */
    public int count() {
        return count;
    }

    /**
     * Runs them all. What ends a worker early is in {@link #failures}.
     *
     * @param workers how many at a time: most of their time is waiting
     * @throws IllegalArgumentException if there would be no worker
     */
    public void run(int workers) throws InterruptedException {
        if (workers < 1) {
            throw new IllegalArgumentException("no workers: " + workers);
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(this::work, "differential-" + i);
            thread.setUncaughtExceptionHandler((ended, cause) -> fail(cause));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work() {
        try (Subjects subjects = new Subjects(setting, processes)) {
            subjects.call(() -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    runOne(n, subjects);
                    compared.incrementAndGet();
                }
                return true;
            });
        } catch (RunFailure e) {
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        synchronized (findings) {
            failures.add(cause);
        }
    }

    private void runOne(int number, Subjects subjects) throws RunFailure {
        Candidate script = source.script(number);
        Transcript stack = script.stack == null ? subjects.ofStack(script.steps) : script.stack;
        Finding found = compare(number, script.steps, stack, subjects);
        for (int i = 0; i < MOST_LATE && found != null && subjects.wasLate(); i++) { // a late run says nothing
            found = compare(number, script.steps, stack, subjects);
        }
        if (found == null) {
            return;
        }
        Finding steady = steady(found, script.steps, stack, subjects);
        if (steady == null) {
            synchronized (findings) {
                unsteady.add(found);
            }
            return;
        }
        found = steady;
        // One that is explained is shrunk to the least that shows it: what else the script holds must not be the
        // explanation.
        if (deviation(found).isPresent() || countOf(found.signature()) < SHRUNK_OF_A_KIND) {
            found = new Shrinker(subjects).shrink(found);
        }
        Finding shrunk = found;
        Optional<Deviation> deviation = deviation(shrunk);
        synchronized (findings) {
            deviation
                    .map(known -> deviations.computeIfAbsent(known, key -> new ArrayList<>()))
                    .orElseGet(() -> findings.computeIfAbsent(shrunk.signature(), key -> new ArrayList<>()))
                    .add(shrunk);
        }
    }

    private Optional<Deviation> deviation(Finding found) {
        return setting.topic().dependsOnTimes() ? Optional.empty() : Deviation.of(found);
    }

    /** The difference that the kernel shows every time, in one of several attempts; null if it does not, or once agrees. */
    private static @Nullable Finding steady(Finding first, List<Step> steps, Transcript stack, Subjects subjects)
            throws RunFailure {
        Finding found = first;
        for (int i = 0; i < MOST_ATTEMPTS && found != null; i++) {
            if (isConfirmed(found, subjects) && !isOfGranularity(found, subjects)) {
                return found;
            }
            found = compare(first.number(), steps, stack, subjects);
        }
        return null;
    }

    private int countOf(String signature) {
        synchronized (findings) {
            return kinds.merge(signature, 1, Integer::sum) - 1;
        }
    }

    private static Candidate generate(long seed, int number, Setting setting) throws RunFailure {
        try (StepRecorder recorder = Subjects.newStack(setting)) {
            Dice dice = new Dice(new SplittableRandom(seed * 1_000_003L + number));
            Trial trial = new Trial(recorder);
            if (setting.topic() == Topic.LOSS_RECOVERY) {
                new LossyExchange(dice, trial).run(MOST_STEPS_OF_EXCHANGE);
            } else {
                new ScriptGenerator(dice, recorder, trial, setting.mode()).run(MOST_STEPS);
            }
            return new Candidate(trial.steps(), trial.transcript());
        }
    }

    /** Runs {@code steps} against both; null if they agree, else up to the step in which they do not. */
    static @Nullable Finding compare(int number, List<Step> steps, Subjects subjects) throws RunFailure {
        return compare(number, steps, subjects.ofStack(steps), subjects);
    }

    private static @Nullable Finding compare(int number, List<Step> steps, Transcript stack, Subjects subjects)
            throws RunFailure {
        Transcript kernel = subjects.ofKernel(steps);
        int at = stack.firstDifference(kernel);
        return at < 0
                ? null
                : new Finding(
                        number,
                        subjects.setting(),
                        steps.subList(0, at + 1),
                        stack.first(at + 1),
                        kernel.first(at + 1));
    }

    /** Whether the kernel does the same again, and in time: it is disturbed by what else the machine does. */
    static boolean isConfirmed(Finding finding, Subjects subjects) throws RunFailure {
        int same = 0;
        for (int late = 0; same < CONFIRMATIONS && late < MOST_LATE; late += subjects.wasLate() ? 1 : 0) {
            Transcript again = subjects.ofKernel(finding.steps());
            if (!subjects.wasLate() && !again.equals(finding.kernel())) {
                return false;
            }
            same += subjects.wasLate() ? 0 : 1;
        }
        return same == CONFIRMATIONS;
    }

    /**
     * Whether the stack does the same if a little less or more time passes: then a timer of the kernel, which counts in ticks, or
     * was kept waiting between two steps, has gone off on the other side of the end of a pause.
     */
    private static boolean isOfGranularity(Finding found, Subjects subjects) throws RunFailure {
        long byNs = subjects.setting().topic().granularityNs();
        return agreesLater(found, subjects, -byNs) || agreesLater(found, subjects, byNs);
    }

    private static boolean agreesLater(Finding found, Subjects subjects, long byNs) throws RunFailure {
        List<Step> shifted = found.steps().stream()
                .map(step -> step.waiting(step.waitNs() <= Math.abs(byNs) ? step.waitNs() : step.waitNs() + byNs))
                .toList();
        return !shifted.equals(found.steps()) && subjects.ofStack(shifted).equals(found.kernel());
    }

    /** What the kernel is known to do differently, and what showed it. */
    public Map<Deviation, List<Finding>> deviations() {
        return deviations;
    }

    /** What else was found, by kind: mistakes, until somebody finds a reason. */
    public Map<String, List<Finding>> findings() {
        return findings;
    }

    /**
     * Those in which the kernel did not do the same every time, or where a timer of the two went off on either side of the end
     * of a pause: what they show is not known.
     */
    public List<Finding> unsteady() {
        return unsteady;
    }

    /** How many scripts were compared: all, unless there are {@link #failures}. */
    public int compared() {
        return compared.get();
    }

    /** What stopped the run before its end. */
    public List<Throwable> failures() {
        return failures;
    }
}
