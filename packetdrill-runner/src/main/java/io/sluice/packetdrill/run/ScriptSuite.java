package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs many scripts at the same time, each by itself. */
public final class ScriptSuite {
    private final ScriptRunner runner;
    private final Definitions definitions;
    private final boolean parallel;
    private final int runs;

    /** Runs scripts in parallel, each once. */
    public ScriptSuite(ScriptRunner runner, Definitions definitions) {
        this(runner, definitions, true, 1);
    }

    /**
     * @param parallel whether several scripts run at the same time, as many as there are processors
     * @param runs how often a script is run at most; it passes if more than half of its runs do
     */
    public ScriptSuite(ScriptRunner runner, Definitions definitions, boolean parallel, int runs) {
        this.runner = runner;
        this.definitions = definitions;
        this.parallel = parallel;
        this.runs = runs;
    }

    /** Runs every script; the results are in the order of the scripts. */
    public List<RunResult> run(List<Path> scripts) {
        return (parallel ? scripts.parallelStream() : scripts.stream())
                .map(this::run)
                .toList();
    }

    /** Parses and runs one script; a file that cannot be read or parsed fails. */
    public RunResult run(Path path) {
        try {
            Script script = ScriptParser.parseFile(path, definitions);
            RunResult last = runner.run(script);
            int needed = runs / 2 + 1;
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
