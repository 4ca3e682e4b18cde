package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.IcmpNames;
import io.sluice.packetdrill.language.SequenceRange;
import io.sluice.packetdrill.language.Transport;
import io.sluice.wire.IcmpHeader;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** ICMP messages that the stack under test sends (RFC 792, RFC 4443), against what a script expects. */
final class IcmpPackets {
    /** RFC 9293 §3.1: where a TCP header has its sequence number and its length. */
    private static final int SEQUENCE = 4;

    private static final int DATA_OFFSET = 12;

    private static final int UDP_LENGTH = 4;
    private static final int UDP_HEADER = 8;
    private static final int SHORTEST_QUOTE = 8;

    /** RFC 791, RFC 8200 §3: where a header has its length and what it carries. */
    private static final int IPV4_TOTAL_LENGTH = 2;

    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int IPV6_NEXT_HEADER = 6;

    private IcmpPackets() {}

    /**
     * A message.
     *
     * @param ipv6 whether it is ICMPv6
     * @param type its type
     * @param code its code
     * @param rest the four octets behind the checksum
     * @param ip the IP header around it
     * @param body what is behind the header: of an error, the beginning of a packet
     */
    record Live(boolean ipv6, int type, int code, int rest, LiveIp ip, ByteBuffer body) {
        /** In the words of the RFCs, since scripts have no name for everything. */
        String describe() {
            return "> icmp type_" + type + " code_" + code + " rest 0x" + Integer.toHexString(rest) + ", "
                    + body.remaining() + " bytes quoted";
        }
    }

    /** Whether a packet is an ICMP message. */
    static boolean isIcmp(ByteBuffer packet) {
        boolean v6 = isV6(packet);
        int at = v6 ? IPV6_NEXT_HEADER : IPV4_PROTOCOL;
        return packet.remaining() > at && packet.get(at) == (v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP);
    }

    private static boolean isV6(ByteBuffer packet) {
        return packet.hasRemaining() && (packet.get(0) & 0xFF) >>> 4 == Ipv6Header.VERSION;
    }

    static Live read(BackEnd.Captured captured) throws PacketReader.Unreadable {
        ByteBuffer b = captured.packet().nioBuffer();
        boolean v6 = isV6(b);
        Ipv4Header ip4 = new Ipv4Header();
        Ipv6Header ip6 = new Ipv6Header();
        if (v6 ? !ip6.wrap(b, 0, b.remaining()) : !ip4.wrap(b, 0, b.remaining())) {
            throw new PacketReader.Unreadable("a malformed IP packet");
        }
        int at = v6 ? ip6.payloadOffset() : ip4.payloadOffset();
        int length = v6 ? ip6.payloadLength() : ip4.payloadLength();
        IcmpHeader icmp = new IcmpHeader();
        if (!icmp.wrap(b, at, length)) {
            throw new PacketReader.Unreadable("a malformed ICMP message");
        }
        if (!icmp.isChecksumValid(v6 ? ip6.pseudoHeader(IpProtocol.ICMPV6, length) : 0)) {
            throw new PacketReader.Unreadable("an ICMP message with a wrong checksum");
        }
        ByteBuffer body = b.slice(at + IcmpHeader.LENGTH, length - IcmpHeader.LENGTH);
        LiveIp ip = v6 ? LiveIp.of(ip6) : LiveIp.of(ip4);
        return new Live(v6, icmp.type(), icmp.code(), icmp.restOfHeader(), ip, body);
    }

    /** What differs, or nothing. What the script does not say is not looked at. */
    static List<String> differences(Transport.IcmpMessage expected, Live live, FlowUnderTest flow) {
        List<String> differences = new ArrayList<>();
        differ("type", IcmpNames.type(live.ipv6(), expected.type()), live.type(), differences);
        if (expected.code().isPresent()) {
            OptionalInt code =
                    IcmpNames.code(live.ipv6(), expected.type(), expected.code().get());
            differ("code", code, live.code(), differences);
        }
        if (expected.mtu().isPresent()) {
            long mtu =
                    live.ipv6() ? Integer.toUnsignedLong(live.rest()) : live.rest() & 0xFFFF; // RFC 1191 §4, RFC 4443
            if (mtu != expected.mtu().getAsLong()) {
                differences.add("MTU: expected " + expected.mtu().getAsLong() + ", is " + mtu);
            }
        }
        if (expected.echoIdentifier().isPresent()) {
            differ("identifier", expected.echoIdentifier(), live.rest() >>> 16, differences);
        }
        expected.quoted().ifPresent(quoted -> compareQuoted(quoted, live, flow, differences));
        return differences;
    }

