package io.sluice.tcp;

import io.sluice.wire.Seq;
import io.sluice.wire.SipHash;

/**
 * Stateless SYN cookies (RFC 4987 §3.6 and Appendix A): the SYN-ACK itself carries what a half-open connection would have
 * remembered, and the ACK that brings it back is proof that the peer is there.
 *
 * <p>The sequence number is a keyed hash of 24 bits over the 4-tuple, the peer's initial sequence number and the time,
 * then 8 bits under a mask of the same hash: the parity of the time, an MSS out of eight, and for peers without timestamps
 * a window scale out of seven and whether SACK is permitted. Peers with timestamps bring back the exact window scale, SACK
 * and ECN in the lowest bits of TSecr. The time that goes into the hash counts periods of 64 s: a cookie is good for the
 * period it was made in and the next.
 */
final class SynCookies {
    /** How long one value of the hashed clock lasts; a cookie lives at least that long, and at most twice. */
    static final long PERIOD_NS = 64_000_000_000L;

    private static final int SHORT_BITS = 8;
    private static final int SHORT_MASK = (1 << SHORT_BITS) - 1;

    /** The MSS a cookie can stand for; RFC 4987 Appendix A has the same eight steps. The peer's is rounded down. */
    private static final int[] MSS = {64, 536, 1220, 1360, 1400, 1440, 1460, 8940};

    /** The window scales a cookie can stand for, after "none"; the peer's is rounded down. */
    private static final int[] WINDOW_SCALE = {0, 2, 4, 6, 7, 8, 10};

    /** Bits of the timestamp that carry options: four of the window scale, SACK, ECN. */
    private static final int TIMESTAMP_BITS = 6;

    private static final int TIMESTAMP_MASK = (1 << TIMESTAMP_BITS) - 1;
    private static final int NO_SCALE = 15;
    private static final int SACK_BIT = 1 << 4;
    private static final int ECN_BIT = 1 << 5;

    private final long key0;
    private final long key1;
    private long lastIssuedNs = Long.MIN_VALUE;

    SynCookies(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The initial sequence number that remembers {@code h}. */
    int issue(HalfOpen h, long nowNs) {
        lastIssuedNs = nowNs;
        long period = nowNs / PERIOD_NS;
        int facts = (int) (period & 1) << 7 | floorIndex(MSS, h.mss()) << 4;
        if (!h.timestamps) {
            facts |=
                    (h.windowScaling() ? floorIndex(WINDOW_SCALE, h.sndShift) + 1 : 0) << 1 | (h.sackPermitted ? 1 : 0);
        }
        return cookie(hash(h.key(), h.irs, period), facts);
    }

    /**
     * What to send as TSval with the cookie of {@code h}: not later than {@code tsVal}, so that what the connection sends
     * next does not look old (RFC 7323 §5.3).
     */
    static int timestamp(HalfOpen h, int tsVal) {
        int facts =
                (h.windowScaling() ? h.sndShift : NO_SCALE) | (h.sackPermitted ? SACK_BIT : 0) | (h.ecn ? ECN_BIT : 0);
        int carrying = (tsVal & ~TIMESTAMP_MASK) | facts;
        return Seq.gt(carrying, tsVal) ? carrying - (1 << TIMESTAMP_BITS) : carrying;
    }

    /** Whether any cookie can be on its way back: else no ACK needs to be looked at. */
    boolean mayReturn(long nowNs) {
        return lastIssuedNs != Long.MIN_VALUE && nowNs - lastIssuedNs < 2 * PERIOD_NS;
    }

    /**
     * Fills in what the SYN said, if {@code h.iss} is a cookie of ours for its 4-tuple and {@code h.irs}, and not too old.
     *
     * @param ack the segment that brought it back
     * @param tsClock what TSval is now for this 4-tuple
     */
    boolean recover(HalfOpen h, Segment ack, int tsClock, long nowNs) {
        long now = nowNs / PERIOD_NS;
        for (long period = now; period >= Math.max(0, now - 1); period--) {
            long hash = hash(h.key(), h.irs, period);
            int facts = (h.iss ^ mask(hash)) & SHORT_MASK;
            if (facts >>> 7 == (period & 1) && cookie(hash, facts) == h.iss) {
                return take(h, facts, ack, tsClock);
            }
        }
        return false;
    }

    private static boolean take(HalfOpen h, int facts, Segment ack, int tsClock) {
        h.mss = (short) MSS[facts >>> 4 & 7];
        h.timestamps = ack.options.hasTimestamps();
        if (!h.timestamps) {
            int scale = facts >>> 1 & 7;
            h.sndShift = (byte) (scale > 0 ? WINDOW_SCALE[scale - 1] : HalfOpen.UNSCALED);
            h.sackPermitted = (facts & 1) != 0;
            return true;
        }
        int echoed = ack.options.tsEcr();
        int scale = echoed & NO_SCALE;
        long ageNs = Integer.toUnsignedLong(tsClock - echoed) * 1_000_000L; // RFC 7323 §5.4: milliseconds
        h.sndShift = (byte) (scale != NO_SCALE ? scale : HalfOpen.UNSCALED);
        h.sackPermitted = (echoed & SACK_BIT) != 0;
        h.ecn = (echoed & ECN_BIT) != 0;
        h.tsRecent = ack.options.tsVal();
        return ageNs <= 2 * PERIOD_NS;
    }

    private int cookie(long hash, int facts) {
        // The facts are hashed as well, so that nobody can change them.
        int mac = (int) SipHash.hash(key0, key1, hash, facts);
        return mac << SHORT_BITS | (facts ^ mask(hash));
    }

    private static int mask(long hash) {
        return (int) (hash >>> 56) & SHORT_MASK;
    }

    private long hash(FlowKey k, int irs, long period) {
        long h = SipHash.hash(key0, key1, k.localHi, k.localLo, k.remoteHi, k.remoteLo);
        return SipHash.hash(key0, key1, h, Integer.toUnsignedLong(k.ports), Integer.toUnsignedLong(irs), period);
    }

    /** The last index whose value is not above {@code value}, or 0. */
    private static int floorIndex(int[] steps, int value) {
        int i = steps.length - 1;
        while (i > 0 && steps[i] > value) {
            i--;
        }
        return i;
    }
}
