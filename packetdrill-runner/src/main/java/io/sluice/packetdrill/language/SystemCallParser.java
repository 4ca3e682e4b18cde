package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Parses a system call: {@code read(4, ..., 1000) = -1 EAGAIN (Resource temporarily unavailable)}. */
final class SystemCallParser {
    private final TokenCursor cursor;
    private final ExpressionParser expressions;

    SystemCallParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.expressions = new ExpressionParser(cursor);
    }

    SystemCall systemCall(SourcePosition position, OptionalLong endNs) throws ScriptSyntaxException {
        Token name = cursor.expect(TokenKind.WORD, "the name of a system call");
        cursor.expect('(', "after the name of the system call '" + name.text() + "'");
        List<Expression> arguments = expressions.listUntil(')', "arguments of " + name.text());
        cursor.expect('=', "and the expected result after the arguments of " + name.text());
        Expression result = expressions.result();
        Optional<String> error = error();
        return new SystemCall(position, name.text(), arguments, result, error, note(), endNs);
    }

    private Optional<String> error() throws ScriptSyntaxException {
        if (!cursor.at(TokenKind.WORD)) {
            return Optional.empty();
        }
        Token word = cursor.peek();
        if (!word.text().matches("E[A-Z0-9]+")) {
            throw cursor.unexpected("an errno such as EAGAIN, a note in parentheses or the next event");
        }
        cursor.next();
        return Optional.of(word.text());
    }

    /** The words in parentheses, with single blanks between them. */
    private Optional<String> note() throws ScriptSyntaxException {
        if (!cursor.atSymbol('(')) {
            return Optional.empty();
        }
        Token open = cursor.next();
        while (!cursor.atSymbol(')')) {
            if (cursor.at(TokenKind.END)) {
                throw cursor.error(open, "note without its closing ')'");
            }
            cursor.next();
        }
        Token close = cursor.next();
        String note = cursor.source().text().substring(open.end(), close.start());
        return Optional.of(note.strip().replaceAll("\\s+", " "));
    }
}
