package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into {@link Token}s.
 *
 * <p>Comments are {@code //} and {@code #} to the end of the line and C's. A {@code #} is a comment only at the
 * beginning of a line or after white space, and only if no directive of the C preprocessor follows.
 */
final class Lexer {
    /** Words that go on after a minus sign: TCP options by number and one DSCP name. */
    private static final List<String> HYPHENATED = List.of("gen", "exp", "EXP", "voice");

    private static final List<String> FOREIGN_DIRECTIVES =
            List.of("if", "elif", "elifdef", "define", "undef", "include", "error", "pragma");

    private final ScriptSource source;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(ScriptSource source) {
        this.source = source;
        this.text = source.text();
    }

    /** All tokens of {@code source}; the last one is {@link TokenKind#END}. */
    static List<Token> tokens(ScriptSource source) throws ScriptSyntaxException {
        Lexer lexer = new Lexer(source);
        lexer.skipBlanks();
        while (lexer.at < lexer.text.length()) {
            lexer.token();
            lexer.skipBlanks();
        }
        lexer.emit(TokenKind.END, "", lexer.at, lexer.position());
        return lexer.tokens;
    }

    private void token() throws ScriptSyntaxException {
        char c = text.charAt(at);
        if (isWordStart(c)) {
            word();
        } else if (isDigit(c)) {
            number(at);
        } else {
            switch (c) {
                case '"' -> delimited(TokenKind.STRING, '"', "string");
                case '`' -> delimited(TokenKind.COMMAND, '`', "command");
                case '%' -> percent();
                case '-' -> minus();
                case '.' -> dot();
                case '#' -> directive();
                default -> symbol();
            }
        }
    }

    private void word() {
        int start = at;
        SourcePosition position = position();
        while (isWordPart(peek(0))) {
            at++;
        }
        String word = text.substring(start, at);
        if (peek(0) == '-' && HYPHENATED.contains(word) && isWordPart(peek(1))) {
            at++;
            while (isWordPart(peek(0))) {
                at++;
            }
            word = text.substring(start, at);
        } else if (peek(0) == '#' && word.equals("sequence")) {
            at++; // GRE's "sequence#"
            word = text.substring(start, at);
        }
        emit(TokenKind.WORD, word, start, position);
    }

    /** A number from {@code start}, which may be a minus sign, or a word that begins with a digit. */
    private void number(int start) {
        SourcePosition position = position(start);
        int digits = at;
        while (isDigit(peek(0))) {
            at++;
        }
        TokenKind kind = TokenKind.INTEGER;
        if (peek(0) == '.' && isDigit(peek(1))) {
            at++;
            while (isDigit(peek(0))) {
                at++;
            }
            kind = TokenKind.FLOAT;
        } else if (isWordPart(peek(0)) && start == digits) {
            while (isWordPart(peek(0))) {
                at++;
            }
            kind = isHex(start) ? TokenKind.HEX : TokenKind.WORD;
        }
        emit(kind, text.substring(start, at), start, position);
    }

    private boolean isHex(int start) {
        if (at - start < 3 || text.charAt(start) != '0' || text.charAt(start + 1) != 'x') {
            return false;
        }
        for (int i = start + 2; i < at; i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private void dot() {
        int start = at;
        SourcePosition position = position();
        if (peek(1) == '.' && peek(2) == '.') {
            at += 3;
            emit(TokenKind.ELLIPSIS, "...", start, position);
        } else if (isDigit(peek(1))) {
            fraction(start);
        } else {
            symbol();
        }
    }

    private void fraction(int start) {
        SourcePosition position = position(start);
        at++;
        while (isDigit(peek(0))) {
            at++;
        }
        emit(TokenKind.FLOAT, text.substring(start, at), start, position);
    }

    private void minus() {
        int start = at;
        if (peek(1) == '-' && isWordStart(peek(2))) {
            option();
        } else if (isDigit(peek(1))) {
            at++;
            number(start);
        } else if (peek(1) == '.' && isDigit(peek(2))) {
            at++;
            fraction(start);
        } else {
            symbol();
        }
    }

    /** {@code --name} or {@code --name=value}; a value ends at white space, unless it is quoted, or at a comment. */
    private void option() {
        int start = at;
        SourcePosition position = position();
        at += 2;
        while (isWordPart(peek(0)) || peek(0) == '-') {
            at++;
        }
        if (peek(0) == '=') {
            at++;
            optionValue();
        }
        emit(TokenKind.OPTION, text.substring(start + 2, at), start, position);
    }

    private void optionValue() {
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '`') {
                quote = c;
            } else if (Character.isWhitespace(c) || (c == '/' && peek(1) == '/')) {
                return;
            }
            if (c == '\n') {
                newLine();
            }
        }
    }

    private void percent() throws ScriptSyntaxException {
        if (peek(1) != '{') {
            symbol();
            return;
        }
        int start = at;
        SourcePosition position = position();
        int close = text.indexOf("}%", at + 2);
        if (close < 0) {
            throw new ScriptSyntaxException(source, position, "code block without its end '}%'");
        }
        countLines(close + 2);
        emit(TokenKind.CODE, text.substring(start + 2, close), start, position);
    }

    /** What stands between two {@code quote}s; a backslash protects the next character. */
    private void delimited(TokenKind kind, char quote, String name) throws ScriptSyntaxException {
        int start = at;
        SourcePosition position = position();
        int close = at + 1;
        while (close < text.length() && text.charAt(close) != quote) {
            close += text.charAt(close) == '\\' ? 2 : 1;
        }
        if (close >= text.length()) {
            throw new ScriptSyntaxException(source, position, name + " without its end " + quote);
        }
        countLines(close + 1);
        emit(kind, text.substring(start + 1, close), start, position);
    }

    private void directive() throws ScriptSyntaxException {
        int start = at;
        SourcePosition position = position();
        at++;
        while (isWordPart(peek(0))) {
            at++;
        }
        String name = text.substring(start, at);
        if (name.equals("#ifdef") || name.equals("#ifndef")) {
            while (peek(0) == ' ' || peek(0) == '\t') {
                at++;
            }
            int symbol = at;
            while (isWordPart(peek(0))) {
                at++;
            }
            if (symbol == at) {
                throw new ScriptSyntaxException(source, position(symbol), name + " needs a name on the same line");
            }
            name = name + ' ' + text.substring(symbol, at);
        } else if (!name.equals("#else") && !name.equals("#endif")) {
            String problem = start > 0 && !Character.isWhitespace(text.charAt(start - 1))
                    ? "a comment with '#' needs white space before it"
                    : "unknown directive '" + name + "'; there are #ifdef, #ifndef, #else and #endif";
            throw new ScriptSyntaxException(source, position, problem);
        }
        emit(TokenKind.DIRECTIVE, name, start, position);
    }

    private void symbol() {
        int start = at;
        SourcePosition position = position();
        at++;
        emit(TokenKind.SYMBOL, text.substring(start, at), start, position);
    }

    private void skipBlanks() throws ScriptSyntaxException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                newLine();
                at++;
            } else if (Character.isWhitespace(c) || c == '\uFEFF') {
                at++;
            } else if ((c == '/' && peek(1) == '/') || isHashComment()) {
                int newline = text.indexOf('\n', at);
                at = newline < 0 ? text.length() : newline;
            } else if (c == '/' && peek(1) == '*') {
                blockComment();
            } else {
                return;
            }
        }
    }

    private boolean isHashComment() {
        if (text.charAt(at) != '#' || (at > 0 && !Character.isWhitespace(text.charAt(at - 1)))) {
            return false;
        }
        int end = at + 1;
        while (end < text.length() && isWordPart(text.charAt(end))) {
            end++;
        }
        String name = text.substring(at + 1, end);
        return switch (name) {
            case "ifdef", "ifndef", "else", "endif" -> false;
            default -> !FOREIGN_DIRECTIVES.contains(name);
        };
    }

    private void blockComment() throws ScriptSyntaxException {
        int close = text.indexOf("*/", at + 2);
        if (close < 0) {
            throw new ScriptSyntaxException(source, position(), "comment without its end '*/'");
        }
        countLines(close + 2);
    }

    private void countLines(int end) {
        for (; at < end; at++) {
            if (text.charAt(at) == '\n') {
                newLine();
            }
        }
    }

    private void newLine() {
        line++;
        lineStart = at + 1;
    }

    private void emit(TokenKind kind, String tokenText, int start, SourcePosition position) {
        tokens.add(new Token(kind, tokenText, start, at, position));
    }

    private SourcePosition position() {
        return position(at);
    }

    private SourcePosition position(int offset) {
        return new SourcePosition(line, offset - lineStart + 1);
    }

    private char peek(int ahead) {
        int index = at + ahead;
        return index < text.length() ? text.charAt(index) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c);
    }
}
