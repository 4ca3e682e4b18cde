package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** RFC 792 and RFC 4443: ICMP messages of both kinds, and the packets they quote. */
class IcmpHeaderTest {
    private final IcmpHeader icmp = new IcmpHeader();
    private final QuotedTransport quoted = new QuotedTransport();

    @Example
    void readsAnEcho() {
        ByteBuffer b = Octets.buffer(Packets.ICMPV4_ECHO);
        assertTrue(icmp.wrap(b, 24, 20));
        assertEquals(Icmpv4Type.ECHO, icmp.type());
        assertEquals(0, icmp.code());
        assertEquals(0x53DB, icmp.checksum());
        assertTrue(icmp.isChecksumValid(0));
        assertEquals(0x1234, icmp.identifier());
        assertEquals(1, icmp.sequenceNumber());
        assertEquals(32, icmp.bodyOffset());
        assertEquals(12, icmp.bodyLength());
        assertEquals(20, icmp.messageLength());
        assertFalse(icmp.wrap(b, 24, 7));
    }

    @Example
    void findsTheSegmentThatWasTooBig() {
        ByteBuffer b = Octets.buffer(Packets.ICMPV4_TOO_BIG);
        assertTrue(icmp.wrap(b, 20, 36));
        assertTrue(icmp.isChecksumValid(0));
        assertEquals(Icmpv4Type.DESTINATION_UNREACHABLE, icmp.type());
        assertEquals(Icmpv4Code.FRAGMENTATION_NEEDED, icmp.code());
        assertEquals(1410, icmp.mtu4());
        assertEquals(28, icmp.quotedLength4());

        Ipv4Header ip = new Ipv4Header();
        assertTrue(ip.wrapQuoted(b, icmp.quotedOffset(), icmp.quotedLength4()));
        assertTrue(ip.isChecksumValid());
        assertEquals(IpProtocol.TCP, ip.protocol());
        assertTrue(quoted.wrap(b, ip.payloadOffset(), ip.payloadLength()));
        assertEquals(40000, quoted.sourcePort());
        assertEquals(443, quoted.destinationPort());
        assertEquals(0x01020304, quoted.sequenceNumber());
        assertFalse(quoted.wrap(b, ip.payloadOffset(), 7));
    }

    @Example
    void findsTheDatagramThatWasTooBig() {
        ByteBuffer b = Octets.buffer(Packets.ICMPV6_TOO_BIG);
        Ipv6Header ip = new Ipv6Header();
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertTrue(icmp.wrap(b, ip.payloadOffset(), ip.payloadLength()));
        assertTrue(icmp.isChecksumValid(ip.pseudoHeader(IpProtocol.ICMPV6, icmp.messageLength())));
        assertEquals(Icmpv6Type.PACKET_TOO_BIG, icmp.type());
        assertEquals(1280, icmp.mtu6());
        assertTrue(ip.wrapQuoted(b, icmp.quotedOffset(), icmp.bodyLength()));
        assertTrue(quoted.wrap(b, ip.payloadOffset(), ip.payloadLength()));
        assertEquals(8080, quoted.sourcePort());
        assertEquals(53, quoted.destinationPort());
    }

    @Example
    void aQuotedEchoIsKnownByItsIdentifier() {
        ByteBuffer b = Octets.buffer(Packets.ICMPV4_ECHO);
        assertTrue(quoted.wrap(b, 24, 8));
        assertEquals(24, quoted.offset());
        assertEquals(0x1234, quoted.echoIdentifier());
        assertEquals(1, quoted.echoSequenceNumber());
    }

    /** RFC 4884 §4: the length attribute counts 32-bit words for IPv4 and 64-bit words for IPv6. */
    @Example
    void extensionsAreNotPartOfTheQuotedPacket() {
        ByteBuffer b = ByteBuffer.allocate(8 + 200);
        icmp.emit(b, 0, Icmpv4Type.TIME_EXCEEDED, Icmpv4Code.TTL_EXCEEDED, 200);
        assertEquals(200, icmp.quotedLength4());
        icmp.restOfHeader(32 << 16);
        assertEquals(128, icmp.quotedLength4());
        icmp.restOfHeader(51 << 16);
        assertEquals(200, icmp.quotedLength4());
        icmp.restOfHeader(16 << 24);
        assertEquals(128, icmp.quotedLength6());
        icmp.restOfHeader(26 << 24);
        assertEquals(200, icmp.quotedLength6());
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll @IntRange(max = 255) int type,
            @ForAll @IntRange(max = 255) int code,
            @ForAll int rest,
            @ForAll @Size(max = 64) byte[] body,
            @ForAll @IntRange(max = 7) int offset,
            @ForAll boolean direct) {
        ByteBuffer b = Octets.tight(new byte[8 + body.length], offset, direct);
        b.put(offset + 8, body);
        icmp.emit(b, offset, type, code, body.length).restOfHeader(rest).updateChecksum(0);

        IcmpHeader read = new IcmpHeader();
        assertTrue(read.wrap(b, offset, 8 + body.length));
        assertTrue(read.isChecksumValid(0));
        assertEquals(type, read.type());
        assertEquals(code, read.code());
        assertEquals(rest, read.restOfHeader());
        assertEquals(rest >>> 16, read.identifier());
        assertEquals(rest & 0xFFFF, read.sequenceNumber());
        assertEquals(rest & 0xFFFF, read.mtu4());
        assertEquals(rest & 0xFFFF_FFFFL, read.mtu6());
        assertEquals(rest >>> 24, read.pointer4());
        assertEquals(rest & 0xFFFF_FFFFL, read.pointer6());
    }

    @Example
    void everySetterWritesItsFieldOnly() {
        ByteBuffer b = ByteBuffer.allocate(8);
        icmp.emit(b, 0, 8, 0, 0).identifier(0xABCD).sequenceNumber(0x1234);
        assertEquals("08000000abcd1234", Octets.toHex(b, 0, 8));
        icmp.type(0).code(9).checksum(0xFFFE);
        assertEquals("0009fffeabcd1234", Octets.toHex(b, 0, 8));
        icmp.emit(b, 0, 12, 0, 0).pointer4(20);
        assertEquals("0c00000014000000", Octets.toHex(b, 0, 8));
        icmp.emit(b, 0, 3, 4, 0).mtu4(1400);
        assertEquals("0304000000000578", Octets.toHex(b, 0, 8));
        icmp.emit(b, 0, 2, 0, 0).mtu6(0xFFFF_FFFFL);
        assertEquals("02000000ffffffff", Octets.toHex(b, 0, 8));
        icmp.emit(b, 0, 4, 1, 0).pointer6(40);
        assertEquals("0401000000000028", Octets.toHex(b, 0, 8));
    }

    @Example
    void errorsAreToldFromOthers() {
        assertTrue(Icmpv4Type.isError(Icmpv4Type.TIME_EXCEEDED));
        assertTrue(Icmpv4Type.isError(Icmpv4Type.REDIRECT));
        assertFalse(Icmpv4Type.isError(Icmpv4Type.ECHO));
        assertFalse(Icmpv4Type.isError(Icmpv4Type.TIMESTAMP_REPLY));
        assertTrue(Icmpv6Type.isError(127)); // RFC 4443 §2.1: unknown ones, too
        assertFalse(Icmpv6Type.isError(Icmpv6Type.ECHO_REQUEST));
    }
}