    private static void differ(String field, OptionalInt wanted, int actual, List<String> differences) {
        if (wanted.isEmpty() || wanted.getAsInt() != actual) {
            String name = wanted.isEmpty() ? "one that this IP version does not have" : "" + wanted.getAsInt();
            differences.add(field + ": expected " + name + ", is " + actual);
        }
    }

    private static void compareQuoted(
            Transport.Quoted quoted, Live live, FlowUnderTest flow, List<String> differences) {
        ByteBuffer b = live.body();
        boolean v6 = isV6(b);
        int header = v6 ? Ipv6Header.LENGTH : b.hasRemaining() ? (b.get(0) & 0xF) * 4 : 0;
        if (b.remaining() < Math.max(Ipv4Header.MIN_LENGTH, header) + SHORTEST_QUOTE) {
            differences.add("quoted packet: only " + b.remaining() + " bytes");
            return;
        }
        int length = v6 ? b.getShort(IPV6_PAYLOAD_LENGTH) & 0xFFFF : (b.getShort(IPV4_TOTAL_LENGTH) & 0xFFFF) - header;
        int protocol = b.get(v6 ? IPV6_NEXT_HEADER : IPV4_PROTOCOL) & 0xFF;
        if (quoted instanceof Transport.Quoted.Segment segment) {
            compareSegment(segment, protocol, b, header, length, flow, differences);
        } else if (quoted instanceof Transport.Quoted.Datagram datagram) {
            compareDatagram(datagram, protocol, (b.getShort(header + UDP_LENGTH) & 0xFFFF) - UDP_HEADER, differences);
        } else if (quoted instanceof Transport.Quoted.Raw raw && length != raw.payloadBytes()) {
            differences.add("quoted packet: expected " + raw.payloadBytes() + " bytes, are " + length);
        }
    }

    private static void compareDatagram(
            Transport.Quoted.Datagram wanted, int protocol, int payload, List<String> differences) {
        if (protocol != IpProtocol.UDP || payload != wanted.payloadBytes()) {
            differences.add("quoted packet: is of protocol " + protocol + ", with a payload of " + payload);
        }
    }

    private static void compareSegment(
            Transport.Quoted.Segment wanted,
            int protocol,
            ByteBuffer b,
            int header,
            int length,
            FlowUnderTest flow,
            List<String> differences) {
        int at = protocol == IpProtocol.UDP && wanted.udp().isPresent() ? header + UDP_HEADER : header;
        if ((protocol != IpProtocol.TCP && at == header) || b.remaining() < at + SHORTEST_QUOTE) {
            differences.add("quoted packet: is of protocol " + protocol);
            return;
        }
        SequenceRange range = wanted.sequence();
        int live = b.getInt(at + SEQUENCE);
        long sequence = range.numbering() == SequenceRange.Numbering.ABSOLUTE
                ? Integer.toUnsignedLong(live)
                : flow.scriptedRemoteSequence(live, false);
        boolean first = flow.scriptedRemoteSequence(live, true) == range.start(); // a SYN's has no ISN before it
        if (range.numbering() != SequenceRange.Numbering.IGNORED && sequence != range.start() && !first) {
            differences.add("quoted sequence number: expected " + range.start() + ", is " + sequence);
        }
        if (b.remaining() > at + DATA_OFFSET) {
            int payload = length - (at - header) - ((b.get(at + DATA_OFFSET) & 0xFF) >>> 4) * 4;
            if (payload != range.lengthBytes()) {
                differences.add("quoted payload length: expected " + range.lengthBytes() + ", is " + payload);
            }
        }
    }
}
