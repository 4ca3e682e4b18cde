package io.sluice.packetdrill.run;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;

/** Takes the packets apart that the stack under test sends. */
final class PacketReader {
    private PacketReader() {}

    /** A packet that cannot be compared with anything: the stack sent something malformed or unknown. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    static LivePacket read(BackEnd.Captured captured) throws Unreadable {
        ByteBuf packet = captured.packet();
        ByteBuffer b = packet.nioBuffer();
        int version = b.hasRemaining() ? (b.get(0) & 0xFF) >>> 4 : 0;
        return version == Ipv6Header.VERSION ? readIpv6(b, captured.atNs()) : readIpv4(b, captured.atNs());
    }

    private static LivePacket readIpv4(ByteBuffer b, long atNs) throws Unreadable {
        Ipv4Header ip = new Ipv4Header();
        if (!ip.wrap(b, 0, b.remaining()) || ip.totalLength() != b.remaining()) {
            throw new Unreadable("a malformed IPv4 packet");
        }
        if (!ip.isChecksumValid()) {
            throw new Unreadable("an IPv4 packet with a wrong header checksum");
        }
        return transport(ip.protocol(), b, ip.payloadOffset(), ip.payloadLength(), ip.pseudoHeader(), atNs)
                .onIp(LiveIp.of(ip));
    }

    private static LivePacket readIpv6(ByteBuffer b, long atNs) throws Unreadable {
        Ipv6Header ip = new Ipv6Header();
        if (!ip.wrap(b, 0, b.remaining()) || ip.payloadOffset() + ip.payloadLengthField() != b.remaining()) {
            throw new Unreadable("a malformed IPv6 packet");
        }
        long pseudoHeader = ip.pseudoHeader(ip.nextHeader(), ip.payloadLength());
        return transport(ip.nextHeader(), b, ip.payloadOffset(), ip.payloadLength(), pseudoHeader, atNs)
                .onIp(LiveIp.of(ip));
    }

    private static LivePacket transport(int protocol, ByteBuffer b, int at, int length, long pseudoHeader, long atNs)
            throws Unreadable {
        if (protocol == IpProtocol.UDP) {
            return encapsulated(b, at, length, pseudoHeader, atNs);
        }
        if (protocol != IpProtocol.TCP) {
            throw new Unreadable("a packet of protocol " + protocol);
        }
        TcpHeader tcp = new TcpHeader();
        if (!tcp.wrap(b, at, length)) {
            throw new Unreadable("a malformed TCP segment");
        }
        if (!tcp.isChecksumValid(pseudoHeader)) {
            throw new Unreadable("a TCP segment with a wrong checksum");
        }
        return segment(tcp, b, 0, atNs);
    }

    /** TCP over UDP: the checksum of UDP covers the segment. */
    private static LivePacket encapsulated(ByteBuffer b, int at, int length, long pseudoHeader, long atNs)
            throws Unreadable {
        UdpHeader udp = new UdpHeader();
        TcpHeader tcp = new TcpHeader();
        if (!udp.wrap(b, at, length) || udp.datagramLength() != length) {
            throw new Unreadable("a malformed UDP datagram");
        }
        if (udp.checksum() == 0 || !udp.isChecksumValid(pseudoHeader)) {
            throw new Unreadable("a UDP datagram with a wrong checksum");
        }
        if (!tcp.wrap(b, udp.payloadOffset(), udp.payloadLength())) {
            throw new Unreadable("a UDP datagram that is no TCP segment");
        }
        return segment(tcp, b, udp.sourcePort() << 16 | udp.destinationPort(), atNs);
    }

    private static LivePacket segment(TcpHeader tcp, ByteBuffer b, int udpPorts, long atNs) {
        byte[] options = new byte[tcp.optionsLength()];
        b.get(tcp.optionsOffset(), options);
        ByteBuffer whole =
                ByteBuffer.allocate(b.limit()).put(b.duplicate().rewind()).flip();
        return new LivePacket(
                atNs,
                LiveIp.NONE,
                tcp.sourcePort(),
                tcp.destinationPort(),
                tcp.sequenceNumber(),
                tcp.acknowledgmentNumber(),
                tcp.flags(),
                tcp.window(),
                tcp.urgentPointer(),
                ByteBuffer.wrap(options),
                tcp.payloadLength(),
                diagnostics(tcp, b),
                udpPorts,
                whole,
                tcp.optionsOffset() - TcpHeader.MIN_LENGTH);
    }

    private static long diagnostics(TcpHeader tcp, ByteBuffer b) {
        boolean reset = (tcp.flags() & TcpHeader.RST) != 0 && tcp.payloadLength() == Long.BYTES;
        return reset ? b.getLong(tcp.payloadOffset()) : 0;
    }
}
