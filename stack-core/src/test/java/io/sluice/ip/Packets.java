package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.wire.Checksum;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;

/** Builds whole IP packets for tests, by the wire views and nothing else of the stack. */
public final class Packets {
    private Packets() {}

    /** An array of {@code length} octets that differ from their neighbours. */
    public static byte[] payload(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i * 31 + (i >>> 8));
        }
        return octets;
    }

    /** A UDP datagram, header and payload, with its checksum. */
    public static byte[] udp(
            IpAddress source, int sourcePort, IpAddress destination, int destinationPort, byte[] data) {
        ByteBuffer b = ByteBuffer.allocate(UdpHeader.LENGTH + data.length);
        b.put(UdpHeader.LENGTH, data);
        new UdpHeader()
                .emit(b, 0, data.length)
                .sourcePort(sourcePort)
                .destinationPort(destinationPort)
                .updateChecksum(pseudoHeader(source, destination, IpProtocol.UDP, b.capacity()));
        return b.array();
    }

    /** A TCP segment without options or data, with its checksum. */
    public static byte[] tcp(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int flags) {
        ByteBuffer b = ByteBuffer.allocate(TcpHeader.MIN_LENGTH);
        new TcpHeader()
                .emit(b, 0, TcpHeader.MIN_LENGTH, TcpHeader.MIN_LENGTH)
                .sourcePort(sourcePort)
                .destinationPort(destinationPort)
                .flags(flags)
                .updateChecksum(pseudoHeader(source, destination, IpProtocol.TCP, b.capacity()));
        return b.array();
    }

    /** An ICMP or ICMPv6 message with its checksum. */
    public static byte[] icmp(
            IpAddress source, IpAddress destination, int type, int code, int restOfHeader, byte[] body) {
        ByteBuffer b = ByteBuffer.allocate(IcmpHeader.LENGTH + body.length);
        b.put(IcmpHeader.LENGTH, body);
        long pseudo = source.isV6() ? pseudoHeader(source, destination, IpProtocol.ICMPV6, b.capacity()) : 0;
        new IcmpHeader()
                .emit(b, 0, type, code, body.length)
                .restOfHeader(restOfHeader)
                .updateChecksum(pseudo);
        return b.array();
    }

    private static long pseudoHeader(IpAddress source, IpAddress destination, int protocol, int length) {
        return source.isV6()
                ? Checksum.pseudoHeader6(source.hi(), source.lo(), destination.hi(), destination.lo(), protocol, length)
                : Checksum.pseudoHeader4(source.v4(), destination.v4(), protocol, length);
    }

    /** A whole packet of either family without options. */
    public static byte[] ip(IpAddress source, IpAddress destination, int protocol, byte[] payload) {
        return source.isV6()
                ? ip6(source, destination, protocol, payload)
                : ip4(source, destination, protocol, new byte[0], 0, 0, payload);
    }

    /**
     * A whole IPv4 packet.
     *
     * @param fragmentField flags and fragment offset as they stand in the header
     */
    public static byte[] ip4(
            IpAddress source,
            IpAddress destination,
            int protocol,
            byte[] options,
            int identification,
            int fragmentField,
            byte[] payload) {
        int headerLength = Ipv4Header.MIN_LENGTH + options.length;
        ByteBuffer b = ByteBuffer.allocate(headerLength + payload.length);
        b.put(Ipv4Header.MIN_LENGTH, options);
        b.put(headerLength, payload);
        Ipv4Header h = new Ipv4Header()
                .emit(b, 0, headerLength, payload.length)
                .identification(identification)
                .timeToLive(64)
                .protocol(protocol)
                .source(source.v4())
                .destination(destination.v4());
        b.putShort(6, (short) fragmentField);
        h.updateChecksum();
        return b.array();
    }

    /** A whole IPv6 packet; {@code payload} begins with what {@code nextHeader} says. */
    public static byte[] ip6(IpAddress source, IpAddress destination, int nextHeader, byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(Ipv6Header.LENGTH + payload.length);
        b.put(Ipv6Header.LENGTH, payload);
        new Ipv6Header()
                .emit(b, 0, payload.length)
                .nextHeader(nextHeader)
                .hopLimit(64)
                .source(source.hi(), source.lo())
                .destination(destination.hi(), destination.lo());
        return b.array();
    }

    /** An IPv6 Fragment header followed by {@code payload}. */
    public static byte[] fragment6(int nextHeader, int offset, boolean more, int identification, byte[] payload) {
        ByteBuffer b = ByteBuffer.allocate(8 + payload.length);
        b.put(0, (byte) nextHeader);
        b.putShort(2, (short) (offset | (more ? 1 : 0)));
        b.putInt(4, identification);
        b.put(8, payload);
        return b.array();
    }

    /** A copy in a direct buffer whose reader index, and memory, do not start at 0. */
    public static ByteBuf direct(byte[] packet) {
        ByteBuf b = PooledByteBufAllocator.DEFAULT.directBuffer(packet.length + 10);
        return b.writeZero(10).skipBytes(10).writeBytes(packet);
    }
}
