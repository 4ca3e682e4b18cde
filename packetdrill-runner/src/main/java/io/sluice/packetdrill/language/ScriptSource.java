package io.sluice.packetdrill.language;

import static java.util.Objects.requireNonNull;

/**
 * The text of one script and the name it is known by in messages (usually its path).
 *
 * @param name the name shown in messages
 * @param text the whole text
 */
public record ScriptSource(String name, String text) {
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
     * itself and a caret under the column.
     */
    public String pointAt(SourcePosition position, String message) {
        String line = line(position.line());
        StringBuilder out = new StringBuilder(name.length() + message.length() + 2 * line.length() + 32);
        out.append(name).append(':').append(position).append(": ").append(message);
        out.append("\n    ").append(line).append("\n    ");
        for (int i = 0; i < position.column() - 1; i++) {
            out.append(i < line.length() && line.charAt(i) == '\t' ? '\t' : ' ');
        }
        return out.append('^').toString();
    }
}
