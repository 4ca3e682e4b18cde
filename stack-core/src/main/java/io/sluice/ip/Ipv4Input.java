package io.sluice.ip;

import io.netty.buffer.ByteBuf;
import io.sluice.event.DropReason;
import io.sluice.ip.ErrorReporter.Problem;
import io.sluice.ip.IpDatagram.Destination;
import io.sluice.wire.AddressKey;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv4Options;
import java.nio.ByteBuffer;

/** What becomes of a received IPv4 packet: RFC 791 §3.1, RFC 1122 §3.2.1, in the order in which a host has to ask. */
final class Ipv4Input {
    private static final int PROTOCOL_FIELD = 9;

    private final AddressPolicy addresses;
    private final Reassembly reassembly;
    private final Dispatch dispatch;
    private final Ipv4Header header = new Ipv4Header();
    private final Ipv4Options options = new Ipv4Options();

    Ipv4Input(AddressPolicy addresses, Reassembly reassembly, Dispatch dispatch) {
        this.addresses = addresses;
        this.reassembly = reassembly;
        this.dispatch = dispatch;
    }

    /** Ends the packet that {@code datagram} points at, or keeps a copy if it is a fragment. */
    void onPacket(IpDatagram datagram, long nowNs) {
        if (!header.wrap(datagram.nio(), datagram.headerOffset(), datagram.capturedLength())) {
            dispatch.drop(whyNoHeader(datagram));
            return;
        }
        if (!header.isChecksumValid()) {
            dispatch.drop(DropReason.IP_CHECKSUM); // RFC 1122 §3.2.1.2 (MUST verify, and discard silently)
            return;
        }
        describe(datagram);
        datagram.source(0, AddressKey.lo4(header.source()));
        datagram.destination(0, AddressKey.lo4(header.destination()));
        // RFC 9293 §3.9.2.3 (MUST-63): whatever it carries
        if (addresses.isMartianSource4(header.source(), datagram.receivedOn())) {
            dispatch.drop(DropReason.IP_MARTIAN_SOURCE);
            return;
        }
        Destination kind = addresses.destination4(header.destination(), datagram.receivedOn());
        if (kind == null) {
            dispatch.drop(DropReason.IP_NOT_LOCAL); // RFC 1122 §3.2.1.3: a host that is no router discards silently
            return;
        }
        datagram.destination(kind);
        datagram.fragmentOffset(header.fragmentOffsetBytes());
        if (header.optionsLength() != 0 && !optionsAreFine(datagram, nowNs)) {
            return;
        }
        if (header.isFragment()) {
            onFragment(datagram, nowNs);
        } else {
            dispatch.deliver(datagram, PROTOCOL_FIELD, nowNs);
        }
    }

    private static DropReason whyNoHeader(IpDatagram datagram) {
        ByteBuffer b = datagram.nio();
        int captured = datagram.capturedLength();
        if (captured < Ipv4Header.MIN_LENGTH) {
            return DropReason.IP_TRUNCATED;
        }
        int headerLength = (b.get(datagram.headerOffset()) & 0x0F) << 2;
        int totalLength = b.getShort(datagram.headerOffset() + 2) & 0xFFFF;
        return headerLength < Ipv4Header.MIN_LENGTH || totalLength < headerLength
                ? DropReason.IP_HEADER_MALFORMED
                : DropReason.IP_TRUNCATED;
    }

    /**
     * RFC 1122 §3.2.1.8: options that are not understood are ignored. Deviates from its (c), by which a host must be able
     * to be the end of a source route: such packets are dropped, because they undo source address checks (RFC 7126 §4.3,
     * §4.4).
     */
    private boolean optionsAreFine(IpDatagram datagram, long nowNs) {
        options.wrap(header.buffer(), header.optionsOffset(), header.optionsLength());
        while (options.next()) { // RFC 9293 §3.9.2 (MUST-50): nothing else matters to TCP
            if (options.isSourceRoute()) {
                dispatch.drop(DropReason.IP_SOURCE_ROUTE);
                return false;
            }
        }
        if (options.malformed()) {
            int pointer = options.offset() - datagram.headerOffset();
            dispatch.reject(datagram, DropReason.IP_OPTION_MALFORMED, Problem.HEADER_FIELD, pointer, nowNs);
            return false;
        }
        return true;
    }

    private void onFragment(IpDatagram datagram, long nowNs) {
        ByteBuf whole = reassembly.onFragment4(datagram, header, nowNs);
        if (whole == null) {
            return;
        }
        datagram.receiveReassembled(whole);
        if (header.wrap(datagram.nio(), datagram.headerOffset(), datagram.capturedLength())) {
            describe(datagram);
            dispatch.deliver(datagram, PROTOCOL_FIELD, nowNs);
        }
        datagram.clear();
        whole.release();
    }

    private void describe(IpDatagram datagram) {
        int length = header.headerLength() + header.payloadLength();
        datagram.family(false, length, header.trafficClass(), header.timeToLive());
        datagram.payload(header.protocol(), header.payloadOffset(), header.payloadLength());
    }
}
