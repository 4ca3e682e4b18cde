package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;

/** What nodes on the way read and change in a packet: addresses, the ECN field, the hop limit, TCP's flags. */
final class IpFields {
    static final int NOT_ECT = 0;
    static final int CE = 3;

    private static final int IPV6_HEADER = 40;

    private IpFields() {}

    static boolean isIpv6(ByteBuf packet) {
        return (packet.getByte(packet.readerIndex()) & 0xF0) == 0x60;
    }

    /** The ECN field (RFC 3168 §5). */
    static int ecn(ByteBuf packet) {
        int at = packet.readerIndex();
        return isIpv6(packet) ? packet.getByte(at + 1) >> 4 & CE : packet.getByte(at + 1) & CE;
    }

    /** Sets Congestion Experienced. */
    static void mark(ByteBuf packet) {
        setEcn(packet, CE);
    }

    /** Makes it a packet that is not ECN-capable. */
    static void clearEcn(ByteBuf packet) {
        setEcn(packet, NOT_ECT);
    }

    private static void setEcn(ByteBuf packet, int field) {
        int at = packet.readerIndex();
        if (isIpv6(packet)) {
            packet.setByte(at + 1, (packet.getByte(at + 1) & ~(CE << 4)) | field << 4);
        } else {
            int before = packet.getShort(at) & 0xFFFF;
            packet.setByte(at + 1, (packet.getByte(at + 1) & ~CE) | field);
            adjustChecksum(packet, before, packet.getShort(at) & 0xFFFF);
        }
    }

    /** One hop less; false if there is none left. */
    static boolean decrementHopLimit(ByteBuf packet) {
        int at = packet.readerIndex();
        int field = at + (isIpv6(packet) ? 7 : 8);
        int hops = packet.getByte(field) & 0xFF;
        if (hops <= 1) {
            return false;
        }
        int before = packet.getShort(at + 8) & 0xFFFF;
        packet.setByte(field, hops - 1);
        if (!isIpv6(packet)) {
            adjustChecksum(packet, before, packet.getShort(at + 8) & 0xFFFF);
        }
        return true;
    }

    /** RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m'). */
    private static void adjustChecksum(ByteBuf packet, int before, int after) {
        int field = packet.readerIndex() + 10;
        int sum = (~packet.getShort(field) & 0xFFFF) + (~before & 0xFFFF) + after;
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        packet.setShort(field, ~sum);
    }

    /** Where the transport's header starts, if there are no extension headers. */
    static int transportOffset(ByteBuf packet) {
        return isIpv6(packet) ? IPV6_HEADER : (packet.getByte(packet.readerIndex()) & 0x0F) * 4;
    }

    static int protocol(ByteBuf packet) {
        return packet.getByte(packet.readerIndex() + (isIpv6(packet) ? 6 : 9)) & 0xFF;
    }

    /** Where the destination address stands. */
    static int destinationOffset(ByteBuf packet) {
        return isIpv6(packet) ? 24 : 16;
    }

    static boolean isTcp(ByteBuf packet) {
        return protocol(packet) == IpProtocol.TCP
                && packet.readableBytes() >= transportOffset(packet) + TcpHeader.MIN_LENGTH;
    }

    /** Whether it is a TCP segment with an acknowledgment and nothing else. */
    static boolean isBareAck(ByteBuf packet) {
        if (!isTcp(packet)) {
            return false;
        }
        int tcp = packet.readerIndex() + transportOffset(packet);
        int header = (packet.getByte(tcp + 12) & 0xF0) >>> 2;
        int flags = packet.getByte(tcp + 13) & 0xFF;
        boolean empty = packet.readableBytes() == transportOffset(packet) + header;
        return empty && (flags & (TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST)) == 0;
    }

    /** Of addresses, protocol and, where they are there, ports. */
    static int flowHash(ByteBuf packet) {
        int at = packet.readerIndex();
        int first = isIpv6(packet) ? 8 : 12;
        int end = Math.min(transportOffset(packet) + 4, packet.readableBytes());
        int hash = protocol(packet);
        for (int i = first; i < end; i++) {
            hash = hash * 31 + packet.getByte(at + i);
        }
        hash ^= hash >>> 15;
        hash *= 0x2c1b3c6d;
        return hash ^ hash >>> 13;
    }
}
