package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * A hash over everything on every wire: times, directions, the bytes of each packet as it was sent, and what became of
 * it. Two runs with the same hash had the same packets. Not cryptographic.
 */
public final class TraceHash implements Capture {
    private static final long PRIME1 = 0x9e3779b185ebca87L;
    private static final long PRIME2 = 0xc2b2ae3d27d4eb4fL;
    private static final int SENT = 1;
    private static final int DELIVERED = 2;
    private static final int DROPPED = 3;

    private long hash = PRIME1;
    private long packets;

    /** The hash of everything so far. */
    public long value() {
        long h = hash ^ packets;
        h = (h ^ (h >>> 33)) * PRIME2;
        return h ^ (h >>> 29);
    }

    /** Packets that were put on a wire. */
    public long packets() {
        return packets;
    }

    @Override
    public void sent(Pipe pipe, ByteBuf bytes, long nowNs) {
        packets++;
        note(SENT, pipe, bytes, nowNs);
        addBytes(bytes);
    }

    @Override
    public void delivered(Pipe pipe, ByteBuf bytes, long nowNs) {
        note(DELIVERED, pipe, bytes, nowNs);
    }

    @Override
    @SuppressWarnings("EnumOrdinal") // within one run of the program
    public void dropped(Pipe pipe, ByteBuf bytes, Fate fate, long nowNs) {
        note(DROPPED + fate.ordinal(), pipe, bytes, nowNs);
    }

    private void note(int kind, Pipe pipe, ByteBuf bytes, long nowNs) {
        hash = mix(mix(hash, nowNs), (long) kind << 48 | (long) pipe.number() << 32 | bytes.readableBytes());
    }

    /** Four independent lanes, so that multiplications overlap. */
    private void addBytes(ByteBuf bytes) {
        int length = bytes.readableBytes();
        ByteBuffer b = bytes.internalNioBuffer(bytes.readerIndex(), length);
        int at = b.position();
        int end = at + length;
        long h0 = hash;
        long h1 = PRIME2;
        long h2 = 0;
        long h3 = PRIME1;
        for (; at + 32 <= end; at += 32) {
            h0 = mix(h0, b.getLong(at));
            h1 = mix(h1, b.getLong(at + 8));
            h2 = mix(h2, b.getLong(at + 16));
            h3 = mix(h3, b.getLong(at + 24));
        }
        for (; at + 8 <= end; at += 8) {
            h0 = mix(h0, b.getLong(at));
        }
        for (; at < end; at++) {
            h0 = mix(h0, b.get(at));
        }
        hash = mix(mix(mix(h0, h1), h2), h3);
    }

    private static long mix(long h, long word) {
        return Long.rotateLeft(h ^ word, 29) * PRIME1;
    }

    @Override
    public String toString() {
        return String.format("%016x", value());
    }
}
