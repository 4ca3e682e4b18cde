package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/**
 * Writes a script, or a part of it, in the language. What is parsed from the text differs from what was printed in its
 * positions only; comments and layout are not kept.
 */
public final class ScriptPrinter {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private ScriptPrinter() {}

    /** The text of {@code script}. */
    public static String print(Script script) {
        StringBuilder out = new StringBuilder();
        statements(out, script.statements());
        return out.toString();
    }

    /** The text of {@code action} without a time. */
    public static String print(Action action) {
        StringBuilder out = new StringBuilder();
        action(out, action);
        return out.toString();
    }

    private static void statements(StringBuilder out, List<Statement> statements) {
        for (Statement statement : statements) {
            statement(out, statement);
        }
    }

    private static void statement(StringBuilder out, Statement statement) {
        if (statement instanceof Statement.Option option) {
            option(out, option);
        } else if (statement instanceof Statement.InitCommand init) {
            command(out, init.command());
        } else if (statement instanceof Statement.CleanupCommand cleanup) {
            command(out, cleanup.command());
        } else if (statement instanceof Event event) {
            event(out, event);
        } else if (statement instanceof Statement.Conditional conditional) {
            out.append(conditional.negated() ? "#ifndef " : "#ifdef ")
                    .append(conditional.name())
                    .append('\n');
            statements(out, conditional.then());
            if (!conditional.otherwise().isEmpty()) {
                out.append("#else\n");
                statements(out, conditional.otherwise());
            }
            out.append("#endif");
        }
        out.append('\n');
    }

    private static void option(StringBuilder out, Statement.Option option) {
        out.append("--").append(option.name());
        Optional<String> value = option.value();
        if (value.isPresent()) {
            boolean quoted = value.get().chars().anyMatch(Character::isWhitespace)
                    || value.get().contains("//");
            out.append('=');
            out.append(quoted && value.get().indexOf('"') < 0 ? '"' + value.get() + '"' : value.get());
        }
    }

    private static void event(StringBuilder out, Event event) {
        time(out, event.time());
        if (event.action() instanceof SystemCall call && call.endNs().isPresent()) {
            out.append("...");
            seconds(out, call.endNs().getAsLong());
        }
        out.append(' ');
        action(out, event.action());
    }

    private static void action(StringBuilder out, Action action) {
        if (action instanceof Packet packet) {
            PacketPrinter.print(out, packet);
        } else if (action instanceof SystemCall call) {
            systemCall(out, call);
        } else if (action instanceof ShellCommand command) {
            command(out, command);
        } else if (action instanceof CodeBlock block) {
            CodePrinter.print(out, block);
        }
    }

    private static void command(StringBuilder out, ShellCommand command) {
        out.append('`').append(command.text()).append('`');
    }

    private static void systemCall(StringBuilder out, SystemCall call) {
        out.append(call.name()).append('(');
        ExpressionPrinter.list(out, call.arguments());
        out.append(") = ");
        ExpressionPrinter.print(out, call.result());
        call.error().ifPresent(error -> out.append(' ').append(error));
        call.note().ifPresent(note -> out.append(" (").append(note).append(')'));
    }

    private static void time(StringBuilder out, EventTime time) {
        if (time instanceof EventTime.Absolute absolute) {
            seconds(out, absolute.atNs());
        } else if (time instanceof EventTime.Relative relative) {
            seconds(out.append('+'), relative.afterNs());
        } else if (time instanceof EventTime.AbsoluteRange range) {
            seconds(out, range.fromNs());
            seconds(out.append('~'), range.toNs());
        } else if (time instanceof EventTime.RelativeRange range) {
            seconds(out.append('+'), range.fromNs());
            seconds(out.append("~+"), range.toNs());
        } else {
            out.append('*');
        }
    }

    /** Nanoseconds as seconds, with no more decimal places than they need. */
    private static void seconds(StringBuilder out, long ns) {
        out.append(ns / NS_PER_SECOND);
        long fraction = ns % NS_PER_SECOND;
        if (fraction != 0) {
            String digits = Long.toString(NS_PER_SECOND + fraction).substring(1);
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            out.append('.').append(digits, 0, end);
        }
    }
}
