package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A parsed script: its statements in the order of the text, both branches of every condition included.
 *
 * @param source the text it was parsed from
 * @param statements the statements in order
 * @param warnings mistakes that did not stop the parser
 */
public record Script(ScriptSource source, List<Statement> statements, List<ScriptWarning> warnings) {
    /** Copies the lists. */
    public Script {
        statements = List.copyOf(statements);
        warnings = List.copyOf(warnings);
    }

    /**
     * The script without conditions: what is left of it where the names that {@code isDefined} accepts are defined.
     */
    public Selection select(Predicate<String> isDefined) {
        Selection selection = new Selection(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        collect(statements, isDefined, selection);
        return new Selection(
                List.copyOf(selection.options),
                List.copyOf(selection.initCommands),
                List.copyOf(selection.events),
                List.copyOf(selection.cleanupCommands));
    }

    private static void collect(List<Statement> statements, Predicate<String> isDefined, Selection into) {
        for (Statement statement : statements) {
            if (statement instanceof Statement.Option option) {
                into.options.add(option);
            } else if (statement instanceof Statement.InitCommand init) {
                into.initCommands.add(init.command());
            } else if (statement instanceof Statement.CleanupCommand cleanup) {
                into.cleanupCommands.add(cleanup.command());
            } else if (statement instanceof Event event) {
                into.events.add(event);
            } else if (statement instanceof Statement.Conditional conditional) {
                boolean holds = isDefined.test(conditional.name()) != conditional.negated();
                collect(holds ? conditional.then() : conditional.otherwise(), isDefined, into);
            }
        }
    }

    /**
     * A script without conditions, sorted by kind of statement.
     *
     * @param options the header, in order; a later option of the same name wins
     * @param initCommands commands to run before the clock starts
     * @param events what happens, in order
     * @param cleanupCommands commands to run at the end, whatever the outcome
     */
    public record Selection(
            List<Statement.Option> options,
            List<ShellCommand> initCommands,
            List<Event> events,
            List<ShellCommand> cleanupCommands) {
        /** How long the script takes if everything happens when it says, in nanoseconds. */
        public long lengthNs() {
            long atNs = 0;
            for (Event event : events) {
                atNs = event.time().dueNs(atNs);
            }
            return atNs;
        }
    }
}
