package io.sluice.packetdrill.language;

import static java.util.Objects.requireNonNull;

/**
 * The text of one script and the name it is known by in messages (usually its path).
 *
 * @param name the name shown in messages
 * @param text the whole text
 */
public record ScriptSource(String name, String text) {
    /** Lines are not longer in messages. */
    private static final int SHOWN = 200;

    /** Checks that both parts are there. */
    public ScriptSource {
        requireNonNull(name, "name");
        requireNonNull(text, "text");
    }

    /** The text of line {@code number}, counted from 1, without its line end; empty if there is no such line. */
    public String line(int number) {
        int start = 0;
        for (int line = 1; line < number; line++) {
            int newline = text.indexOf('\n', start);
            if (newline < 0) {
                return "";
            }
            start = newline + 1;
        }
        int end = text.indexOf('\n', start);
        String found = text.substring(start, end < 0 ? text.length() : end);
        return found.endsWith("\r") ? found.substring(0, found.length() - 1) : found;
    }

    /**
     * Formats a message about {@code position} as a compiler does: name, line and column, the message, then the line
     * itself and a caret under the column. Of a long line only what is around the column is shown, and control characters
     * as U+00B7, since a script may be any file.
     */
    public String pointAt(SourcePosition position, String message) {
        String whole = line(position.line());
        int begin = whole.length() <= SHOWN ? 0 : Math.max(0, Math.min(position.column(), whole.length()) - SHOWN / 2);
        String line = whole.substring(begin, Math.min(whole.length(), begin + SHOWN));
        StringBuilder out = new StringBuilder(name.length() + message.length() + 2 * line.length() + 32);
        out.append(name).append(':').append(position).append(": ").append(printable(message));
        out.append("\n    ").append(printable(line)).append("\n    ");
        for (int i = 0; i < position.column() - 1 - begin; i++) {
            out.append(i < line.length() && line.charAt(i) == '\t' ? '\t' : ' ');
        }
        return out.append('^').toString();
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (Character.isISOControl(c) && c != '\t' && c != '\n') {
                out.setCharAt(i, '\u00b7');
            }
        }
        return out.toString();
    }
}
