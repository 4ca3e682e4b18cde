package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import net.jqwik.api.Example;

/** RFC 9293 §3.2 and the RFCs of each option: what the octets say, and what octets say nothing. */
class TcpOptionsTest {
    private static final int AT = 5;

    private final TcpOptions options = new TcpOptions();

    private boolean parse(String hex) {
        byte[] octets = Octets.hex(hex);
        return options.parse(Octets.tight(octets, AT, true), AT, octets.length);
    }

    /** Whether nothing is there, of any kind, not even something ignored. */
    private boolean isEmpty() {
        boolean common = options.hasMss()
                || options.hasWindowScale()
                || options.sackPermitted()
                || options.hasTimestamps()
                || options.sackCount() > 0;
        return !common && !hasRare() && options.unknownCount() + options.badLengthCount() == 0;
    }

    private boolean hasRare() {
        return options.hasFastOpen()
                || options.hasUserTimeout()
                || options.hasMd5()
                || options.hasAo()
                || options.hasAccEcn()
                || options.hasExperiment()
                || options.hasDuplicates();
    }

    /** RFC 9293 §3.1 (MUST-4): with MSS, NOP and EOL. */
    @Example
    void readsTheSynOfRfc9235() {
        ByteBuffer b = Octets.buffer(Packets.RFC9235_4_1_1);
        assertTrue(options.parse(b, 40, 36));
        assertEquals(1460, options.mss());
        assertEquals(8, options.windowScale());
        assertTrue(options.hasWindowScale());
        assertTrue(options.sackPermitted());
        assertTrue(options.hasTimestamps());
        assertEquals(0x00155AB7, options.tsVal());
        assertEquals(0, options.tsEcr());
        assertTrue(options.hasAo());
        assertEquals(60, options.aoOffset());
        assertEquals(16, options.aoLength());
        assertEquals(0x3D, options.aoKeyId());
        assertEquals(0x54, options.aoRNextKeyId());
        assertEquals(64, options.aoMacOffset());
        assertEquals(12, options.aoMacLength());
        assertEquals("2ee437c6f8ede6d7c4d602e7", Octets.toHex(b, 64, 76));
        assertEquals(0, options.unknownCount());
        assertFalse(options.hasDuplicates());
    }

    @Example
    void timestampsAloneGoTheShortWayAndMeanTheSame() {
        assertTrue(parse("0101080a 84a50bf5 80155ac1"));
        assertEquals(0x84A50BF5, options.tsVal());
        assertEquals(0x80155AC1, options.tsEcr());
        assertTrue(parse("080a 11a50bf5 22155ac1 0101"));
        assertEquals(0x11A50BF5, options.tsVal());
        assertEquals(0x22155AC1, options.tsEcr());
        assertTrue(parse(""));
        assertTrue(isEmpty());
        assertEquals(0, options.tsVal());
        assertFalse(parse("0101080a 84a50bf5 80155a"));
        assertTrue(isEmpty());
    }

    @Example
    void readsSackBlocks() {
        assertTrue(parse("0101 050a fffffff0 00000010"));
        assertEquals(1, options.sackCount());
        assertEquals(0xFFFFFFF0, options.sackLeft(0));
        assertEquals(0x10, options.sackRight(0));
        assertTrue(parse("0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008"));
        assertEquals(4, options.sackCount());
        for (int i = 0; i < 4; i++) {
            assertEquals(2 * i + 1, options.sackLeft(i));
            assertEquals(2 * i + 2, options.sackRight(i));
        }
        assertTrue(parse("0502 0509 01020304050607 050b 010203040506070809"));
        assertEquals(0, options.sackCount());
        assertEquals(3, options.badLengthCount());
        assertTrue(parse("052a" + "00".repeat(40)));
        assertEquals(0, options.sackCount());
    }

