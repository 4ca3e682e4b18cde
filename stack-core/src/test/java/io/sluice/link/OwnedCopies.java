package io.sluice.link;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.Payload;
import java.nio.ByteBuffer;

/**
 * {@link OutboundPacket#copyTo} for tests that count allocations: Netty without Unsafe makes a view for each copy, since
 * other threads may use what the slices are of; here none do.
 */
public final class OwnedCopies {
    private OwnedCopies() {}

    /** Appends the whole packet, of memory that only this thread uses. */
    public static void append(ByteBuf target, OutboundPacket packet) {
        ByteBuffer header = packet.header();
        int at = target.writerIndex();
        ByteBuffer to = target.internalNioBuffer(at, packet.headerLength());
        to.put(to.position(), header, 0, packet.headerLength());
        target.writerIndex(at + packet.headerLength());
        for (int i = 0; i < packet.sliceCount(); i++) {
            Payload.append(target, packet.slice(i), packet.sliceOffset(i), packet.sliceLength(i));
        }
    }
}
