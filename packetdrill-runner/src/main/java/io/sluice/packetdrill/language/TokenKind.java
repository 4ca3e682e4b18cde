package io.sluice.packetdrill.language;

/** The kinds of {@link Token}. */
enum TokenKind {
    /** Letters, digits and underscores, not a number; also {@code gen-77}, {@code exp-f989}, {@code voice-admit}. */
    WORD("a word"),
    /** Decimal digits, perhaps with a minus sign. */
    INTEGER("a number"),
    /** {@code 0x} and hexadecimal digits. */
    HEX("a hexadecimal number"),
    /** Digits with a decimal point. */
    FLOAT("a decimal fraction"),
    /** A quoted string; the text is what stands between the quotes, escapes untouched. */
    STRING("a string"),
    /** A command in backquotes; the text is what stands between them. */
    COMMAND("a command"),
    /** {@code %{ code }%}; the text is what stands between the delimiters. */
    CODE("a code block"),
    /** {@code --name} or {@code --name=value}; the text is what follows the dashes. */
    OPTION("an option"),
    /** {@code #ifdef NAME}, {@code #ifndef NAME}, {@code #else}, {@code #endif}; the text is the whole directive. */
    DIRECTIVE("a directive"),
    /** Three dots. */
    ELLIPSIS("'...'"),
    /** One other character. */
    SYMBOL("a symbol"),
    /** The end of the script. */
    END("the end of the script");

    private final String description;

    TokenKind(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
