package io.sluice.packetdrill.language;

import java.util.List;

/** The place in a token list at which the parsers stand; it is shared by all parsers of a script. */
final class TokenCursor {
    private final ScriptSource source;
    private final List<Token> tokens;
    private Definitions definitions;
    private int index;

    TokenCursor(ScriptSource source, Definitions definitions) throws ScriptSyntaxException {
        this.source = source;
        this.tokens = Lexer.tokens(source);
        this.definitions = definitions;
    }

    ScriptSource source() {
        return source;
    }

    /** Defines a name for the rest of the script. */
    void define(String definition) {
        definitions = definitions.with(definition);
    }

    Token peek() {
        return peek(0);
    }

    /** The token {@code ahead} places further, with definitions put in; the last one if there are not so many. */
    Token peek(int ahead) {
        Token token = tokens.get(Math.min(index + ahead, tokens.size() - 1));
        return token.kind() == TokenKind.WORD && !definitions.isEmpty() ? substitute(token) : token;
    }

    private Token substitute(Token token) {
        return definitions
                .value(token.text())
                .map(value -> defined(token, value))
                .orElse(token);
    }

    private static Token defined(Token token, String value) {
        TokenKind kind = TokenKind.WORD;
        String text = value;
        char first = value.charAt(0);
        if ((first == '"' || first == '`') && value.length() >= 2 && value.charAt(value.length() - 1) == first) {
            kind = first == '"' ? TokenKind.STRING : TokenKind.COMMAND;
            text = value.substring(1, value.length() - 1);
        } else if (value.startsWith("0x") && HexData.isHex(value.substring(2))) {
            kind = TokenKind.HEX;
        } else if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            kind = TokenKind.INTEGER;
        }
        return new Token(kind, text, token.start(), token.end(), token.position());
    }

    Token next() {
        Token token = peek();
        if (index < tokens.size() - 1) {
            index++;
        }
        return token;
    }

    /** The token before the current one. */
    Token previous() {
        return tokens.get(Math.max(index - 1, 0));
    }

    SourcePosition position() {
        return peek().position();
    }

    boolean at(TokenKind kind) {
        return peek().kind() == kind;
    }

    boolean atSymbol(char symbol) {
        return peek().isSymbol(symbol);
    }

    boolean atWord(String word) {
        return peek().isWord(word);
    }

    boolean accept(char symbol) {
        if (!atSymbol(symbol)) {
            return false;
        }
        next();
        return true;
    }

    boolean acceptWord(String word) {
        if (!atWord(word)) {
            return false;
        }
        next();
        return true;
    }

    boolean accept(TokenKind kind) {
        if (!at(kind)) {
            return false;
        }
        next();
        return true;
    }

    /** Takes {@code symbol}; {@code place} says in the message where it is missing: "after the port". */
    Token expect(char symbol, String place) throws ScriptSyntaxException {
        if (!atSymbol(symbol)) {
            throw unexpected("'" + symbol + "' " + place);
        }
        return next();
    }

    Token expect(TokenKind kind, String what) throws ScriptSyntaxException {
        if (!at(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    void expectWord(String word, String place) throws ScriptSyntaxException {
        if (!acceptWord(word)) {
            throw unexpected("'" + word + "' " + place);
        }
    }

    /** Takes a decimal number in {@code minimum..maximum}. */
    long number(String what, long minimum, long maximum) throws ScriptSyntaxException {
        return inRange(expect(TokenKind.INTEGER, what), what, minimum, maximum);
    }

    /** Takes a decimal or hexadecimal number in {@code minimum..maximum}. */
    long anyNumber(String what, long minimum, long maximum) throws ScriptSyntaxException {
        if (at(TokenKind.HEX)) {
            return inRange(next(), what, minimum, maximum);
        }
        return number(what, minimum, maximum);
    }

    private long inRange(Token token, String what, long minimum, long maximum) throws ScriptSyntaxException {
        long value = value(token);
        if (value < minimum || value > maximum) {
            throw error(token, what + " must be between " + minimum + " and " + maximum + ", not " + token.text());
        }
        return value;
    }

    /** The value of an integer token, decimal or hexadecimal; a hexadecimal one may use all 64 bits. */
    long value(Token token) throws ScriptSyntaxException {
        try {
            return token.kind() == TokenKind.HEX
                    ? Long.parseUnsignedLong(token.text(), 2, token.text().length(), 16)
                    : Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw error(token, "the number " + token.text() + " does not fit into 64 bits");
        }
    }

    /**
     * The characters from the current token up to the first that is neither a letter, a digit, a dot nor a colon; a
     * colon at the end is left alone. Addresses are read this way, they are no tokens of their own.
     */
    Token address(String what) throws ScriptSyntaxException {
        Token first = peek();
        int start = first.start();
        int end = start;
        while (end < source.text().length() && isAddressPart(source.text().charAt(end))) {
            end++;
        }
        if (endsWith(end, ":") && (!endsWith(end, "::") || endsWith(end, ":::"))) {
            end--; // what follows the address, as in "fd::1: ..." and "fd::: ..."
        }
        if (end == start) {
            throw unexpected(what);
        }
        while (tokens.get(index).end() < end) {
            index++;
        }
        if (tokens.get(index).end() != end) {
            throw error(first, "expected " + what);
        }
        index++;
        return new Token(TokenKind.WORD, source.text().substring(start, end), start, end, first.position());
    }

    private boolean endsWith(int end, String suffix) {
        return source.text().startsWith(suffix, end - suffix.length());
    }

    private static boolean isAddressPart(char c) {
        return Character.digit(c, 16) >= 0 || c == '.' || c == ':';
    }

    ScriptSyntaxException unexpected(String expected) {
        return error(peek(), "expected " + expected + ", found " + peek().describe());
    }

    ScriptSyntaxException error(Token at, String problem) {
        return error(at.position(), problem);
    }

    ScriptSyntaxException error(SourcePosition position, String problem) {
        return new ScriptSyntaxException(source, position, problem);
    }
}
