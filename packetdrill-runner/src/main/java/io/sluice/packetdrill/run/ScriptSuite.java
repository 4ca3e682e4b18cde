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

    public ScriptSuite(ScriptRunner runner, Definitions definitions) {
        this.runner = runner;
        this.definitions = definitions;
    }

    /** Runs every script, as many at a time as there are processors; the results are in the order of the scripts. */
    public List<RunResult> run(List<Path> scripts) {
        return scripts.parallelStream().map(this::run).toList();
    }

    /** Parses and runs one script; a file that cannot be read or parsed fails. */
    public RunResult run(Path path) {
        try {
            Script script = ScriptParser.parseFile(path, definitions);
            return runner.run(script);
        } catch (ScriptSyntaxException e) {
            return new RunResult(path.toString(), e.position(), Optional.ofNullable(e.getMessage()), List.of());
        } catch (IOException e) {
            return new RunResult(path.toString(), null, Optional.of("cannot be read: " + e.getMessage()), List.of());
        }
    }
}