    @Example
    void readsRareOptions() {
        ByteBuffer b = Octets.buffer(Packets.TCP_RARE_OPTIONS);
        TcpHeader tcp = new TcpHeader();
        assertTrue(tcp.wrap(b, 0, b.limit()));
        assertEquals(TcpHeader.AE | TcpHeader.CWR | TcpHeader.ECE | TcpHeader.SYN, tcp.flags());
        assertTrue(options.parse(b, tcp.optionsOffset(), tcp.optionsLength()));
        assertEquals(536, options.mss());
        assertTrue(options.hasUserTimeout());
        assertEquals(0x8005, options.userTimeout());
        assertEquals(300, options.userTimeoutSeconds());
        assertTrue(options.hasFastOpen());
        assertFalse(options.fastOpenExperimental());
        assertEquals("0102030405060708", Octets.toHex(b, options.fastOpenOffset(), options.fastOpenOffset() + 8));
        assertEquals(8, options.fastOpenLength());
        assertTrue(options.hasAccEcn());
        assertEquals(1, options.accEcnFields());
        assertEquals(0x010203, options.accEcnEe0b());
        assertTrue(options.hasExperiment());
        assertEquals(0xABCD, options.experimentExId());
        assertEquals(0, options.experimentLength());
        assertEquals(2, options.unknownCount());
        assertEquals(0, options.badLengthCount());
    }

    @Example
    void readsMd5() {
        assertTrue(parse("1312" + "0102030405060708090a0b0c0d0e0f10" + "0000"));
        assertTrue(options.hasMd5());
        assertEquals(AT + 2, options.md5Offset());
        assertTrue(parse("1311" + "0102030405060708090a0b0c0d0e0f"));
        assertFalse(options.hasMd5());
        assertEquals(1, options.badLengthCount());
    }

    /** RFC 7413 §4.1.1: an option of another length is as if it were not there. */
    @Example
    void fastOpenCookiesHaveAnEvenNumberOfFourToSixteenOctets() {
        for (int length = 0; length <= 18; length++) {
            boolean legal = length == 0 || (length >= 4 && length <= 16 && length % 2 == 0);
            assertTrue(parse("22%02x".formatted(2 + length) + "c0".repeat(length)));
            assertEquals(legal, options.hasFastOpen(), "cookie of " + length);
            assertEquals(legal ? length : 0, options.fastOpenLength());
            assertEquals(legal ? AT + 2 : 0, options.fastOpenOffset());

            assertTrue(parse("fe%02xf989".formatted(4 + length) + "c0".repeat(length)));
            assertEquals(legal, options.hasFastOpen(), "experimental cookie of " + length);
            assertEquals(legal, options.fastOpenExperimental());
            assertEquals(legal ? AT + 4 : 0, options.fastOpenOffset());
            assertFalse(options.hasExperiment());
        }
    }

    /** RFC 9768 §3.2.3, Table 5: which counters an option of each length and order has. */
    @Example
    void accEcnCountersByLengthAndOrder() {
        assertAccEcn("ac02", 0, 0, 0);
        assertAccEcn("ac05 00000a", 0xA, 0, 0);
        assertAccEcn("ac08 00000a 00000c", 0xA, 0xC, 0);
        assertAccEcn("ac0b 00000a 00000c ffffff", 0xA, 0xC, 0xFFFFFF);
        assertAccEcn("ae02", 0, 0, 0);
        assertAccEcn("ae05 800001", 0, 0, 0x800001);
        assertAccEcn("ae08 00000b 00000c", 0, 0xC, 0xB);
        assertAccEcn("ae0b 00000b 00000c 00000a", 0xA, 0xC, 0xB);
        // Other lengths: the whole fields that fit, the rest is padding.
        assertAccEcn("ac04 ffff", 0, 0, 0);
        assertAccEcn("ac07 00000a ffff", 0xA, 0, 0);
        assertAccEcn("ae0e 00000b 00000c 00000a ffffff", 0xA, 0xC, 0xB);
    }

