package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * CRC-32C (Castagnoli), as iSCSI (RFC 7143 §13.1), SCTP (RFC 9260 Appendix A) and UDP's APC option (RFC 9868 §11.3) use it:
 * reflected, starting at and inverted with all ones. The value of the nine octets {@code "123456789"} is 0xE3069283.
 */
public final class Crc32c {
    private static final int POLYNOMIAL = 0x82F6_3B78; // 0x1EDC6F41 with its bits in reverse
    /** Tables for octets at eight distances from the end (Kounavis and Berry 2005): eight octets a step. */
    private static final int[] TABLE = table();

    private static final int LANE = 256;

    private Crc32c() {}

    private static int[] table() {
        int[] t = new int[8 * LANE];
        for (int i = 0; i < LANE; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            t[i] = crc;
        }
        for (int i = LANE; i < t.length; i++) {
            t[i] = t[i - LANE] >>> 8 ^ t[t[i - LANE] & 0xFF];
        }
        return t;
    }

    /** The CRC of {@code length} octets. */
    public static int of(ByteBuffer b, int offset, int length) {
        return of(b, offset, length, 0);
    }

    /** The CRC of what gave {@code crcSoFar} (0 for nothing) and {@code length} octets more. */
    public static int of(ByteBuffer b, int offset, int length, int crcSoFar) {
        int crc = ~crcSoFar;
        int i = offset;
        int longsEnd = offset + (length & ~7);
        for (; i < longsEnd; i += 8) {
            long eight = b.getLong(i);
            int first = (int) (eight >>> 32) ^ Integer.reverseBytes(crc);
            int second = (int) eight;
            crc = TABLE[7 * LANE + (first >>> 24)]
                    ^ TABLE[6 * LANE + (first >>> 16 & 0xFF)]
                    ^ TABLE[5 * LANE + (first >>> 8 & 0xFF)]
                    ^ TABLE[4 * LANE + (first & 0xFF)]
                    ^ TABLE[3 * LANE + (second >>> 24)]
                    ^ TABLE[2 * LANE + (second >>> 16 & 0xFF)]
                    ^ TABLE[LANE + (second >>> 8 & 0xFF)]
                    ^ TABLE[second & 0xFF];
        }
        for (int end = offset + length; i < end; i++) {
            crc = crc >>> 8 ^ TABLE[(crc ^ b.get(i)) & 0xFF];
        }
        return ~crc;
    }
}
