package io.sluice.packetdrill.language;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses a script: options, commands without a time, events and the conditions around them.
 *
 * <p>One grammar serves both dialects. A parser is used once and by one thread; it does no I/O except in
 * {@link #parseFile}.
 */
public final class ScriptParser {
    /** The parts of a script, in their order. */
    private enum Section {
        OPTIONS,
        INIT_COMMANDS,
        EVENTS,
        CLEANUP_COMMANDS
    }

    private final TokenCursor cursor;
    private final EventParser events;
    private final List<ScriptWarning> warnings = new ArrayList<>();
    private Section section = Section.OPTIONS;

    private ScriptParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.events = new EventParser(cursor);
    }

    /** Parses the file {@code path}, which is UTF-8, with {@code definitions} put in. */
    public static Script parseFile(Path path, Definitions definitions) throws IOException, ScriptSyntaxException {
        // Octets that are no UTF-8 can only be in comments or strings and do no harm there.
        String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        return parse(new ScriptSource(path.toString(), text), definitions);
    }

    /** Parses {@code source} with {@code definitions} put in. Both branches of a condition are parsed and kept. */
    public static Script parse(ScriptSource source, Definitions definitions) throws ScriptSyntaxException {
        return new ScriptParser(new TokenCursor(source, definitions)).script();
    }

    private Script script() throws ScriptSyntaxException {
        skipStrayWord();
        List<Statement> statements = statements(Optional.empty());
        if (!cursor.at(TokenKind.END)) {
            throw cursor.error(cursor.peek(), cursor.peek().describe() + " without #ifdef");
        }
        if (section.compareTo(Section.EVENTS) < 0) {
            throw cursor.unexpected("an event: a time and what happens then");
        }
        return new Script(cursor.source(), statements, warnings);
    }

    /** One public script begins with a word that an editor left there; nothing can be meant by it. */
    private void skipStrayWord() {
        Token word = cursor.peek();
        boolean alone = word.kind() == TokenKind.WORD
                && word.position().column() == 1
                && cursor.peek(1).position().line() > word.position().line();
        if (alone) {
            warnings.add(new ScriptWarning(word.position(), "the word '" + word.text() + "' is ignored"));
            cursor.next();
        }
    }

    /** Statements up to the end of the script or, inside a condition, to its {@code #else} or {@code #endif}. */
    private List<Statement> statements(Optional<Token> condition) throws ScriptSyntaxException {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = cursor.peek();
            switch (token.kind()) {
                case END -> {
                    if (condition.isPresent()) {
                        throw cursor.error(condition.get(), condition.get().describe() + " without #endif");
                    }
                    return statements;
                }
                case DIRECTIVE -> {
                    if (token.text().equals("#else") || token.text().equals("#endif")) {
                        return statements;
                    }
                    statements.add(conditional());
                }
                case OPTION -> statements.add(option());
                case COMMAND -> statements.add(timelessCommand());
                default -> statements.add(event());
            }
        }
    }

    private Statement conditional() throws ScriptSyntaxException {
        Token condition = cursor.next();
        boolean negated = condition.text().startsWith("#ifndef");
        String name = condition.text().substring(condition.text().indexOf(' ') + 1);
        List<Statement> then = statements(Optional.of(condition));
        List<Statement> otherwise = List.of();
        if (cursor.peek().text().equals("#else")) {
            cursor.next();
            otherwise = statements(Optional.of(condition));
        }
        if (!cursor.at(TokenKind.DIRECTIVE) || !cursor.peek().text().equals("#endif")) {
            throw cursor.unexpected("#endif of " + condition.describe());
        }
        cursor.next();
        return new Statement.Conditional(condition.position(), name, negated, then, otherwise);
    }

    private Statement option() throws ScriptSyntaxException {
        Token token = cursor.next();
        if (section != Section.OPTIONS) {
            throw cursor.error(token, "options stand before commands and events");
        }
        int equals = token.text().indexOf('=');
        String name = equals < 0 ? token.text() : token.text().substring(0, equals);
        Optional<String> value = Optional.empty();
        if (equals >= 0) {
            value = Optional.of(unquoted(token.text().substring(equals + 1)));
        } else if (cursor.atSymbol('=')) {
            cursor.next();
            value = Optional.of(cursor.next().text());
        }
        if (value.isPresent() && value.get().isEmpty()) {
            throw cursor.error(token, "option --" + name + " has no value behind '='");
        }
        if (name.equals("define") && value.isPresent()) {
            cursor.define(value.get());
        }
        return new Statement.Option(token.position(), name, value);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private Statement timelessCommand() {
        Token token = cursor.next();
        ShellCommand command = new ShellCommand(token.position(), token.text());
        if (section.compareTo(Section.EVENTS) < 0) {
            section = Section.INIT_COMMANDS;
            return new Statement.InitCommand(command);
        }
        section = Section.CLEANUP_COMMANDS;
        return new Statement.CleanupCommand(command);
    }

    private Statement event() throws ScriptSyntaxException {
        if (section == Section.CLEANUP_COMMANDS) {
            throw cursor.error(
                    cursor.peek(), "an event after a command without a time; such a command ends the script");
        }
        section = Section.EVENTS;
        return events.event();
    }
}
