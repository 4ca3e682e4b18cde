package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The virtio header field by field, and the number of segments that follows from it. */
class VirtioHeaderTest {
    private static final int TCP_START = 20;
    private static final int PACKET_LENGTH = 5000;

    private final VirtioHeader header = new VirtioHeader();

    @Test
    void fieldsAreWhereVirtioHasThem() {
        header.flags = VirtioHeader.FLAG_NEEDS_CHECKSUM;
        header.gsoType = VirtioHeader.GSO_TCPV6 | VirtioHeader.GSO_ECN;
        header.headerLength = 0x1234;
        header.gsoSize = 0x5678;
        header.checksumStart = 0x9abc;
        header.checksumOffset = 0xdef0;
        byte[] octets = new byte[14];
        header.write(ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN), 1);
        byte[] expected = {
            0, 1, (byte) 0x84, 0x34, 0x12, 0x78, 0x56, (byte) 0xbc, (byte) 0x9a, (byte) 0xf0, (byte) 0xde, 0, 0, 0
        };
        assertArrayEquals(expected, octets);
        VirtioHeader read = new VirtioHeader();
        read.read(Unpooled.wrappedBuffer(octets), 1);
        assertTrue(read.has(VirtioHeader.FLAG_NEEDS_CHECKSUM));
        assertEquals(VirtioHeader.GSO_TCPV6, read.segmentation());
        assertEquals(0x1234, read.headerLength);
        assertEquals(0x5678, read.gsoSize);
        assertEquals(0x9abc, read.checksumStart);
        assertEquals(0xdef0, read.checksumOffset);
    }

    /** A packet with a TCP header of 32 octets at 20. */
    private static ByteBuf packet() {
        return Unpooled.wrappedBuffer(new byte[PACKET_LENGTH]).setByte(TCP_START + 12, 0x80);
    }

    private int segments(int gsoType, int gsoSize, int packetLength) {
        header.clear();
        header.flags = VirtioHeader.FLAG_NEEDS_CHECKSUM;
        header.gsoType = gsoType;
        header.gsoSize = gsoSize;
        header.checksumStart = TCP_START;
        header.headerLength = 300; // what the kernel had in one piece, beyond the header
        return header.segments(packet(), 0, packetLength);
    }

    @Test
    void segmentsAreCountedFromTheEndOfTheTransportHeader() {
        assertEquals(1, segments(VirtioHeader.GSO_NONE, 0, 1500));
        assertEquals(1, segments(VirtioHeader.GSO_TCPV4, 1000, 1052));
        assertEquals(2, segments(VirtioHeader.GSO_TCPV4, 1000, 1053));
        assertEquals(3, segments(VirtioHeader.GSO_TCPV4 | VirtioHeader.GSO_ECN, 1000, 3052));
        assertEquals(4, segments(VirtioHeader.GSO_UDP_L4, 1000, 3029));
        assertEquals(1, segments(VirtioHeader.GSO_TCPV4, 0, 3052));
    }

    @Test
    void aHeaderThatMakesNoSenseCountsAsSomething() {
        header.clear();
        header.gsoType = VirtioHeader.GSO_TCPV4;
        header.gsoSize = 100;
        assertEquals(10, header.segments(packet(), 0, 1000));
        header.flags = VirtioHeader.FLAG_NEEDS_CHECKSUM;
        header.checksumStart = 0xFFFF;
        header.headerLength = 0xFFFF;
        assertEquals(1, header.segments(packet(), 0, 1000));
    }
}
