package io.sluice.packetdrill.language;

/**
 * Something that happens at a time.
 *
 * @param time when
 * @param action what
 */
public record Event(EventTime time, Action action) implements Statement {
    @Override
    public SourcePosition position() {
        return time.position();
    }
}
