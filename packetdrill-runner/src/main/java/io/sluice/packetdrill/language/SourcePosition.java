package io.sluice.packetdrill.language;

/**
 * Where a node of the syntax tree begins in its script.
 *
 * @param line the line, counted from 1
 * @param column the column in characters, counted from 1; a tab is one character
 */
public record SourcePosition(int line, int column) {
    @Override
    public String toString() {
        return line + ":" + column;
    }
}
