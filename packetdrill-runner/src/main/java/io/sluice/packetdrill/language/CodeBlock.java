package io.sluice.packetdrill.language;

import java.util.List;

/**
 * {@code %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%}: statements of a small part of Python over the fields of
 * {@code tcp_info} of the last socket used.
 *
 * @param position where the delimiter is
 * @param statements the statements in order
 */
public record CodeBlock(SourcePosition position, List<CodeStatement> statements) implements Action {
    /** Copies the list. */
    public CodeBlock {
        statements = List.copyOf(statements);
    }
}