    private void assertAccEcn(String hex, int ee0b, int eceb, int ee1b) {
        assertTrue(parse(hex));
        assertTrue(options.hasAccEcn());
        assertEquals(hex.startsWith("ac") ? TcpOptionKind.ACC_ECN_0 : TcpOptionKind.ACC_ECN_1, options.accEcnKind());
        assertEquals(ee0b, options.accEcnEe0b(), hex);
        assertEquals(eceb, options.accEcnEceb(), hex);
        assertEquals(ee1b, options.accEcnEe1b(), hex);
        assertEquals(ee0b != 0, options.hasAccEcnEe0b(), hex);
        assertEquals(eceb != 0, options.hasAccEcnEceb(), hex);
        assertEquals(ee1b != 0, options.hasAccEcnEe1b(), hex);
    }

    @Example
    void readsExperiments() {
        assertTrue(parse("fd08 e2d4c3d9 0102"));
        assertEquals(0xE2D4, options.experimentExId());
        assertEquals(AT + 4, options.experimentOffset());
        assertEquals(4, options.experimentLength());
        assertTrue(parse("fd02 fe03ff"));
        assertFalse(options.hasExperiment());
        assertEquals(2, options.badLengthCount());
    }

    @Example
    void valuesAreNotJudged() {
        assertTrue(parse("0204ffff 0303ff"));
        assertEquals(65535, options.mss());
        assertEquals(255, options.windowScale());
        assertTrue(parse("02040000 1c040000"));
        assertTrue(options.hasMss() && options.hasUserTimeout());
        assertEquals(0, options.mss());
        assertEquals(0, options.userTimeoutSeconds());
    }

    @Example
    void theFirstOfDuplicatesCounts() {
        assertTrue(parse("020405b4 02040218 030307 030308 1d043d54 1d041122"));
        assertTrue(options.hasDuplicates());
        assertEquals(1460, options.mss());
        assertEquals(7, options.windowScale());
        assertEquals(0x3D, options.aoKeyId());
        assertTrue(options.hasRepeatedAo());
        assertTrue(parse("0402 0402"));
        assertTrue(options.hasDuplicates());
        assertFalse(options.hasRepeatedAo());
        assertTrue(parse("0203ff 020405b4"));
        assertFalse(options.hasDuplicates()); // the first was none
        assertEquals(1460, options.mss());
    }

    /** RFC 9293 §3.1 (MUST-6, MUST-7). */
    @Example
    void wrongLengthsOfKnownKindsArePassedOver() {
        assertTrue(parse("0203ff 030400ff 0403ff 0809ffffffffffffff 1c03ff 0402"));
        assertEquals(5, options.badLengthCount());
        assertTrue(options.sackPermitted());
        assertFalse(
                options.hasMss() || options.hasWindowScale() || options.hasTimestamps() || options.hasUserTimeout());
    }

    /** RFC 9293 §3.1 (MUST-7). */
    @Example
    void illegalLengthsEndTheParseAndKeepWhatCameBefore() {
        for (String bad : new String[] {"0200", "0201ff", "02", "020405", "ff00", "ff04ff", "08", "fd20"}) {
            assertFalse(parse("0402" + bad), bad);
            assertTrue(options.sackPermitted(), bad);
            assertFalse(options.hasMss() || options.hasTimestamps(), bad);
        }
        assertFalse(parse("0402 1d03ff 020405b4")); // RFC 5925 §2.2: less than 4 is invalid
        assertFalse(options.hasAo() || options.hasMss());
        assertFalse(options.parse(ByteBuffer.allocate(10), 4, 7));
        assertTrue(isEmpty());
    }

    /** RFC 9293 §3.1 (MUST-4): whatever follows End of Option List is padding, options though it may look like. */
    @Example
    void nothingFollowsTheEndOfTheList() {
        assertTrue(parse("0101 00 020405b4 ff00"));
        assertTrue(isEmpty());
    }

    @Example
    void aParseForgetsTheLast() {
        assertTrue(options.parse(Octets.buffer(Packets.TCP_RARE_OPTIONS), 20, 36));
        assertTrue(parse("0101080a 00000001 00000002"));
        options.clear();
        assertTrue(isEmpty());
        assertEquals(0, options.mss() + options.fastOpenLength() + options.accEcnEe0b() + options.experimentExId());
    }
}
