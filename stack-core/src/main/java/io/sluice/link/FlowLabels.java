package io.sluice.link;

import io.sluice.wire.IpAddress;
import io.sluice.wire.SipHash;
import java.util.function.BooleanSupplier;

/**
 * IPv6 flow labels (RFC 6437): all packets of a flow have the same one, by which routers spread flows over paths of equal cost
 * and tunnels over links (RFC 6438). Stateless, by a hash of the 5-tuple; keyed, so that nobody can foretell them (§6).
 */
public final class FlowLabels {
    private static final int LABEL_BITS = 20;

    private final long key0;
    private final long key1;
    private final BooleanSupplier wanted;

    /**
     * Labels of one host.
     *
     * @param key0 secret, as is {@code key1}
     * @param wanted whether flows that begin now have labels
     */
    public FlowLabels(long key0, long key1, BooleanSupplier wanted) {
        this.key0 = key0;
        this.key1 = key1;
        this.wanted = wanted;
    }

    /**
     * The label of a flow: 1 to 0xFFFFF; 0, which means none, for IPv4 and where none are wanted.
     *
     * @param path the addresses
     * @param protocol of the transport
     * @param ports both ports
     */
    public int of(Path path, int protocol, int ports) {
        if (!path.ipv6() || !wanted.getAsBoolean()) {
            return 0;
        }
        IpAddress local = path.local();
        IpAddress remote = path.remote();
        // RFC 6437 §3: "set the flow label field for all packets of a given flow to the same value chosen from an
        // approximation to a discrete uniform distribution", where a flow is "any set of packets carrying the same
        // 5-tuple".
        long addresses = SipHash.hash(key0, key1, local.hi(), local.lo(), remote.hi(), remote.lo());
        long hash =
                SipHash.hash(key0, key1, addresses, (long) protocol << Integer.SIZE | Integer.toUnsignedLong(ports));
        int label = (int) (hash >>> (Long.SIZE - LABEL_BITS));
        return label == 0 ? 1 : label; // as Appendix A, step 6
    }
}
