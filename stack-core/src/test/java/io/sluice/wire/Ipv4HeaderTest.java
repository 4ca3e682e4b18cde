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

/** RFC 791 §3.1: every field of the IPv4 header, read and written, and what is no header. */
class Ipv4HeaderTest {
    private final Ipv4Header ip = new Ipv4Header();

    @Example
    void readsTheSynOfRfc9235() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_4_1_1);
        assertTrue(ip.wrap(b, 0, b.limit()));
        assertEquals(20, ip.headerLength());
        assertEquals(0xE0, ip.trafficClass());
        assertEquals(0x38, ip.dscp());
        assertEquals(0, ip.ecn());
        assertEquals(76, ip.totalLength());
        assertEquals(0xDD0F, ip.identification());
        assertTrue(ip.dontFragment());
        assertFalse(ip.moreFragments());
        assertFalse(ip.reservedFlag());
        assertEquals(0, ip.fragmentOffsetBytes());
        assertFalse(ip.isFragment());
        assertEquals(255, ip.timeToLive());
        assertEquals(IpProtocol.TCP, ip.protocol());
        assertEquals(0xBF6B, ip.checksum());
        assertTrue(ip.isChecksumValid());
        assertEquals(0x0A0B0C0D, ip.source());
        assertEquals(0xAC1B1C1D, ip.destination());
        assertEquals(0, ip.optionsLength());
        assertEquals(20, ip.payloadOffset());
        assertEquals(56, ip.payloadLength());
        assertEquals(Checksum.pseudoHeader4(0x0A0B0C0D, 0xAC1B1C1D, 6, 56), ip.pseudoHeader());
    }

    @Example
    void optionsBelongToTheHeaderAndPaddingOfTheLinkToNothing() {
        byte[] packet = Octets.hex(Packets.ICMPV4_ECHO + "000000000000");
        ByteBuffer b = Octets.tight(packet, 5, true);
        assertTrue(ip.wrap(b, 5, packet.length));
        assertEquals(24, ip.headerLength());
        assertEquals(5 + 20, ip.optionsOffset());
        assertEquals(4, ip.optionsLength());
        assertEquals(5 + 24, ip.payloadOffset());
        assertEquals(20, ip.payloadLength());
        assertTrue(ip.isChecksumValid());
        b.put(5 + 23, (byte) 1);
        assertFalse(ip.isChecksumValid());
    }

    @Example
    void refusesWhatIsNoHeader() {
        assertRefused(0, 0x35); // version 3
        assertRefused(0, 0x65); // version 6
        assertRefused(0, 0x44); // IHL of 16 octets
        assertRefused(3, 19); // Total Length less than the header
        assertRefused(3, 77); // Total Length more than there is
    }

    private void assertRefused(int at, int value) {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_4_1_1);
        b.put(at, (byte) value);
        assertFalse(ip.wrap(b, 0, b.limit()));
    }

    @Example
    void aHeaderLongerThanThePacketIsRefused() {
        ByteBuffer b = Octets.buffer("4f000014 00010000 40060000 00000000 00000000");
        assertFalse(ip.wrap(b, 0, b.limit()));
        assertFalse(ip.wrapQuoted(b, 0, b.limit()));
    }

    @Example
    void aQuotedPacketMayEndEarly() {
        ByteBuffer b = Octets.buffer(Packets.ICMPV4_TOO_BIG);
        assertFalse(ip.wrap(b, 28, 28));
        assertTrue(ip.wrapQuoted(b, 28, 28));
        assertEquals(1500, ip.totalLength());
        assertEquals(8, ip.payloadLength());
        assertEquals(48, ip.payloadOffset());
    }

    @Example
    void flagsAndFragmentOffsetDoNotDisturbEachOther() {
        ip.emit(ByteBuffer.allocate(20), 0, 0);
        ip.dontFragment(true).moreFragments(true).fragmentOffsetBytes(65528);
        assertTrue(ip.dontFragment() && ip.moreFragments() && ip.isFragment());
        assertEquals(65528, ip.fragmentOffsetBytes());
        ip.dontFragment(false);
        assertTrue(ip.moreFragments());
        ip.moreFragments(false);
        assertFalse(ip.dontFragment() || ip.moreFragments() || ip.reservedFlag());
        assertTrue(ip.isFragment());
        ip.fragmentOffsetBytes(0);
        assertFalse(ip.isFragment());
        ip.moreFragments(true);
        assertTrue(ip.isFragment());
        assertEquals(0, ip.fragmentOffsetBytes());
    }

    /** Every bit of the header but the reserved flag, through the getters of one view and the setters of another. */
    @Property
    void copiedFieldByFieldItIsTheSame(
            @ForAll @Size(20) byte[] octets, @ForAll @IntRange(max = 7) int offset, @ForAll boolean direct) {
        octets[0] = 0x45;
        octets[2] = 0;
        octets[3] = 20;
        octets[6] &= 0x7F;
        assertTrue(ip.wrap(Octets.tight(octets, 2, direct), 2, 20));

        ByteBuffer copied = Octets.tight(new byte[20], offset, direct);
        Ipv4Header copy = new Ipv4Header().emit(copied, offset, 0);
        copy.trafficClass(ip.trafficClass())
                .identification(ip.identification())
                .dontFragment(ip.dontFragment())
                .moreFragments(ip.moreFragments())
                .fragmentOffsetBytes(ip.fragmentOffsetBytes())
                .timeToLive(ip.timeToLive())
                .protocol(ip.protocol())
                .source(ip.source())
                .destination(ip.destination());
        copy.checksum(ip.checksum());
        assertEquals(Octets.toHex(ByteBuffer.wrap(octets), 0, 20), Octets.toHex(copied, offset, offset + 20));

        assertTrue(copy.updateChecksum().isChecksumValid());
        assertTrue(copy.wrap(copied, offset, 20));
    }

    @Example
    void emitOverwritesWhatWasThereAndKeepsOptions() {
        ByteBuffer b = Octets.tight(Octets.hex("ff".repeat(24) + "00".repeat(6)), 1, false);
        ip.emit(b, 1, 24, 6);
        assertEquals("4600001e" + "00".repeat(16) + "ffffffff", Octets.toHex(b, 1, 25));
        assertTrue(ip.wrap(b, 1, 30));
        assertEquals(6, ip.payloadLength());
        assertEquals(30, ip.totalLength(30).totalLength());
    }
}
