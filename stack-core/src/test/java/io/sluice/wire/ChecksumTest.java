package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** RFC 1071: the fast sum against the plain one, at every alignment and length, whole and in pieces. */
class ChecksumTest {
    /** RFC 1071 §1, as it is written: 16-bit words, a zero octet after an odd end, carries added back. */
    private static int plain(byte[] octets) {
        int sum = 0;
        for (int i = 0; i < octets.length; i += 2) {
            int low = i + 1 < octets.length ? octets[i + 1] & 0xFF : 0;
            sum += (octets[i] & 0xFF) << 8 | low;
            if (sum > 0xFFFF) {
                sum -= 0xFFFF;
            }
        }
        return sum;
    }

    private static int fast(ByteBuffer b, int off, int len) {
        return Checksum.fold(Checksum.sum(b, off, len, 0));
    }

    @Example
    void theExampleOfRfc1071() {
        ByteBuffer b = Octets.buffer("0001f203f4f5f6f7"); // §3
        assertEquals(0xDDF2, fast(b, 0, 8));
        assertEquals((short) 0x220D, Checksum.finish(Checksum.sum(b, 0, 8, 0)));
    }

    @Example
    void everyAlignmentAndLength() {
        Random random = new Random(1071);
        for (int length = 0; length <= 80; length++) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            for (int offset = 0; offset < 9; offset++) {
                assertEquals(plain(octets), fast(Octets.tight(octets, offset, false), offset, length));
                assertEquals(plain(octets), fast(Octets.tight(octets, offset, true), offset, length));
            }
        }
    }

    @Property
    void anyOctetsHeapOrDirect(
            @ForAll @Size(max = 3000) byte[] octets, @ForAll @IntRange(max = 7) int offset, @ForAll boolean direct) {
        assertEquals(plain(octets), fast(Octets.tight(octets, offset, direct), offset, octets.length));
    }

    @Property
    void piecesOfAnyLengthChain(
            @ForAll @Size(max = 400) byte[] octets, @ForAll @Size(max = 12) List<@IntRange(max = 60) Integer> lengths) {
        long acc = 0;
        int done = 0;
        for (int wanted : lengths) {
            int length = Math.min(wanted, octets.length - done);
            acc = addPiece(acc, octets, done, length);
            done += length;
        }
        acc = addPiece(acc, octets, done, octets.length - done);
        assertEquals(plain(octets), Checksum.fold(acc));
    }

    private static long addPiece(long acc, byte[] octets, int from, int length) {
        byte[] piece = Arrays.copyOfRange(octets, from, from + length);
        return Checksum.add(acc, from, Octets.tight(piece, 3, true), 3, length);
    }

    @Example
    void theLargestSuperSegmentOfAllOnesDoesNotOverflow() {
        byte[] octets = new byte[65535];
        Arrays.fill(octets, (byte) 0xFF);
        ByteBuffer b = Octets.tight(octets, 1, true);
        long acc = 0;
        for (int i = 0; i < 1000; i++) {
            acc = Checksum.sum(b, 1, 65534, acc);
        }
        assertEquals(0xFFFF, Checksum.fold(acc));
        assertEquals(0xFFFF, Checksum.fold(-1L));
        assertEquals(0, Checksum.fold(0));
    }

    @Property
    void foldIsTheRemainderModulo65535(@ForAll long acc) {
        long remainder = Long.remainderUnsigned(acc, 0xFFFF);
        int expected = remainder == 0 && acc != 0 ? 0xFFFF : (int) remainder;
        assertEquals(expected, Checksum.fold(acc));
    }

    @Property
    void pseudoHeader4IsItsTwelveOctets(
            @ForAll int src,
            @ForAll int dst,
            @ForAll @IntRange(max = 255) int protocol,
            @ForAll @IntRange(max = 65535) int length) {
        ByteBuffer pseudo = ByteBuffer.allocate(12);
        pseudo.putInt(src).putInt(dst).put((byte) 0).put((byte) protocol).putShort((short) length);
        assertEquals(plain(pseudo.array()), Checksum.fold(Checksum.pseudoHeader4(src, dst, protocol, length)));
    }

    @Property
    void pseudoHeader6IsItsFortyOctets(
            @ForAll @Size(4) long[] addresses,
            @ForAll @IntRange(max = 255) int protocol,
            @ForAll @IntRange(max = 1 << 20) int length) {
        ByteBuffer pseudo = ByteBuffer.allocate(40);
        for (long half : addresses) {
            pseudo.putLong(half);
        }
        pseudo.putInt(length).putInt(protocol);
        long acc = Checksum.pseudoHeader6(addresses[0], addresses[1], addresses[2], addresses[3], protocol, length);
        assertEquals(plain(pseudo.array()), Checksum.fold(acc));
    }

    @Property
    void checksummedOctetsVerifyAndOneChangedBitDoesNot(
            @ForAll @Size(min = 2, max = 200) byte[] octets, @ForAll @IntRange(max = 1599) int bit) {
        ByteBuffer b = ByteBuffer.wrap(octets);
        b.putShort(0, (short) 0);
        b.putShort(0, Checksum.finish(Checksum.sum(b, 0, octets.length, 0)));
        assertTrue(Checksum.isValid(Checksum.sum(b, 0, octets.length, 0)));

        int flipped = bit % (8 * octets.length);
        octets[flipped / 8] ^= (byte) (1 << flipped % 8);
        assertFalse(Checksum.isValid(Checksum.sum(b, 0, octets.length, 0)));
    }

    /** RFC 1624 §4's example: 0xCD7A, a word 0x5555 becomes 0x3285, and the checksum must be 0x0000, not 0xFFFF. */
    @Example
    void theExampleOfRfc1624() {
        assertEquals(0, Checksum.update16((short) 0xDD2F, 0x5555, 0x3285));
    }

    @Property
    void updateEqualsRecomputing(
            @ForAll @Size(min = 8, max = 60) byte[] octets, @ForAll int word, @ForAll @IntRange(max = 28) int at) {
        int index = 2 * (at % ((octets.length - 4) / 2));
        octets[octets.length - 1] |= 1; // not all zero afterwards: RFC 1624 §3
        ByteBuffer b = ByteBuffer.wrap(octets);
        short before = Checksum.finish(Checksum.sum(b, 0, octets.length, 0));
        int old = b.getInt(index);

        b.putInt(index, word);
        octets[octets.length - 1] |= 1;
        int now = b.getInt(index);

        short after = Checksum.finish(Checksum.sum(b, 0, octets.length, 0));
        assertEquals(after, Checksum.update32(before, old, now));
        short high = Checksum.update16(before, old >>> 16, now >>> 16);
        assertEquals(after, Checksum.update16(high, old & 0xFFFF, now & 0xFFFF));
    }

    @Example
    void udpSendsAllOnesForAComputedZero() {
        assertEquals((short) 0xFFFF, Checksum.finishUdp(0xFFFF)); // RFC 768
        assertEquals((short) 0xFFFE, Checksum.finishUdp(1));
    }
}
