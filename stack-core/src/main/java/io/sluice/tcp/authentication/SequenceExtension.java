package io.sluice.tcp.authentication;

/**
 * The sequence number extension of one direction (RFC 5925 §6.2, as RFC 9187 §5 corrects it): the upper half of 64-bit
 * sequence numbers, for segments that come in any order. A number is taken for the one of its kind that is nearest to the
 * highest seen.
 */
public final class SequenceExtension {
    private long highest;

    /** Starts at the ISN, whose extension is 0 (RFC 5925 §6.2). */
    public SequenceExtension(int isn) {
        highest = Integer.toUnsignedLong(isn);
    }

    /** The SNE of {@code seq}; nothing changes. */
    public int of(int seq) {
        return (int) (nearest(seq) >>> Integer.SIZE);
    }

    /** Whether {@code seq} is before the highest seen. */
    public boolean isOld(int seq) {
        return nearest(seq) < highest;
    }

    private long nearest(int seq) {
        return Math.max(highest + (seq - (int) highest), Integer.toUnsignedLong(seq));
    }

    /** A segment with {@code seq} was authentic: later ones are judged by it. */
    public void seen(int seq) {
        highest = Math.max(highest, nearest(seq));
    }
}
