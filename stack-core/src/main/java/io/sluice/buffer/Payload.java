package io.sluice.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import java.nio.ByteBuffer;

/**
 * Keeps received payload beyond the call that brought it: as a slice of the packet where that is large, as a copy of
 * the right size where a few octets would pin a large receive buffer.
 */
public final class Payload {
    /** A slice must be at least this part of the buffer it pins. */
    private static final int MAX_PINNED_FACTOR = 4;

    private final ByteBufAllocator allocator;
    private final Counters counters;

    public Payload(ByteBufAllocator allocator, Counters counters) {
        this.allocator = allocator;
        this.counters = counters;
    }

    /** The octets {@code [index, index + length)} of {@code packet} (borrowed), as a buffer that the caller owns. */
    public ByteBuf keep(ByteBuf packet, int index, int length) {
        if ((long) length * MAX_PINNED_FACTOR >= packet.capacity()) {
            return packet.retainedSlice(index, length);
        }
        counters.add(Counter.RECEIVE_BYTES_COPIED, length);
        ByteBuf copy = allocator.directBuffer(length, length);
        append(copy, packet, index, length);
        return copy;
    }

    /**
     * Appends the octets {@code [index, index + length)} of {@code source} to {@code target}, of which there must be room,
     * without making a view of either even where Netty would (a JDK without Unsafe). Both must belong to this thread.
     */
    public static void append(ByteBuf target, ByteBuf source, int index, int length) {
        if (source.nioBufferCount() != 1 || target.nioBufferCount() != 1) {
            target.writeBytes(source, index, length);
            return;
        }
        ByteBuffer from = source.internalNioBuffer(index, length);
        int at = target.writerIndex();
        ByteBuffer to = target.internalNioBuffer(at, length);
        to.put(to.position(), from, from.position(), length);
        target.writerIndex(at + length);
    }

    /**
     * Whether nobody but the caller holds {@code buffer}, or what it is a slice or duplicate of: pooled slices count their
     * own references. What a slice of a slice leaves out cannot be seen.
     */
    public static boolean isHeldOnce(ByteBuf buffer) {
        for (ByteBuf b = buffer; b != null; b = b.unwrap()) {
            if (b.refCnt() != 1) {
                return false;
            }
        }
        return true;
    }

    /** Octets of memory that {@code buffer} keeps from being reused: those of what it is a slice of. */
    public static int pinnedBy(ByteBuf buffer) {
        ByteBuf whole = buffer;
        for (ByteBuf b = buffer.unwrap(); b != null; b = b.unwrap()) {
            whole = b;
        }
        return whole.capacity();
    }
}
