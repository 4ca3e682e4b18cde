package io.sluice.link;

import io.netty.buffer.ByteBuf;

/** The side of a host that a link hands received packets to. */
@FunctionalInterface
public interface PacketReceiver {
    /**
     * Processes one received IP packet, which lies between the reader and the writer index. Both arguments are
     * borrowed: a receiver that keeps payload retains it; when the reference count is back where it was, the link may
     * reuse the buffer. Never throws, whatever the packet holds.
     *
     * @param meta what the link knows about the packet; reused by the link after the call
     * @param nowNs the time of this turn
     */
    void onPacket(ByteBuf packet, PacketMeta meta, long nowNs);
}
