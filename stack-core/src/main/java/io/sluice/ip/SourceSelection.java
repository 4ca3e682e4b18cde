package io.sluice.ip;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Which of this host's addresses a packet carries if its sender does not care. IPv6: rules 1, 2, 6 and 8 of RFC 6724 §5
 * (no address here is deprecated, temporary or a home address; rule 5 is in the choice of candidates). IPv4: RFC 1122
 * §3.3.4.3, the address that shares the subnet of the next hop.
 *
 * <p>Candidates are the addresses of the interface that the packet leaves by (RFC 6724 §4); if it has none of the family,
 * those of the other interfaces, as the weak end system model allows.
 */
final class SourceSelection {
    private static final int ULA = 0xFC00 >>> 9;
    private static final int SCOPE_LINK_LOCAL = 2;
    private static final int SCOPE_SITE_LOCAL = 5;
    private static final int SCOPE_GLOBAL = 14;

    private final Interfaces interfaces;

    SourceSelection(Interfaces interfaces) {
        this.interfaces = interfaces;
    }

    /**
     * The best source.
     *
     * @param nextHop the gateway, or the destination itself
     * @return null if this host has no address of the family
     */
    @Nullable IpAddress select(Interface via, IpAddress nextHop, IpAddress destination) {
        IpAddress best = best(via, nextHop, destination);
        for (int i = 0; best == null && i < interfaces.count(); i++) {
            if (!interfaces.get(i).isLoopback()) {
                best = best(interfaces.get(i), nextHop, destination);
            }
        }
        return best;
    }

    private static @Nullable IpAddress best(Interface candidates, IpAddress nextHop, IpAddress destination) {
        IpAddress best = null;
        int bestPrefix = 0;
        for (int i = 0; i < candidates.addressCount(); i++) {
            IpAddress a = candidates.address(i);
            if (a.isV6() != destination.isV6()) {
                continue;
            }
            int prefix = a.isV6()
                    ? Math.min(
                            commonPrefix(a, destination), candidates.prefix(i).length())
                    : sharedSubnet(candidates.prefix(i), nextHop);
            if (best == null || isBetter(a, prefix, best, bestPrefix, destination)) {
                best = a;
                bestPrefix = prefix;
            }
        }
        return best;
    }

    private static int sharedSubnet(IpPrefix subnet, IpAddress nextHop) {
        return subnet.contains(nextHop) ? subnet.length() : -1;
    }

    /** Whether {@code a} is better than {@code b}; the first of equals stays. */
    private static boolean isBetter(IpAddress a, int aPrefix, IpAddress b, int bPrefix, IpAddress destination) {
        if (a.equals(destination) || b.equals(destination)) {
            return a.equals(destination); // rule 1: prefer same address
        }
        int scopeA = scope(a);
        int scopeB = scope(b);
        if (scopeA != scopeB) { // rule 2: the smallest scope that reaches the destination
            boolean smaller = scopeA < scopeB;
            int smallerScope = Math.min(scopeA, scopeB);
            return smaller == (smallerScope >= scope(destination));
        }
        boolean labelA = label(a) == label(destination);
        if (labelA != (label(b) == label(destination))) {
            return labelA; // rule 6: prefer matching label
        }
        return aPrefix > bPrefix; // rule 8: longest matching prefix
    }

    /** RFC 6724 §3.1 and, for IPv4, §3.2. */
    private static int scope(IpAddress a) {
        if (a.isV6() && a.isMulticast()) {
            return (int) (a.hi() >>> 48) & 0x0F; // RFC 4291 §2.7
        }
        if (a.isLinkLocal() || a.isLoopback()) {
            return SCOPE_LINK_LOCAL;
        }
        boolean siteLocal = a.isV6() && a.hi() >>> 54 == 0xFEC0 >>> 6; // RFC 4291 §2.5.7, deprecated
        return siteLocal ? SCOPE_SITE_LOCAL : SCOPE_GLOBAL;
    }

    /** The labels of RFC 6724 §2.1 that still mean something: unique local addresses, 6to4, Teredo, all others. */
    private static int label(IpAddress a) {
        if (!a.isV6()) {
            return 4;
        }
        if (a.hi() >>> 57 == ULA) {
            return 13;
        }
        if (a.hi() >>> 48 == 0x2002) {
            return 2;
        }
        return a.hi() >>> 32 == 0x2001_0000L ? 5 : 1;
    }

    private static int commonPrefix(IpAddress a, IpAddress b) {
        int high = Long.numberOfLeadingZeros(a.hi() ^ b.hi());
        return high < Long.SIZE ? high : Long.SIZE + Long.numberOfLeadingZeros(a.lo() ^ b.lo());
    }
}
