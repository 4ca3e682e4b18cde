package io.sluice.packetdrill.command;

import io.sluice.packetdrill.command.ShellText.Pipeline;
import io.sluice.packetdrill.command.ShellText.Simple;
import io.sluice.packetdrill.command.ShellText.Then;
import io.sluice.packetdrill.command.Tool.Outcome;
import io.sluice.packetdrill.language.ShellCommand;
import io.sluice.packetdrill.run.RunFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands with tools of this program, and no others: a command that is not among them fails, and so does the
 * script, unless the script itself says what to do then. Nothing is ever given to a real shell.
 */
public final class Shell {
    private final Map<String, Tool> tools;
    private final Sink sink;

    /** Takes what is written to files other than {@code /dev/null}. */
    @FunctionalInterface
    public interface Sink {
        /** Null, or why that cannot be. */
        @Nullable String write(String file, List<String> lines);
    }

    /**
     * @param tools by the last part of the name that a command goes by
     * @param sink what redirections write to
     */
    public Shell(Map<String, Tool> tools, Sink sink) {
        this.tools = Map.copyOf(tools);
        this.sink = sink;
    }

    /** The programs that {@code command} would run, each with its arguments. */
    public static List<List<String>> words(ShellCommand command) {
        return ShellText.parse(command.text()).stream()
                .flatMap(pipeline -> pipeline.stages().stream())
                .map(Simple::words)
                .toList();
    }

    /** Runs the pipelines of {@code command}, one after the other. */
    public void execute(ShellCommand command) throws RunFailure {
        boolean skip = false;
        for (Pipeline pipeline : ShellText.parse(command.text())) {
            if (skip) {
                skip = pipeline.then() != Then.ALWAYS;
                continue;
            }
            String problem = run(pipeline);
            if (problem != null && pipeline.then() == Then.ALWAYS) {
                throw new RunFailure(command.position(), problem);
            }
            skip = pipeline.then() == (problem == null ? Then.AFTER_FAILURE : Then.AFTER_SUCCESS);
        }
    }

    /** Null if the last command of the pipeline succeeded. */
    private @Nullable String run(Pipeline pipeline) {
        Outcome outcome = Outcome.done();
        String line = "";
        for (Simple simple : pipeline.stages()) {
            line = String.join(" ", simple.words());
            outcome = run(simple, outcome.lines());
        }
        return outcome.problem() == null ? null : "`" + line + "`: " + outcome.problem();
    }

    private Outcome run(Simple simple, List<String> input) {
        String path = simple.words().get(0);
        Tool tool = tools.get(path.substring(path.lastIndexOf('/') + 1));
        if (tool == null) {
            return Outcome.failed("no such command here");
        }
        Outcome outcome = tool.run(simple.words(), input);
        if (outcome.problem() != null
                || simple.target().isEmpty()
                || simple.target().equals("/dev/null")) {
            return outcome;
        }
        String problem = sink.write(simple.target(), outcome.lines());
        return problem == null ? Outcome.done() : Outcome.failed(problem);
    }
}
