package io.sluice.host;

import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.IpDatagram;
import io.sluice.tcp.Knob;
import io.sluice.tcp.Segment;
import io.sluice.tcp.TcpLayer;
import io.sluice.wire.AddressKey;
import io.sluice.wire.Checksum;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import java.nio.ByteBuffer;

/**
 * Turns a datagram into a {@link Segment}: header, checksum, options, and hands it to TCP. A
 * segment that came in a UDP datagram is covered by UDP's checksum instead of its own.
 */
final class TcpDemux {
    private final TcpLayer tcp;
    private final Counters counters;
    private final TcpHeader header = new TcpHeader();
    private final UdpHeader udp = new UdpHeader();

    TcpDemux(TcpLayer tcp, Counters counters) {
        this.tcp = tcp;
        this.counters = counters;
    }

    void onSegment(IpDatagram d, long nowNs) {
        ByteBuffer b = d.nio();
        int at = d.payloadOffset();
        if (AddressKey.isMulticast(d.destinationHi(), d.destinationLo())) {
            counters.drop(DropReason.MULTICAST_TCP); // RFC 9293 §3.9.2.3 (MUST-57)
            return;
        }
        if (!header.wrap(b, at, d.payloadLength())) {
            counters.drop(DropReason.TCP_MALFORMED);
            return;
        }
        // RFC 9293 §3.1 (MUST-3): a sum that a device on this host has not checked already
        if (!d.checksumTrusted()
                && !Checksum.isValid(Checksum.sum(b, at, d.payloadLength(), d.pseudoHeaderSum(d.payloadLength())))) {
            counters.drop(DropReason.TCP_CHECKSUM);
            return;
        }
        deliver(d, 0, d.payloadLength(), 0, nowNs);
    }

    /** Whether a UDP datagram is for the port of this host that TCP over UDP uses. */
    boolean isEncapsulated(IpDatagram d) {
        int port = tcp.knobs().getInt(Knob.UDP_TUNNELING_PORT);
        return port != 0
                && d.destinationKind() == IpDatagram.Destination.UNICAST
                && udp.wrap(d.nio(), d.payloadOffset(), d.payloadLength())
                && udp.destinationPort() == port;
    }

    /** A datagram of which {@link #isEncapsulated} has just said that it is one. Without a checksum nothing vouches for it. */
    void onEncapsulated(IpDatagram d, long nowNs) {
        boolean valid = d.checksumTrusted()
                || (udp.checksum() != 0 && udp.isChecksumValid(d.pseudoHeaderSum(udp.datagramLength())));
        if (!valid) {
            counters.drop(DropReason.UDP_CHECKSUM);
        } else if (!header.wrap(d.nio(), udp.payloadOffset(), udp.payloadLength())) {
            counters.drop(DropReason.TCP_MALFORMED);
        } else {
            deliver(d, UdpHeader.LENGTH, udp.payloadLength(), udp.sourcePort(), nowNs);
        }
    }

    /**
     * Hands on the segment whose header was wrapped.
     *
     * @param skip octets between the IP header and the segment
     * @param length octets of the segment
     */
    private void deliver(IpDatagram d, int skip, int length, int udpPort, long nowNs) {
        Segment seg = tcp.segment();
        // RFC 9293 §3.1 (MUST-5): of whatever segment
        if (!seg.options.parse(d.nio(), header.optionsOffset(), header.optionsLength())) {
            counters.drop(DropReason.TCP_OPTION_MALFORMED);
            return;
        }
        seg.localHi = d.destinationHi();
        seg.localLo = d.destinationLo();
        seg.remoteHi = d.sourceHi();
        seg.remoteLo = d.sourceLo();
        seg.ports = header.sourcePort() << 16 | header.destinationPort();
        seg.udpPort = udpPort;
        seg.seq = header.sequenceNumber();
        seg.ack = header.acknowledgmentNumber();
        seg.flags = header.flags();
        seg.wnd = header.window();
        seg.up = header.urgentPointer();
        seg.header = d.nio();
        seg.headerOffset = header.optionsOffset() - TcpHeader.MIN_LENGTH;
        seg.packetOffset = d.headerOffset();
        seg.packet = d.buffer();
        seg.payloadIndex = d.payloadIndex() + skip + header.headerLength();
        seg.payloadLength = length - header.headerLength();
        seg.merged = d.meta().segments();
        seg.hopLimit = d.hopLimit();
        seg.ecn = d.ecn();
        seg.receiveTimestampNs = d.meta().receiveTimestampNs();
        seg.hardwareTimestampNs = d.meta().hardwareTimestampNs();
        tcp.onSegment(nowNs);
    }
}
