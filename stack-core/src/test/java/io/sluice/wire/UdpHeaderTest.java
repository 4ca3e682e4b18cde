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

/** RFC 768: the UDP header, read and written. */
class UdpHeaderTest {
    private final UdpHeader udp = new UdpHeader();

    @Example
    void readsADatagram() {
        ByteBuffer b = Octets.buffer(Packets.UDP4);
        assertTrue(udp.wrap(b, 20, 12));
        assertEquals(5353, udp.sourcePort());
        assertEquals(53, udp.destinationPort());
        assertEquals(12, udp.datagramLength());
        assertEquals(0x60E3, udp.checksum());
        assertTrue(udp.isChecksumValid(Checksum.pseudoHeader4(0xC0000201, 0xC6336402, 17, 12)));
        assertFalse(udp.isChecksumValid(Checksum.pseudoHeader4(0xC0000201, 0xC6336403, 17, 12)));
        assertEquals(28, udp.payloadOffset());
        assertEquals(4, udp.payloadLength());
    }

    @Example
    void theLengthFieldBoundsTheDatagram() {
        ByteBuffer b = Octets.buffer(Packets.UDP4);
        b.putShort(24, (short) 10);
        assertTrue(udp.wrap(b, 20, 12));
        assertEquals(2, udp.payloadLength());
        b.putShort(24, (short) 8);
        assertTrue(udp.wrap(b, 20, 12));
        assertEquals(0, udp.payloadLength());
        b.putShort(24, (short) 7);
        assertFalse(udp.wrap(b, 20, 12));
        b.putShort(24, (short) 0);
        assertFalse(udp.wrap(b, 20, 12));
        b.putShort(24, (short) 13);
        assertFalse(udp.wrap(b, 20, 12));
        assertFalse(udp.wrap(b, 20, 7));
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll @IntRange(max = 65535) int sourcePort,
            @ForAll @IntRange(max = 65535) int destinationPort,
            @ForAll @Size(max = 64) byte[] payload,
            @ForAll int src,
            @ForAll int dst,
            @ForAll @IntRange(max = 7) int offset) {
        int length = 8 + payload.length;
        long pseudoHeader = Checksum.pseudoHeader4(src, dst, IpProtocol.UDP, length);
        ByteBuffer b = Octets.tight(new byte[length], offset, true);
        b.put(offset + 8, payload);
        udp.emit(b, offset, payload.length)
                .sourcePort(sourcePort)
                .destinationPort(destinationPort)
                .updateChecksum(pseudoHeader);

        UdpHeader read = new UdpHeader();
        assertTrue(read.wrap(b, offset, length));
        assertEquals(sourcePort, read.sourcePort());
        assertEquals(destinationPort, read.destinationPort());
        assertEquals(length, read.datagramLength());
        assertEquals(payload.length, read.payloadLength());
        assertTrue(read.isChecksumValid(pseudoHeader));
        assertTrue(read.checksum() != 0);
    }

    @Example
    void aComputedZeroIsSentAsAllOnes() {
        ByteBuffer b = ByteBuffer.allocate(8);
        // 8 of Length twice, 17, and the rest of 0xFFFF in an address: the sum is all ones.
        long pseudoHeader = Checksum.pseudoHeader4(0xFFFF - 8 - 8 - 17, 0, IpProtocol.UDP, 8);
        udp.emit(b, 0, 0).updateChecksum(pseudoHeader);
        assertEquals(0xFFFF, udp.checksum());
        assertTrue(udp.isChecksumValid(pseudoHeader));
    }
}
