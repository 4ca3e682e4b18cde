package io.sluice.packetdrill.language;

/**
 * A token of a code block.
 *
 * @param kind what it is
 * @param text its text; that of a string is between the quotes
 * @param position where it begins
 */
record CodeToken(Kind kind, String text, SourcePosition position) {
    /** The kinds of tokens. */
    enum Kind {
        NAME,
        INTEGER,
        FLOAT,
        STRING,
        OPERATOR,
        /** A line end outside brackets, or a semicolon. */
        SEPARATOR,
        END
    }

    boolean is(String operatorOrKeyword) {
        return (kind == Kind.OPERATOR || kind == Kind.NAME) && text.equals(operatorOrKeyword);
    }

    String describe() {
        return switch (kind) {
            case END -> "the end of the code block";
            case SEPARATOR -> "the end of the statement";
            case STRING -> "a string";
            case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
        };
    }
}
