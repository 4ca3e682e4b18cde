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

/** What {@link TcpOptionWriter} writes, octet by octet, and that {@link TcpOptions} reads the same. */
class TcpOptionWriterTest {
    private static final int AT = 3;

    private final ByteBuffer b = Octets.tight(new byte[64], 0, true);
    private final TcpOptions options = new TcpOptions();

    private void assertWritten(String hex, int end) {
        assertEquals(hex.replace(" ", ""), Octets.toHex(b, AT, end));
        assertTrue(options.parse(b, AT, end - AT));
    }

    /** RFC 9293 §3.1 (MUST-68): with its length. */
    @Example
    void writesEachOption() {
        assertWritten("00", TcpOptionWriter.eol(b, AT));
        assertWritten("01", TcpOptionWriter.nop(b, AT));
        assertWritten("0204 05b4", TcpOptionWriter.mss(b, AT, 1460));
        assertWritten("0303 0e", TcpOptionWriter.windowScale(b, AT, 14));
        assertWritten("0402", TcpOptionWriter.sackPermitted(b, AT));
        assertWritten("080a 80000001 fffffffe", TcpOptionWriter.timestamps(b, AT, 0x80000001, -2));
        assertWritten("1312" + "00".repeat(16), TcpOptionWriter.md5(b, AT));
        assertWritten("1d10 3d54" + "00".repeat(12), TcpOptionWriter.ao(b, AT, 0x3D, 0x54, 12));
        assertWritten(
                "220a c0c1c2c3c4c5c6c7", TcpOptionWriter.fastOpen(b, AT, Octets.hex("c0c1c2c3c4c5c6c7"), 8, false));
        assertWritten("2202", TcpOptionWriter.fastOpen(b, AT, new byte[0], 0, false));
        assertWritten("fe04 f989", TcpOptionWriter.fastOpen(b, AT, new byte[0], 0, true));
        assertWritten("fe08 f989 c0c1c2c3", TcpOptionWriter.fastOpen(b, AT, Octets.hex("c0c1c2c3ff"), 4, true));
        assertWritten("4d04 c1c2", TcpOptionWriter.raw(b, AT, Octets.hex("ff4d04c1c2ff"), 1, 4));
    }

    @Example
    void writesSackAndAccEcnPieceByPiece() {
        int at = TcpOptionWriter.sackHead(b, AT, 2);
        at = TcpOptionWriter.sackBlock(b, at, 1, 2);
        at = TcpOptionWriter.sackBlock(b, at, -16, 16);
        assertWritten("0512 00000001 00000002 fffffff0 00000010", at);
        assertEquals(2, options.sackCount());

        at = TcpOptionWriter.accEcnHead(b, AT, TcpOptionKind.ACC_ECN_1, 2);
        at = TcpOptionWriter.accEcnField(b, at, 0x7F010203);
        at = TcpOptionWriter.accEcnField(b, at, 0xFFFFFF);
        assertWritten("ae08 010203 ffffff", at);
        assertEquals(0x010203, options.accEcnEe1b());
        assertEquals(0xFFFFFF, options.accEcnEceb());
    }

    /** RFC 5482 §3.3: fifteen bits of seconds, or of minutes. */
    @Example
    void userTimeoutsAreRoundedUpToWhatFits() {
        assertUserTimeout(300, 300);
        assertUserTimeout(0x7FFF, 0x7FFF);
        assertUserTimeout(0x8000, 547 * 60);
        assertUserTimeout(0x7FFF * 60, 0x7FFF * 60);
        assertUserTimeout(Integer.MAX_VALUE, 0x7FFF * 60);
    }

    private void assertUserTimeout(int asked, int written) {
        int end = TcpOptionWriter.userTimeout(b, AT, asked);
        assertTrue(options.parse(b, AT, end - AT));
        assertEquals(written, options.userTimeoutSeconds());
    }

    /** RFC 9293 §3.1 (MUST-69). */
    @Example
    void padsToWholeWordsFromTheStartOfTheOptions() {
        int end = TcpOptionWriter.windowScale(b, AT, 7);
        assertWritten("030307 01", TcpOptionWriter.pad(b, AT, end, TcpOptionKind.NOP));
        assertWritten("030307 00", TcpOptionWriter.pad(b, AT, end, TcpOptionKind.EOL));
        end = TcpOptionWriter.sackPermitted(b, AT);
        assertWritten("0402 0000", TcpOptionWriter.pad(b, AT, end, TcpOptionKind.EOL));
        assertEquals(AT, TcpOptionWriter.pad(b, AT, AT, TcpOptionKind.NOP));
        assertEquals(AT + 8, TcpOptionWriter.pad(b, AT, AT + 8, TcpOptionKind.NOP));
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll @IntRange(max = 65535) int mss,
            @ForAll @IntRange(max = 255) int shift,
            @ForAll int tsVal,
            @ForAll int tsEcr,
            @ForAll @Size(8) byte[] cookie,
            @ForAll boolean experimental) {
        int at = TcpOptionWriter.mss(b, AT, mss);
        at = TcpOptionWriter.sackPermitted(b, at);
        at = TcpOptionWriter.timestamps(b, at, tsVal, tsEcr);
        at = TcpOptionWriter.nop(b, at);
        at = TcpOptionWriter.windowScale(b, at, shift);
        at = TcpOptionWriter.fastOpen(b, at, cookie, 8, experimental);
        at = TcpOptionWriter.pad(b, AT, at, TcpOptionKind.EOL);
        assertTrue(at - AT <= TcpHeader.MAX_OPTIONS_LENGTH);
        assertTrue(options.parse(b, AT, at - AT));
        assertEquals(mss, options.mss());
        assertEquals(shift, options.windowScale());
        assertTrue(options.sackPermitted());
        assertEquals(tsVal, options.tsVal());
        assertEquals(tsEcr, options.tsEcr());
        assertEquals(experimental, options.fastOpenExperimental());
        int from = options.fastOpenOffset();
        assertEquals(
                Octets.toHex(ByteBuffer.wrap(cookie), 0, 8), Octets.toHex(b, from, from + options.fastOpenLength()));
        assertEquals(0, options.unknownCount() + options.badLengthCount());
        assertFalse(options.hasDuplicates());
    }
}
