package io.sluice.packetdrill.language;

/**
 * When an event happens, in nanoseconds. Absolute times count from the start of the script, relative ones from the
 * moment the event before them happened. Ranges and {@link Any} occur with outbound packets only.
 */
public sealed interface EventTime {
    /** Where the time is written. */
    SourcePosition position();

    /** The latest moment of it, in nanoseconds since the start, where the event before was at {@code lastNs}. */
    default long dueNs(long lastNs) {
        if (this instanceof Absolute t) {
            return t.atNs();
        } else if (this instanceof Relative t) {
            return lastNs + t.afterNs();
        } else if (this instanceof AbsoluteRange t) {
            return t.toNs();
        } else if (this instanceof RelativeRange t) {
            return lastNs + t.toNs();
        }
        return lastNs;
    }

    /**
     * {@code 0.1}.
     *
     * @param position where it is
     * @param atNs nanoseconds since the start, not negative
     */
    record Absolute(SourcePosition position, long atNs) implements EventTime {}

    /**
     * {@code +0.1}.
     *
     * @param position where it is
     * @param afterNs nanoseconds after the event before, not negative
     */
    record Relative(SourcePosition position, long afterNs) implements EventTime {}

    /**
     * {@code 0.1~0.2}.
     *
     * @param position where it is
     * @param fromNs the earliest moment, nanoseconds since the start
     * @param toNs the latest moment, at least {@code fromNs}
     */
    record AbsoluteRange(SourcePosition position, long fromNs, long toNs) implements EventTime {}

    /**
     * {@code +0.1~+0.2}.
     *
     * @param position where it is
     * @param fromNs the earliest moment, nanoseconds after the event before
     * @param toNs the latest moment, at least {@code fromNs}
     */
    record RelativeRange(SourcePosition position, long fromNs, long toNs) implements EventTime {}

    /**
     * {@code *}: whenever it comes.
     *
     * @param position where it is
     */
    record Any(SourcePosition position) implements EventTime {}
}
