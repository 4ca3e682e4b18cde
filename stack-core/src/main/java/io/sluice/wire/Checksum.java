package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * The Internet checksum: the 16-bit ones-complement sum of RFC 1071, its pseudo-headers and its incremental update.
 *
 * <p>A sum is gathered in a {@code long} accumulator of 32-bit words, since 2^16 is 1 modulo 65535 and so the width of
 * the words does not matter (RFC 1071 §2(C)). It starts at 0 or at a pseudo-header, is carried through any number of
 * calls (2^31 words fit), and is reduced once at the end: {@link #fold} to the sum, {@link #finish} to the complement
 * that goes into a header. A sum over octets that include their own correct checksum folds to {@link #VALID}.
 */
public final class Checksum {
    /** What the sum over octets with a correct checksum folds to: ones-complement minus zero. */
    public static final int VALID = 0xFFFF;

    private static final long U32 = 0xFFFF_FFFFL;

    private Checksum() {}

    /**
     * Adds {@code len} octets to {@code acc}. If {@code len} is odd, a zero octet is thought to follow (RFC 1071 §1), so
     * only the last piece of a chain may be odd; for other chains use {@link #add}.
     */
    public static long sum(ByteBuffer b, int off, int len, long acc) {
        int longsEnd = off + (len & ~7);
        long sum = acc;
        int i = off;
        for (; i < longsEnd; i += 8) { // JDK 25 makes vector instructions of this
            long words = b.getLong(i);
            sum += (words & U32) + (words >>> 32);
        }
        if ((len & 4) != 0) {
            sum += b.getInt(i) & U32;
            i += 4;
        }
        if ((len & 2) != 0) {
            sum += b.getShort(i) & 0xFFFF;
            i += 2;
        }
        if ((len & 1) != 0) {
            sum += (b.get(i) & 0xFF) << 8;
        }
        return sum;
    }

    /**
     * Adds the next piece of a message that lies in several places: {@code byteOffsetSoFar} octets of it came before. At
     * an odd offset the piece's octets fall on the other halves of the words, so its sum is added with its octets
     * swapped (RFC 1071 §2(B)).
     */
    public static long add(long acc, int byteOffsetSoFar, ByteBuffer b, int off, int len) {
        if ((byteOffsetSoFar & 1) == 0) {
            return sum(b, off, len, acc);
        }
        int piece = fold(sum(b, off, len, 0));
        return acc + (((piece & 0xFF) << 8) | (piece >>> 8));
    }

    /** The 16-bit ones-complement sum that {@code acc} stands for, 0..0xFFFF; 0 only if every octet added was zero. */
    public static int fold(long acc) {
        long s = (acc & U32) + (acc >>> 32); // at most 33 bits
        s = (s & U32) + (s >>> 32); // at most 32 bits
        s = (s & 0xFFFF) + (s >>> 16); // at most 17 bits
        s = (s & 0xFFFF) + (s >>> 16);
        return (int) s;
    }

    /** The checksum field for {@code acc}: the complement of the sum. */
    public static short finish(long acc) {
        return (short) ~fold(acc);
    }

    /**
     * The checksum field of a UDP datagram: as {@link #finish}, but a computed zero is sent as all ones, because a zero
     * field means that there is no checksum (RFC 768, RFC 8200 §8.1).
     */
    public static short finishUdp(long acc) {
        short checksum = finish(acc);
        return checksum == 0 ? (short) 0xFFFF : checksum;
    }

    /** Whether a sum that included the checksum field (and the pseudo-header, if any) says that nothing was changed. */
    public static boolean isValid(long acc) {
        return fold(acc) == VALID;
    }

    /**
     * The IPv4 pseudo-header of TCP and UDP (RFC 9293 §3.1, RFC 768).
     *
     * @param len the octets of upper-layer header and data
     */
    public static long pseudoHeader4(int src, int dst, int protocol, int len) {
        return (src & U32) + (dst & U32) + protocol + (len & U32);
    }

    /**
     * The IPv6 pseudo-header (RFC 8200 §8.1). {@code dst} is the final destination, {@code protocol} the upper-layer
     * protocol, whatever the Next Header field of the IPv6 header says.
     *
     * @param len the octets of upper-layer header and data
     */
    public static long pseudoHeader6(long srcHi, long srcLo, long dstHi, long dstLo, int protocol, int len) {
        return words(srcHi) + words(srcLo) + words(dstHi) + words(dstLo) + protocol + (len & U32);
    }

    private static long words(long w) {
        return (w >>> 32) + (w & U32);
    }

    /**
     * The checksum field after one 16-bit word under it changed, by RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m').
     * (If every octet under the checksum becomes zero, this gives 0 where a full computation gives 0xFFFF; both verify.)
     */
    public static short update16(short checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xFFFFL) + (~oldWord & 0xFFFF) + (newWord & 0xFFFF));
    }

    /** As {@link #update16} for two words at once, such as an address or a sequence number; they must lie on an even offset. */
    public static short update32(short checksum, int oldWords, int newWords) {
        return finish((~checksum & 0xFFFFL) + (~oldWords & U32) + (newWords & U32));
    }
}
