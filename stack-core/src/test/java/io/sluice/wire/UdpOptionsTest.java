package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** UDP options, octet by octet (RFC 9868 §8 to §12). */
class UdpOptionsTest {
    private final UdpOptions options = new UdpOptions();

    private boolean wrap(String octets, boolean odd) {
        ByteBuffer b = Octets.buffer(octets);
        return options.wrap(b, 0, b.limit(), odd);
    }

    @Test
    void whatIsWrittenIsRead() {
        for (boolean odd : new boolean[] {false, true}) {
            ByteBuffer b = ByteBuffer.allocate(600);
            int start = odd ? 1 : 2;
            int at = UdpOptionWriter.begin(b, start, odd);
            at = UdpOptionWriter.terminalFrag(b, at, 0x1122, 0x3344_5566, 0x7788, 0x99AA);
            at = UdpOptionWriter.apc(b, at, 0x0102_0304);
            at = UdpOptionWriter.nop(b, UdpOptionWriter.nop(b, at));
            at = UdpOptionWriter.maxDatagramSize(b, at, 0xFFEE);
            at = UdpOptionWriter.maxReassembled(b, at, 0xFEDC, 0xFF);
            at = UdpOptionWriter.request(b, at, -1);
            at = UdpOptionWriter.response(b, at, 7);
            at = UdpOptionWriter.time(b, at, -2, 9);
            at = UdpOptionWriter.experiment(b, at, UdpOptionKind.EXP, 0xABCD, new byte[250]);
            at = UdpOptionWriter.experiment(b, at, UdpOptionKind.UEXP, 0xBCDE, new byte[251]);
            int end = UdpOptionWriter.eol(b, at, at + 3);
            UdpOptionWriter.end(b, start, odd, end);

            assertTrue(options.wrap(b, start, end - start, odd));
            assertTrue(options.isPaddingZero() && options.isOcsValid() && options.ocs() != 0);
            assertTrue(options.next() && options.isTerminalFrag());
            assertEquals(0x1122, options.fragStart());
            assertEquals(0x3344_5566, options.fragIdentification());
            assertEquals(0x7788, options.fragOffsetBytes());
            assertEquals(0x99AA, options.reassembledOptionStart());
            assertTrue(options.next());
            assertEquals(0x0102_0304, options.apc());
            assertTrue(options.next());
            assertEquals(2, options.longestNopRun());
            assertEquals(0xFFEE, options.maxDatagramSize());
            assertEquals(0, options.apc());
            assertTrue(options.next());
            assertEquals(0xFEDC, options.maxReassembledSize());
            assertEquals(0xFF, options.maxReassembledSegments());
            assertTrue(options.next() && options.kind() == UdpOptionKind.REQ);
            assertEquals(-1, options.token());
            assertTrue(options.next() && options.kind() == UdpOptionKind.RES);
            assertEquals(7, options.token());
            assertTrue(options.next());
            assertEquals(-2, options.timeValue());
            assertEquals(9, options.timeEcho());
            assertTrue(options.next() && options.isExperiment());
            // RFC 9868 §10: 254 octets are the most with one octet of length
            assertFalse(options.isExtended());
            assertEquals(254, options.length());
            assertEquals(0xABCD, options.experimentId());
            assertTrue(options.next() && options.isExtended());
            assertEquals(257, options.length());
            assertEquals(0xBCDE, options.experimentId());
            assertFalse(options.next());
            assertTrue(options.isRestZero());
            assertFalse(options.malformed());
        }
    }

    @Test
    void theOptionsOfAPacket() {
        ByteBuffer b = Octets.buffer(Packets.UDP_OPTIONS);
        assertTrue(options.wrap(b, 37, b.limit() - 37, true));
        int count = 0;
        while (options.next()) {
            count++;
        }
        assertEquals(6, count);
        assertEquals(2, options.nops());
    }

    @Test
    void thereMustBeRoomForTheChecksum() {
        assertFalse(wrap("00", false));
        assertFalse(wrap("0000", true));
        assertTrue(wrap("0000", false));
        assertFalse(options.next());
        assertTrue(wrap("010000", true));
        assertFalse(options.isPaddingZero());
    }

    @Test
    void lengthsThatCannotBe() {
        for (String area :
                new String[] {"ffff 04", "ffff 0401", "ffff 0400", "ffff 040400", "ffff 64ff00", "ffff 64ff0003"}) {
            assertTrue(wrap(area, false));
            assertFalse(options.next(), area);
            assertTrue(options.malformed(), area);
        }
        assertTrue(wrap("ffff 6402 0404 0102", false));
        assertTrue(options.next());
        assertTrue(options.next());
        assertEquals(0x0102, options.maxDatagramSize());
        assertFalse(options.next() || options.malformed());
    }

    /** A kind with another length than its own has no fields. */
    @Test
    void otherLengths() {
        assertTrue(wrap("ffff 0405 010203 0607 01020304 05", false));
        assertTrue(options.next());
        assertEquals(0, options.maxDatagramSize());
        assertTrue(options.next());
        assertEquals(0, options.token());
    }

    @Test
    void behindTheEndOnlyZerosMayBe() {
        assertTrue(wrap("ffff 00 00 00", false));
        assertFalse(options.next());
        assertTrue(options.isRestZero());
        assertTrue(wrap("ffff 00 00 01", false));
        assertFalse(options.next());
        assertFalse(options.isRestZero());
    }

    @Test
    void theChecksumFindsEveryFlippedBit() {
        for (boolean odd : new boolean[] {false, true}) {
            ByteBuffer b = ByteBuffer.allocate(20);
            int end = UdpOptionWriter.time(b, UdpOptionWriter.begin(b, 0, odd), 1, 2);
            UdpOptionWriter.end(b, 0, odd, end);
            for (int bit = odd ? 8 : 0; bit < 8 * end; bit++) {
                b.put(bit / 8, (byte) (b.get(bit / 8) ^ 1 << bit % 8));
                assertTrue(options.wrap(b, 0, end, odd));
                assertFalse(options.isOcsValid());
                b.put(bit / 8, (byte) (b.get(bit / 8) ^ 1 << bit % 8));
            }
            assertTrue(options.wrap(b, 0, end, odd) && options.isOcsValid());
            assertTrue(options.wrap(b, 0, end - 1, odd));
            assertFalse(options.isOcsValid()); // the length is part of it
        }
    }

    @Test
    void kinds() {
        assertTrue(UdpOptionKind.isUnsafe(192) && UdpOptionKind.isUnsafe(255) && !UdpOptionKind.isUnsafe(191));
        assertEquals("UENC", UdpOptionKind.name(UdpOptionKind.UENC));
        assertEquals("MRDS", UdpOptionKind.name(5));
        assertEquals("KIND-100", UdpOptionKind.name(100));
    }
}
