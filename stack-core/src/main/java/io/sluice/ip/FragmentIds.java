package io.sluice.ip;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.SipHash;
import java.util.random.RandomGenerator;

/**
 * Identifications for packets that are fragmented, or may be on their way: counters, so that a number comes again as late
 * as possible (RFC 6864 §4.3, RFC 4963), from a starting point that only this host knows, and that tells nothing about
 * what it sends to others (RFC 7739 §5.3).
 */
public final class FragmentIds {
    private static final int COUNTERS = 1024;

    private final int[] counters = new int[COUNTERS];
    private final long key0;
    private final long key1;

    public FragmentIds(RandomGenerator random) {
        key0 = random.nextLong();
        key1 = random.nextLong();
    }

    /** The next identification for packets between two addresses; of IPv4's, the low 16 bits count. */
    public int next(IpAddress source, IpAddress destination) {
        long hash = SipHash.hash(
                key0,
                key1,
                AddressKey.hi(source),
                AddressKey.lo(source),
                AddressKey.hi(destination),
                AddressKey.lo(destination));
        int counter = (int) (hash >>> 32) & (COUNTERS - 1);
        return (int) hash + counters[counter]++;
    }
}
