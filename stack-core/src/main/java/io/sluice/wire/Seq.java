package io.sluice.wire;

/**
 * Arithmetic on TCP sequence numbers: a {@code u32} held in an {@code int}, ordered modulo 2^32 (RFC 9293 §3.4).
 *
 * <p>The order is only meaningful between numbers less than 2^31 apart, which every window guarantees (RFC 7323 §2.3).
 * Never compare sequence numbers with {@code <}.
 */
public final class Seq {
    private Seq() {}

    /** Whether {@code a} comes before {@code b}. */
    public static boolean lt(int a, int b) {
        return a - b < 0;
    }

    /** Whether {@code a} comes before {@code b} or is the same. */
    public static boolean leq(int a, int b) {
        return a - b <= 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean gt(int a, int b) {
        return a - b > 0;
    }

    /** Whether {@code a} comes after {@code b} or is the same. */
    public static boolean geq(int a, int b) {
        return a - b >= 0;
    }

    /** Whether {@code left <= seq < left + size}; {@code size} is unsigned, and nothing is in a window of size 0. */
    public static boolean inWindow(int seq, int left, int size) {
        return Integer.compareUnsigned(seq - left, size) < 0;
    }

    /** The later of two. */
    public static int max(int a, int b) {
        return lt(a, b) ? b : a;
    }

    /** The earlier of two. */
    public static int min(int a, int b) {
        return lt(a, b) ? a : b;
    }

    /** How far {@code a} is after {@code b}: negative if it comes before. */
    public static int diff(int a, int b) {
        return a - b;
    }
}
