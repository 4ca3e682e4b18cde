package io.sluice.sim.workload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The content of a test stream: every octet follows from the stream's key and its own offset, so that a reader who knows
 * both finds every octet that is missing, repeated, in the wrong place or of another stream. Words of eight octets are
 * multiples of an odd constant, hence all different, and cost one addition each.
 */
public final class Pattern {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final long base;

    /** @param key what tells this stream from others */
    public Pattern(long key) {
        base = (key ^ (key >>> 29)) * 0xbf58476d1ce4e5b9L;
    }

    private long word(long index) {
        return base + index * STEP;
    }

    /** The octet at {@code offset} of the stream. */
    public byte octet(long offset) {
        return (byte) (word(offset >>> 3) >>> (56 - 8 * (int) (offset & 7)));
    }

    /** Fills the remaining room of a big-endian {@code target} with the stream from {@code offset} on. */
    public void fill(ByteBuffer target, long offset) {
        int at = target.position();
        int end = target.limit();
        long o = offset;
        for (; at < end && (o & 7) != 0; at++, o++) {
            target.put(at, octet(o));
        }
        requireBigEndian(target);
        long w = word(o >>> 3);
        for (; at + 8 <= end; at += 8, o += 8, w += STEP) {
            target.putLong(at, w);
        }
        for (; at < end; at++, o++) {
            target.put(at, octet(o));
        }
        target.position(end);
    }

    /**
     * Compares the remaining octets of a big-endian {@code data} with the stream from {@code offset} on.
     *
     * @return how many octets are right before the first that is wrong, or -1 if none is wrong
     */
    public int mismatch(ByteBuffer data, long offset) {
        int start = data.position();
        int at = start;
        int end = data.limit();
        long o = offset;
        for (; at < end && (o & 7) != 0; at++, o++) {
            if (data.get(at) != octet(o)) {
                return at - start;
            }
        }
        requireBigEndian(data);
        long w = word(o >>> 3);
        for (; at + 8 <= end && data.getLong(at) == w; at += 8, o += 8) {
            w += STEP;
        }
        for (; at < end; at++, o++) {
            if (data.get(at) != octet(o)) {
                return at - start;
            }
        }
        return -1;
    }

    private static void requireBigEndian(ByteBuffer b) {
        if (b.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("little-endian buffer");
        }
    }
}
