package io.sluice.ip;

import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import io.sluice.wire.SipHash;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses local ports: RFC 6056 §3.3.3, algorithm 3 (a keyed hash of the other three parts of the tuple, and a counter),
 * with SipHash-2-4 for F().
 */
public final class EphemeralPorts {
    /** RFC 6335 §6: the dynamic ports. RFC 6056 §3.2 would have 1024 and up, among which servers on this host may be. */
    public static final int FIRST = 49_152;

    private static final int COUNT = 65_536 - FIRST;

    private final long key0;
    private final long key1;
    private int nextEphemeral;

    public EphemeralPorts(RandomGenerator random) {
        key0 = random.nextLong();
        key1 = random.nextLong();
        nextEphemeral = (int) (random.nextLong() >>> 33) % COUNT;
    }

    /**
     * The next suitable port.
     *
     * @param remote who will be talked to; the unspecified address and port 0 if that is not known
     * @param isSuitable whether a port is free
     * @return 0 if none is
     */
    public int select(IpAddress local, IpAddress remote, int remotePort, IntPredicate isSuitable) {
        long addresses = SipHash.hash(
                key0, key1, AddressKey.hi(local), AddressKey.lo(local), AddressKey.hi(remote), AddressKey.lo(remote));
        int offset = (int) (SipHash.hash(key0, key1, addresses, remotePort) >>> 33) % COUNT;
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (nextEphemeral + offset) % COUNT;
            nextEphemeral = (nextEphemeral + 1) % COUNT;
            if (isSuitable.test(port)) {
                return port;
            }
        }
        return 0;
    }
}
