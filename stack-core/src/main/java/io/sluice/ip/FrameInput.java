package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.link.EthernetDevice;
import io.sluice.wire.EthernetHeader;
import java.nio.ByteBuffer;

/** What becomes of a received Ethernet frame (RFC 894, RFC 2464). */
final class FrameInput {
    private final EthernetHeader header = new EthernetHeader();

    /** Skips the header of a frame that carries an IP packet for this host; all other frames end here, with false. */
    boolean isForIp(ByteBuf frame, Interface in, Neighbors neighbors, long nowNs) {
        int length = frame.readableBytes();
        ByteBuffer b = frame.internalNioBuffer(frame.readerIndex(), length);
        if (!header.wrap(b, b.position(), length)) {
            neighbors.drop(DropReason.ETHERNET_MALFORMED);
            return false;
        }
        long mac = header.destination();
        if (!EthernetHeader.isGroup(mac) && in.device() instanceof EthernetDevice d && mac != d.macAddress()) {
            neighbors.drop(DropReason.ETHERNET_NOT_LOCAL);
            return false;
        }
        switch (header.type()) {
            case EthernetHeader.IPV4, EthernetHeader.IPV6 -> {
                if (length == EthernetHeader.LENGTH) {
                    neighbors.drop(DropReason.IP_TRUNCATED);
                    return false;
                }
                frame.skipBytes(EthernetHeader.LENGTH);
                return true;
            }
            case EthernetHeader.ARP ->
                neighbors.resolution().onArp(b, header.payloadOffset(), header.payloadLength(), nowNs);
            default -> neighbors.drop(DropReason.ETHERNET_TYPE_UNKNOWN);
        }
        return false;
    }
}
