package io.sluice.sim.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All checks, how they are run, and the page about them. */
public final class Validation {
    private Validation() {}

    /** Every check, group by group. */
    public static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        all.addAll(ResponseFunctions.checks());
        all.addAll(RandomLoss.checks());
        all.addAll(BbrNumbers.checks());
        all.addAll(Ns3Scenarios.checks());
        all.addAll(LossDetection.checks());
        all.addAll(SlowStarts.checks());
        all.addAll(ExactModels.checks());
        all.addAll(Fairness.checks());
        all.addAll(QueueDelays.checks());
        return all;
    }

    /**
     * Runs what is chosen.
     *
     * @param threads how many at a time
     * @param done told of each when it is done
     * @throws IllegalStateException if one could not be measured
     */
    public static List<Outcome> run(Predicate<Check> chosen, int threads, Consumer<Outcome> done)
            throws InterruptedException {
        return run(checks().stream().filter(chosen).toList(), threads, done);
    }

    /** The same of these. */
    static List<Outcome> run(List<Check> checks, int threads, Consumer<Outcome> done) throws InterruptedException {
        Outcome[] outcomes = new Outcome[checks.size()];
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread worker = new Thread(
                    () -> {
                        for (int i = next.getAndIncrement(); i < checks.size(); i = next.getAndIncrement()) {
                            Outcome outcome = run(checks.get(i));
                            outcomes[i] = outcome;
                            synchronized (outcomes) {
                                done.accept(outcome);
                            }
                        }
                    },
                    "validation-" + t);
            worker.setUncaughtExceptionHandler((thread, thrown) -> {
                failure.compareAndSet(null, thrown);
                next.set(checks.size()); // the others end, too
            });
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a figure could not be measured", failure.get());
        }
        return Arrays.asList(outcomes);
    }

    /** Runs one check with all its seeds. */
    public static Outcome run(Check check) {
        double[] values = new double[check.seeds()];
        for (int i = 0; i < values.length; i++) {
            values[i] = check.measure().applyAsDouble(i + 1);
        }
        Arrays.sort(values);
        return new Outcome(check, values[values.length / 2], values[0], values[values.length - 1]);
    }

    /** The page, in Markdown. */
    public static String page(List<Outcome> outcomes, String command) {
        StringBuilder out = new StringBuilder();
        long agree = outcomes.stream().filter(Outcome::agrees).count();
        out.append("# Validation\n\nPublished figures, measured again on the real stack in virtual time. Made by `")
                .append(command);
        out.append(
                "`\n([the laboratory](lab.md)); where there is chance, the median of twenty seeds counts, and the least and the most are given.\n\n");
        out.append(agree).append(" of ").append(outcomes.size()).append(" figures agree.\n");
        String group = "";
        for (Outcome o : outcomes) {
            Check c = o.check();
            if (!c.group().equals(group)) {
                group = c.group();
                out.append("\n## ")
                        .append(group)
                        .append("\n\n| what | source | published | measured | seeds: least to most | |\n");
                out.append("|---|---|--:|--:|--:|---|\n");
            }
            out.append("| ")
                    .append(c.what())
                    .append(" | ")
                    .append(c.source())
                    .append(" | ")
                    .append(c.published());
            out.append(' ')
                    .append(c.unit())
                    .append(" | ")
                    .append(number(o.median()))
                    .append(" | ");
            out.append(c.seeds() == 1 ? "" : number(o.least()) + " to " + number(o.most()))
                    .append(" | ");
            out.append(o.agrees() ? "" : "**off by " + percent(o.outsideBy()) + " %**")
                    .append(" |\n");
        }
        out.append(outcomes.stream()
                .filter(o -> !o.agrees() && !o.check().note().isEmpty())
                .map(o -> "- " + o.check().what() + ": " + o.check().note() + ".\n")
                .collect(Collectors.joining("", "\n## Why some do not agree\n\n", "")));
        return out.toString();
    }

    /** Whole ones, and below one with a digit behind the point. */
    private static String percent(double share) {
        return String.format(Locale.ROOT, share < 0.01 ? "%.1f" : "%.0f", share * 100);
    }

    /** Four digits that matter. */
    public static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "never";
        }
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.4f", value);
    }
}
