package io.sluice.wire;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): the keyed hash behind initial sequence numbers (RFC 6528 §3), ephemeral
 * ports (RFC 6056 §3.3.4) and whatever else a peer must not predict.
 */
public final class SipHash {
    private SipHash() {}

    /** The hash of a message of 32 octets: four words, each in the byte order of the paper (little-endian). */
    public static long hash(long key0, long key1, long a, long b, long c, long d) {
        State s = new State(key0, key1);
        s.absorb(a);
        s.absorb(b);
        s.absorb(c);
        s.absorb(d);
        return s.finish(32);
    }

    /** The hash of a message of 16 octets. */
    public static long hash(long key0, long key1, long a, long b) {
        State s = new State(key0, key1);
        s.absorb(a);
        s.absorb(b);
        return s.finish(16);
    }

    /** The hash of a message of 8 octets. */
    public static long hash(long key0, long key1, long a) {
        State s = new State(key0, key1);
        s.absorb(a);
        return s.finish(8);
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void absorb(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long finish(int length) {
            absorb((long) length << 56);
            v2 ^= 0xFF;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
