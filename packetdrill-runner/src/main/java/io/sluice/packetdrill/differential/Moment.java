package io.sluice.packetdrill.differential;

/**
 * A segment at the moment of its arrival.
 *
 * @param index which step it was
 * @param received RCV.NXT then
 * @param told what had been acknowledged of it
 * @param acknowledged SND.UNA then
 * @param next SND.NXT then
 * @param finReceived whether the stream had ended before
 * @param state the state, as {@link Circumstance#state} has it
 */
record Moment(
        int index,
        Injected segment,
        long received,
        long told,
        long acknowledged,
        long next,
        boolean finReceived,
        String state) {

    /** Whether no text of it is new, or what it acknowledges is old or was never sent. */
    boolean isStale() {
        return segment.start() < received || segment.acknowledged() < acknowledged || segment.acknowledged() > next;
    }

    /** Whether it acknowledges nothing that was not sent. */
    boolean isPlausible() {
        return segment.has('.') && segment.acknowledged() <= next;
    }

    /** Whether it calls for an acknowledgment, and for nothing else, and only so often (RFC 5961 §7). */
    boolean isChallenge() {
        boolean odd = isStale() || segment.start() > received || !segment.has('.');
        boolean unsent = segment.acknowledged() > next; // RFC 5961 §5: with or without text
        return (segment.isLimited() || unsent) && (odd || segment.has('S') || segment.has('R'));
    }
}
