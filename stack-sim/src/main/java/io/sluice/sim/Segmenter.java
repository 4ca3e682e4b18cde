package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.sluice.link.OutboundPacket;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;

/**
 * What a device with offloads does to a packet: completes checksums, and, unless super-segments stay whole, cuts a
 * TCP super-segment into segments, each with the header of the whole but for lengths, sequence number and flags.
 */
public final class Segmenter {
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_IDENTIFICATION = 4;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_FLAGS = 13;

    private Segmenter() {}

    /** Packet {@code index} of those that leave a device for {@code packet}. */
    static SimPacket packet(OutboundPacket packet, int index, boolean whole, PacketPool pool) {
        SimPacket made;
        if (whole) {
            made = pool.packet(packet.totalLength());
            whole(packet, made.bytes());
            return packet.segments() > 1 ? made.merged(packet.gsoSize(), packet.segments()) : made;
        }
        made = pool.packet(length(packet, index));
        cut(packet, index, made.bytes());
        return made;
    }

    /** Writes {@code packet} to {@code target} as it is, with its checksum. */
    public static void whole(OutboundPacket packet, ByteBuf target) {
        packet.copyTo(target);
        if (packet.checksumPartial()) {
            complete(packet, target);
        }
    }

    /** Writes segment {@code index} of {@code packet} to {@code target}, whole and final. */
    public static void cut(OutboundPacket packet, int index, ByteBuf target) {
        if (packet.gsoSize() == 0) {
            packet.copyTo(target);
        } else {
            copySegment(packet, index, target);
        }
        if (packet.checksumPartial()) {
            complete(packet, target);
        }
    }

    /** Octets of segment {@code index}. */
    public static int length(OutboundPacket packet, int index) {
        return packet.headerLength() + payloadLength(packet, index);
    }

    private static int payloadLength(OutboundPacket packet, int index) {
        int size = packet.gsoSize();
        return size == 0 ? packet.payloadLength() : Math.min(size, packet.payloadLength() - index * size);
    }

    private static void copySegment(OutboundPacket packet, int index, ByteBuf target) {
        ByteBuffer header = packet.header();
        header.limit(packet.headerLength()).position(0);
        target.writeBytes(header);
        header.clear();
        int from = index * packet.gsoSize();
        int length = payloadLength(packet, index);
        copyPayload(packet, from, length, target);

        ByteBuffer b = target.internalNioBuffer(0, packet.headerLength());
        int ip = b.position();
        int tcp = ip + packet.transportOffset();
        boolean last = from + length == packet.payloadLength();
        b.putInt(tcp + TCP_SEQUENCE, b.getInt(tcp + TCP_SEQUENCE) + from);
        int flags = b.get(tcp + TCP_FLAGS);
        flags &= last ? -1 : ~(TcpHeader.FIN | TcpHeader.PSH); // these belong to the last octet
        flags &= index == 0 ? -1 : ~TcpHeader.CWR; // RFC 3168 §6.1.2: on the first segment
        b.put(tcp + TCP_FLAGS, (byte) flags);
        int whole = packet.totalLength() - packet.transportOffset();
        int mine = packet.headerLength() - packet.transportOffset() + length;
        int field = b.getShort(tcp + packet.checksumOffset()) & 0xFFFF;
        // The field holds the sum of the pseudo-header, whose length is now another.
        b.putShort(tcp + packet.checksumOffset(), (short) Checksum.fold(field + (long) mine + (~whole & 0xFFFF)));
        if (packet.ipv6()) {
            b.putShort(ip + IPV6_PAYLOAD_LENGTH, (short) (packet.headerLength() - IPV6_HEADER + length));
            return;
        }
        b.putShort(ip + IPV4_TOTAL_LENGTH, (short) (packet.headerLength() + length));
        b.putShort(ip + IPV4_IDENTIFICATION, (short) (b.getShort(ip + IPV4_IDENTIFICATION) + index));
        b.putShort(ip + IPV4_CHECKSUM, (short) 0);
        b.putShort(ip + IPV4_CHECKSUM, Checksum.finish(Checksum.sum(b, ip, IPV4_HEADER, 0)));
    }

    private static void copyPayload(OutboundPacket packet, int from, int length, ByteBuf target) {
        int skip = from;
        int left = length;
        for (int i = 0; left > 0; i++) {
            int n = packet.sliceLength(i);
            if (skip >= n) {
                skip -= n;
                continue;
            }
            int take = Math.min(left, n - skip);
            target.writeBytes(packet.slice(i), packet.sliceOffset(i) + skip, take);
            left -= take;
            skip = 0;
        }
    }

    /** The checksum field holds the folded sum of the pseudo-header: replaces it by the checksum of everything. */
    private static void complete(OutboundPacket packet, ByteBuf target) {
        int length = target.readableBytes();
        ByteBuffer b = target.internalNioBuffer(0, length);
        int transport = b.position() + packet.transportOffset();
        long sum = Checksum.sum(b, transport, length - packet.transportOffset(), 0);
        short checksum = packet.protocol() == IpProtocol.UDP ? Checksum.finishUdp(sum) : Checksum.finish(sum);
        b.putShort(transport + packet.checksumOffset(), checksum);
    }
}
