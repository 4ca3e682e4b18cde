package io.sluice.host;

import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.ip.IpDatagram;
import io.sluice.tcp.Segment;
import io.sluice.tcp.TcpLayer;
import io.sluice.wire.AddressKey;
import io.sluice.wire.Checksum;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;

/** Turns a datagram into a {@link Segment}: header, checksum (RFC 9293 §3.1, MUST-3), options, and hands it to TCP. */
final class TcpDemux {
    private final TcpLayer tcp;
    private final Counters counters;
    private final TcpHeader header = new TcpHeader();

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
        if (!d.checksumTrusted()
                && !Checksum.isValid(Checksum.sum(b, at, d.payloadLength(), d.pseudoHeaderSum(d.payloadLength())))) {
            counters.drop(DropReason.TCP_CHECKSUM);
            return;
        }
        Segment seg = tcp.segment();
        if (!seg.options.parse(b, header.optionsOffset(), header.optionsLength())) {
            counters.drop(DropReason.TCP_OPTION_MALFORMED);
            return;
        }
        seg.localHi = d.destinationHi();
        seg.localLo = d.destinationLo();
        seg.remoteHi = d.sourceHi();
        seg.remoteLo = d.sourceLo();
        seg.ports = header.sourcePort() << 16 | header.destinationPort();
        seg.seq = header.sequenceNumber();
        seg.ack = header.acknowledgmentNumber();
        seg.flags = header.flags();
        seg.wnd = header.window();
        seg.up = header.urgentPointer();
        seg.packet = d.buffer();
        seg.payloadIndex = d.payloadIndex() + header.headerLength();
        seg.payloadLength = d.payloadLength() - header.headerLength();
        seg.merged = d.meta().segments();
        seg.ecn = d.ecn();
        seg.receiveTimestampNs = d.meta().receiveTimestampNs();
        tcp.onSegment(nowNs);
    }
}
