package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs many scripts, each by itself, several at the same time. Where time passes by itself, a run may fail by bad luck: then
 * a script may be run again, alone.
 */
public final class ScriptSuite {
    private final ScriptRunner runner;
    private final Definitions definitions;
    private final int jobs;
    private final int runs;

    /** Runs scripts in parallel, as many as there are processors, each once. */
    public ScriptSuite(ScriptRunner runner, Definitions definitions) {
        this(runner, definitions, Runtime.getRuntime().availableProcessors(), 1);
    }

    /**
     * @param jobs how many scripts run at the same time
     * @param runs how often a script is run at most; it passes if more than half of its runs do. One that fails beside others
     *     is run alone after them, and what counts is how that goes, if {@code runs} is more than 1.
     */
    public ScriptSuite(ScriptRunner runner, Definitions definitions, int jobs, int runs) {
        this.runner = runner;
        this.definitions = definitions;
        this.jobs = jobs;
        this.runs = runs;
    }

    /** Runs every script; the results are in the order of the scripts. */
    public List<RunResult> run(List<Path> scripts) {
        if (jobs == 1) {
            return scripts.stream().map(this::run).toList();
        }
        List<RunResult> results = new ArrayList<>(together(scripts));
        for (int i = 0; i < results.size() && runs > 1; i++) {
            if (!results.get(i).passed()) {
                results.set(i, run(scripts.get(i)));
            }
        }
        return results;
    }

    private List<RunResult> together(List<Path> scripts) {
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<RunResult>> running = scripts.stream()
                    .map(path -> pool.submit(() -> run(path, 1)))
                    .toList();
            List<RunResult> results = new ArrayList<>();
            for (Future<RunResult> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException io) { // no device, no file to capture to
                throw new UncheckedIOException(io.getMessage(), io.getCause());
            }
            throw new IllegalStateException("a run ended in a way that no script can cause", e);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Parses and runs one script; a file that cannot be read or parsed fails. */
    public RunResult run(Path path) {
        return run(path, runs);
    }

    private RunResult run(Path path, int most) {
        try {
            Script script = ScriptParser.parseFile(path, definitions);
            RunResult last = runner.run(script);
            int needed = most / 2 + 1;
            int passed = last.passed() ? 1 : 0;
            int failed = 1 - passed;
            while (passed < needed && failed < needed) {
                last = runner.run(script);
                passed += last.passed() ? 1 : 0;
                failed += last.passed() ? 0 : 1;
            }
            return last;
        } catch (ScriptSyntaxException e) {
            return new RunResult(path.toString(), e.position(), Optional.ofNullable(e.getMessage()), List.of());
        } catch (IOException e) {
            return new RunResult(path.toString(), null, Optional.of("cannot be read: " + e.getMessage()), List.of());
        }
    }
}
