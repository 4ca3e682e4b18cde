package io.sluice.packetdrill.language;

/** The escapes of C in strings, as far as scripts use them; {@code \x} takes exactly two digits. */
final class StringEscapes {
    private static final String NAMED = "ntrabfv0\\\"'";
    private static final String MEANT = "\n\t\r\u0007\b\f\u000B\0\\\"'";

    private StringEscapes() {}

    /** {@code text} with its escapes resolved; {@code position} is that of its opening quote. */
    static String resolve(ScriptSource source, SourcePosition position, String text) throws ScriptSyntaxException {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            i++;
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = i < text.length() ? text.charAt(i) : ' ';
            int named = NAMED.indexOf(escape);
            if (escape == 'x' && i + 2 < text.length() && HexData.isHex(text.substring(i + 1, i + 3))) {
                out.append((char) Integer.parseInt(text, i + 1, i + 3, 16));
                i += 3;
            } else if (named >= 0) {
                out.append(MEANT.charAt(named));
                i++;
            } else {
                SourcePosition at = within(position, text, i - 1);
                throw new ScriptSyntaxException(source, at, "unknown escape '\\" + escape + "' in a string");
            }
        }
        return out.toString();
    }

    /** Where {@code text.charAt(index)} is, if {@code position} is that of the quote before {@code text}, which may have several lines. */
    private static SourcePosition within(SourcePosition position, String text, int index) {
        int newline = text.lastIndexOf('\n', index);
        if (newline < 0) {
            return new SourcePosition(position.line(), position.column() + 1 + index);
        }
        int lines = (int) text.substring(0, newline + 1).lines().count();
        return new SourcePosition(position.line() + lines, index - newline);
    }

    /** The reverse of {@link #resolve}; {@code quote} is escaped too. */
    static String escape(String value, char quote) {
        StringBuilder out = new StringBuilder(value.length() + 8);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int named = MEANT.indexOf(c);
            if (c == quote || c == '\\') {
                out.append('\\').append(c);
            } else if (named >= 0 && c < ' ') {
                out.append('\\').append(NAMED.charAt(named));
            } else if (c < ' ' || (c >= 0x7F && c <= 0xFF)) {
                out.append(String.format("\\x%02x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
