package io.sluice.packetdrill.language;

/**
 * A token of the script language.
 *
 * @param kind what it is
 * @param text its text, without delimiters
 * @param start the offset of its first character in the script, delimiters included
 * @param end the offset behind its last character
 * @param position line and column of {@code start}
 */
record Token(TokenKind kind, String text, int start, int end, SourcePosition position) {
    boolean isSymbol(char symbol) {
        return kind == TokenKind.SYMBOL && text.charAt(0) == symbol;
    }

    boolean isWord(String word) {
        return kind == TokenKind.WORD && text.equals(word);
    }

    /** How the token is called in a message. */
    String describe() {
        return switch (kind) {
            case WORD, INTEGER, HEX, FLOAT, SYMBOL -> "'" + text + "'";
            case OPTION -> "'--" + text + "'";
            case DIRECTIVE -> "'" + text + "'";
            case STRING, COMMAND, CODE, ELLIPSIS, END -> kind.description();
        };
    }
}
