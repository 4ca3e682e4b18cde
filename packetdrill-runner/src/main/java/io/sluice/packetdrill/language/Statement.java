package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** What a script is made of: options of its header, commands without a time, events and conditions around them. */
public sealed interface Statement
        permits Statement.Option, Statement.InitCommand, Statement.CleanupCommand, Statement.Conditional, Event {

    /** Where the statement begins. */
    SourcePosition position();

    /**
     * An option of the header: {@code --tolerance_usecs=75000}, {@code --strict_segments}.
     *
     * @param position where it is
     * @param name the name, without dashes
     * @param value what follows the equals sign, without the quotes of a quoted value
     */
    record Option(SourcePosition position, String name, Optional<String> value) implements Statement {}

    /**
     * A command before the first event; it has no time and runs before the clock starts.
     *
     * @param command the command
     */
    record InitCommand(ShellCommand command) implements Statement {
        @Override
        public SourcePosition position() {
            return command.position();
        }
    }

    /**
     * A command after the last event; it runs whatever the outcome.
     *
     * @param command the command
     */
    record CleanupCommand(ShellCommand command) implements Statement {
        @Override
        public SourcePosition position() {
            return command.position();
        }
    }

    /**
     * {@code #ifdef} or {@code #ifndef}, {@code #else}, {@code #endif}.
     *
     * @param position where the condition is
     * @param name the name that is asked for
     * @param negated true for {@code #ifndef}
     * @param then the statements up to {@code #else} or {@code #endif}
     * @param otherwise the statements after {@code #else}
     */
    record Conditional(
            SourcePosition position, String name, boolean negated, List<Statement> then, List<Statement> otherwise)
            implements Statement {
        /** Copies the lists. */
        public Conditional {
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }
    }
}
