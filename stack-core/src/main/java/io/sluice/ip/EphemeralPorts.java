package io.sluice.ip;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.SipHash;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses local ports: RFC 6056 §3.3.4, algorithm 4 (keyed hashes of the other three parts of the tuple for where a sequence begins,
 * and for which of many counters it goes on by), with SipHash-2-4 for F() and G(). Who asks before the peer is known gets a random
 * one, as RFC 6056 §3.5 advises.
 */
public final class EphemeralPorts {
    /** TABLE_LENGTH: whoever counts connections by a sequence sees those of one in so many peers. */
    private static final int TABLE_LENGTH = 1024;

    /** RFC 6056 §3.3.2: tries at random before the ports are gone through in turn. */
    private static final int RANDOM_TRIES = 32;

    private final RandomGenerator random;
    private final PortRange range;

    /** RFC 6056 §3.4: 128 bits. */
    private final long key0;

    private final long key1;
    private final long indexKey;
    private final char[] table = new char[TABLE_LENGTH];

    public EphemeralPorts(RandomGenerator random, PortRange range) {
        this.random = random;
        this.range = range;
        key0 = random.nextLong();
        key1 = random.nextLong();
        indexKey = random.nextLong();
        for (int i = 0; i < TABLE_LENGTH; i++) {
            table[i] = (char) SipHash.hash(indexKey, key0, i, 0);
        }
    }

    /**
     * The next suitable port for one peer.
     *
     * @param isSuitable whether a port is free
     * @return 0 if none is
     */
    public int select(IpAddress local, IpAddress remote, int remotePort, IntPredicate isSuitable) {
        long addresses = SipHash.hash(
                key0, key1, AddressKey.hi(local), AddressKey.lo(local), AddressKey.hi(remote), AddressKey.lo(remote));
        long offset = SipHash.hash(key0, key1, addresses, remotePort) >>> 33;
        int index = (int) (SipHash.hash(indexKey, key1, addresses, remotePort) & (TABLE_LENGTH - 1));
        long start = offset + table[index];
        for (int i = 0; i < range.count(); i++) {
            int port = range.first() + (int) ((start + i) % range.count());
            if (isSuitable.test(port)) {
                table[index] = (char) ((table[index] + i + 1) % range.count());
                return port;
            }
        }
        return 0;
    }

    /**
     * A suitable port, whoever the peer will be: RFC 6056 §3.3.2, and where few ports are free, §3.3.1.
     *
     * @return 0 if none is
     */
    public int selectAny(IntPredicate isSuitable) {
        int port = 0;
        for (int i = 0; i < RANDOM_TRIES; i++) {
            port = range.first() + random.nextInt(range.count());
            if (isSuitable.test(port)) {
                return port;
            }
        }
        for (int i = 0; i < range.count(); i++) {
            port = port == range.last() ? range.first() : port + 1;
            if (isSuitable.test(port)) {
                return port;
            }
        }
        return 0;
    }
}
