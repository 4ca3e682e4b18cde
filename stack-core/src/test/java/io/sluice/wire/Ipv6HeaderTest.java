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

/** RFC 8200 §3 and §4.5: every field of the IPv6 header and of its Fragment header, read and written. */
class Ipv6HeaderTest {
    private final Ipv6Header ip = new Ipv6Header();
    private final Ipv6FragmentHeader fragment = new Ipv6FragmentHeader();

    @Example
    void readsTheSynOfRfc9235() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_6_1_1);
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertEquals(0xE0, ip.trafficClass());
        assertEquals(0x38, ip.dscp());
        assertEquals(0, ip.ecn());
        assertEquals(0x891DC, ip.flowLabel());
        assertEquals(56, ip.payloadLength());
        assertEquals(56, ip.payloadLengthField());
        assertEquals(IpProtocol.TCP, ip.nextHeader());
        assertEquals(64, ip.hopLimit());
        assertEquals(0xFD00_0000_0000_0000L, ip.sourceHi());
        assertEquals(1, ip.sourceLo());
        assertEquals(0xFD00_0000_0000_0000L, ip.destinationHi());
        assertEquals(2, ip.destinationLo());
        assertEquals(40, ip.payloadOffset());
        assertTrue(Checksum.isValid(Checksum.sum(b, 40, 56, ip.pseudoHeader(IpProtocol.TCP, 56))));
    }

    @Example
    void refusesWhatIsNoHeader() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_6_1_1);
        assertFalse(ip.wrap(b, 0, 39));
        assertFalse(ip.wrap(b, 0, 95));
        b.put(0, (byte) 0x4E);
        assertFalse(ip.wrap(b, 0, b.limit()));
        assertFalse(ip.wrapQuoted(b, 0, b.limit()));
    }

    @Example
    void aQuotedPacketMayEndEarlyAndAPacketMayBePadded() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_6_1_1);
        assertTrue(ip.wrapQuoted(b, 0, 48));
        assertEquals(8, ip.payloadLength());
        assertEquals(56, ip.payloadLengthField());
        b.putShort(4, (short) 50);
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertEquals(50, ip.payloadLength());
    }

    @Property
    void copiedFieldByFieldItIsTheSame(
            @ForAll @Size(40) byte[] octets, @ForAll @IntRange(max = 7) int offset, @ForAll boolean direct) {
        octets[0] = (byte) (0x60 | (octets[0] & 0x0F));
        octets[4] = 0;
        octets[5] = 0;
        assertTrue(ip.wrap(Octets.tight(octets, 2, direct), 2, 40));

        ByteBuffer copied = Octets.tight(Octets.hex("ff".repeat(40)), offset, direct);
        Ipv6Header copy = new Ipv6Header().emit(copied, offset, 0);
        copy.flowLabel(ip.flowLabel())
                .trafficClass(ip.trafficClass())
                .nextHeader(ip.nextHeader())
                .hopLimit(ip.hopLimit())
                .source(ip.sourceHi(), ip.sourceLo())
                .destination(ip.destinationHi(), ip.destinationLo());
        assertEquals(Octets.toHex(ByteBuffer.wrap(octets), 0, 40), Octets.toHex(copied, offset, offset + 40));
        assertEquals(ip.trafficClass() >>> 2, copy.dscp());
        assertEquals(ip.trafficClass() & 3, copy.ecn());
        copy.flowLabel(0).trafficClass(0xFF);
        assertEquals(0, copy.flowLabel());
        assertEquals(0xFF, copy.trafficClass());
    }

    @Example
    void emitWritesThePayloadLength() {
        ByteBuffer b = ByteBuffer.allocate(40 + 65535);
        ip.emit(b, 0, 65535);
        assertEquals("60000000ffff0000", Octets.toHex(b, 0, 8));
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertEquals(65535, ip.payloadLength());
        assertEquals(9, ip.payloadLengthField(9).payloadLengthField());
    }

    @Example
    void readsAFragmentHeader() {
        ByteBuffer b = Octets.buffer("06ff1235 deadbeef 0102");
        assertTrue(fragment.wrap(b, 0, 10));
        assertEquals(IpProtocol.TCP, fragment.nextHeader());
        assertEquals(0x1230, fragment.fragmentOffsetBytes());
        assertTrue(fragment.moreFragments());
        assertEquals(0xDEADBEEF, fragment.identification());
        assertEquals(8, fragment.payloadOffset());
        assertEquals(2, fragment.payloadLength());
        assertFalse(fragment.isAtomic());
        assertFalse(fragment.wrap(b, 3, 7));
    }

    @Property
    void aFragmentHeaderCopiedFieldByFieldIsTheSame(@ForAll @Size(8) byte[] octets) {
        octets[1] = 0; // Reserved
        octets[3] &= (byte) 0xF9; // Res
        assertTrue(fragment.wrap(Octets.tight(octets, 3, false), 3, 8));
        ByteBuffer copied = ByteBuffer.allocate(8);
        Ipv6FragmentHeader copy = new Ipv6FragmentHeader().emit(copied, 0, 0);
        copy.nextHeader(fragment.nextHeader())
                .moreFragments(fragment.moreFragments())
                .fragmentOffsetBytes(fragment.fragmentOffsetBytes())
                .identification(fragment.identification());
        assertEquals(Octets.toHex(ByteBuffer.wrap(octets), 0, 8), Octets.toHex(copied, 0, 8));
        assertEquals(fragment.fragmentOffsetBytes() == 0 && !fragment.moreFragments(), copy.isAtomic());
        copy.moreFragments(false).fragmentOffsetBytes(0);
        assertTrue(copy.isAtomic());
    }
}
