package io.sluice.ip;

import io.sluice.ip.IpDatagram.Destination;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Which addresses of a received packet are believed, and whether it is for this host (RFC 1122 §3.2.1.3, RFC 4291 §2). */
final class AddressPolicy {
    private final Interfaces interfaces;

    AddressPolicy(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /**
     * Whether no packet on {@code in} can honestly have this source: this network, loopback, a group, a broadcast
     * (RFC 1122 §3.2.1.3), or an address of this very host, which only loopback links bring back.
     */
    boolean isMartianSource4(int source, Interface in) {
        return source >>> 24 == 0
                || IpAddress.isMulticast4(source)
                || IpAddress.isBroadcast4(source)
                || (!in.isLoopback() && (IpAddress.isLoopback4(source) || isOwn(0, AddressKey.lo4(source))))
                || in.isSubnetBroadcast4(source);
    }

    /**
     * As {@link #isMartianSource4}: the unspecified address and loopback (RFC 4291 §2.5.2, §2.5.3), groups (§2.7), and
     * IPv4-mapped addresses (RFC 6890 §2.2.3), which would pass for IPv4 ones here.
     */
    boolean isMartianSource6(long hi, long lo, Interface in) {
        return IpAddress.isMulticast6(hi)
                || (hi == 0 && (lo == 0 || AddressKey.isV4(hi, lo)))
                || (!in.isLoopback() && (IpAddress.isLoopback6(hi, lo) || isOwn(hi, lo)));
    }

    private boolean isOwn(long hi, long lo) {
        return interfaces.isLocal(hi, lo);
    }

    /** What the destination of a packet on {@code in} means to this host; null if the packet is not for it. */
    @Nullable Destination destination4(int address, Interface in) {
        if (in.isLoopback() && IpAddress.isLoopback4(address)) {
            return Destination.UNICAST; // all of 127.0.0.0/8
        }
        Interface owner = interfaces.owner(0, AddressKey.lo4(address));
        if (owner != null) {
            boolean belongsHere = IpAddress.isLoopback4(address)
                    ? in.isLoopback()
                    : owner == in || in.isLoopback() || !IpAddress.isLinkLocal4(address);
            return belongsHere ? Destination.UNICAST : null;
        }
        if (IpAddress.isMulticast4(address)) {
            return in.isMember4(address) ? Destination.MULTICAST : null;
        }
        return IpAddress.isBroadcast4(address) || in.isSubnetBroadcast4(address) ? Destination.BROADCAST : null;
    }

    /** As {@link #destination4}. */
    @Nullable Destination destination6(long hi, long lo, Interface in) {
        if (IpAddress.isMulticast6(hi)) {
            return in.isMember6(hi, lo) ? Destination.MULTICAST : null;
        }
        Interface owner = AddressKey.isV4(hi, lo) ? null : interfaces.owner(hi, lo);
        if (owner == null) {
            return null;
        }
        boolean belongsHere = IpAddress.isLoopback6(hi, lo)
                ? in.isLoopback()
                : owner == in || in.isLoopback() || !IpAddress.isLinkLocal6(hi);
        return belongsHere ? Destination.UNICAST : null;
    }
}
