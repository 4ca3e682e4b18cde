package io.sluice.packetdrill.language;

/**
 * The sequence numbers of a segment: {@code 1:1461(1460)}, {@code 0:0(0)!} or {@code ...(0)}.
 *
 * @param position where it begins
 * @param numbering how {@code start} is meant
 * @param start the first sequence number, 0 to 2^32 - 1; 0 if ignored
 * @param lengthBytes the length of the payload, 0 to 65535; SYN and FIN do not count
 */
public record SequenceRange(SourcePosition position, Numbering numbering, long start, int lengthBytes) {
    /** How the sequence numbers of a segment are meant. */
    public enum Numbering {
        /** Relative to the initial sequence number of the sender. */
        RELATIVE,
        /** As they are on the wire: an exclamation mark follows. */
        ABSOLUTE,
        /** Not looked at: three dots instead of numbers. */
        IGNORED
    }

    /** The sequence number after the last byte of the payload. */
    public long end() {
        return (start + lengthBytes) & 0xFFFF_FFFFL;
    }
}
