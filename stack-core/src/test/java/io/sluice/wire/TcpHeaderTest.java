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

/** RFC 9293 §3.1: every field of the TCP header, read and written. */
class TcpHeaderTest {
    private final TcpHeader tcp = new TcpHeader();

    @Example
    void readsDataOfRfc9235() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_4_1_4);
        assertTrue(tcp.wrap(b, 20, 115));
        assertEquals(179, tcp.sourcePort());
        assertEquals(0xE9D7, tcp.destinationPort());
        assertEquals(0x11C14262, tcp.sequenceNumber());
        assertEquals(0xFBFBAB9E, tcp.acknowledgmentNumber());
        assertEquals(48, tcp.headerLength());
        assertEquals(TcpHeader.ACK | TcpHeader.PSH, tcp.flags());
        assertTrue(tcp.hasAnyFlag(TcpHeader.ACK | TcpHeader.RST));
        assertFalse(tcp.hasAnyFlag(TcpHeader.SYN | TcpHeader.RST));
        assertEquals(0x0100, tcp.window());
        assertEquals(0x400C, tcp.checksum());
        assertEquals(0, tcp.urgentPointer());
        assertEquals(40, tcp.optionsOffset());
        assertEquals(28, tcp.optionsLength());
        assertEquals(68, tcp.payloadOffset());
        assertEquals(67, tcp.payloadLength());
        assertEquals(115, tcp.segmentLength());
    }

    @Example
    void verifiesTheChecksumOfRfc9235() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_6_1_1);
        long pseudoHeader = Checksum.pseudoHeader6(0xFDL << 56, 1, 0xFDL << 56, 2, IpProtocol.TCP, 56);
        assertTrue(tcp.wrap(b, 40, 56));
        assertTrue(tcp.isChecksumValid(pseudoHeader));
        assertEquals(0x4721, tcp.updateChecksum(pseudoHeader).checksum());
        tcp.window(tcp.window() - 1);
        assertFalse(tcp.isChecksumValid(pseudoHeader));
    }

    @Example
    void refusesWhatIsNoHeader() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_6_1_1);
        assertFalse(tcp.wrap(b, 40, 19));
        assertFalse(tcp.wrap(b, 40, 55)); // the header has 56
        b.put(40 + 12, (byte) 0x40);
        assertFalse(tcp.wrap(b, 40, 56));
        b.put(40 + 12, (byte) 0x50);
        assertTrue(tcp.wrap(b, 40, 20));
        assertEquals(0, tcp.optionsLength());
        assertEquals(0, tcp.payloadLength());
    }

    @Example
    void theFlagsAreTheBitsOfTheRfc() {
        assertEquals(0x001, TcpHeader.FIN);
        assertEquals(0x002, TcpHeader.SYN);
        assertEquals(0x004, TcpHeader.RST);
        assertEquals(0x008, TcpHeader.PSH);
        assertEquals(0x010, TcpHeader.ACK);
        assertEquals(0x020, TcpHeader.URG);
        assertEquals(0x040, TcpHeader.ECE);
        assertEquals(0x080, TcpHeader.CWR);
        assertEquals(0x100, TcpHeader.AE);
        ByteBuffer b = ByteBuffer.allocate(24);
        tcp.emit(b, 0, 24, 24).flags(TcpHeader.AE | TcpHeader.SYN);
        assertEquals("6102", Octets.toHex(b, 12, 14));
        tcp.flags(-1);
        assertEquals("6fff", Octets.toHex(b, 12, 14));
        tcp.flags(0);
        assertEquals("6000", Octets.toHex(b, 12, 14));
    }

    @Property
    void copiedFieldByFieldItIsTheSame(
            @ForAll @Size(20) byte[] octets,
            @ForAll @IntRange(min = 5, max = 15) int words,
            @ForAll @IntRange(max = 7) int offset,
            @ForAll boolean direct) {
        octets[12] = (byte) (words << 4 | (octets[12] & 0x0F));
        byte[] segment = new byte[4 * words + 3];
        System.arraycopy(octets, 0, segment, 0, 20);
        assertTrue(tcp.wrap(Octets.tight(segment, 2, direct), 2, segment.length));
        assertEquals(4 * words, tcp.headerLength());

        ByteBuffer copied = Octets.tight(Octets.hex("ff".repeat(segment.length)), offset, direct);
        TcpHeader copy = new TcpHeader().emit(copied, offset, 4 * words, segment.length);
        copy.sourcePort(tcp.sourcePort())
                .destinationPort(tcp.destinationPort())
                .sequenceNumber(tcp.sequenceNumber())
                .acknowledgmentNumber(tcp.acknowledgmentNumber())
                .flags(tcp.flags())
                .window(tcp.window())
                .checksum(tcp.checksum())
                .urgentPointer(tcp.urgentPointer());
        assertEquals(Octets.toHex(ByteBuffer.wrap(octets), 0, 20), Octets.toHex(copied, offset, offset + 20));
        assertEquals(tcp.payloadLength(), copy.payloadLength());
        assertEquals(offset + 4 * words, copy.payloadOffset());
        assertTrue(copy.updateChecksum(words).isChecksumValid(words));
        assertTrue(copy.wrap(copied, offset, segment.length));
    }
}
