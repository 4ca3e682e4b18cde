package io.sluice.ip;

import io.sluice.wire.IpAddress;

/** Well-known multicast groups of an IPv6 link (RFC 4291 §2.7.1). */
final class Ipv6Groups {
    static final long LINK_LOCAL_HI = 0xFF02_0000_0000_0000L;
    static final long ALL_NODES_LO = 1;
    static final long ALL_ROUTERS_LO = 2;

    private static final long SOLICITED_NODE_LO = 0x0000_0001_FF00_0000L;
    private static final long LOW_24_BITS = 0xFF_FFFFL;

    private Ipv6Groups() {}

    /** The low half of the group that solicitations for an address go to. */
    static long solicitedNodeLo(long lo) {
        return SOLICITED_NODE_LO | (lo & LOW_24_BITS);
    }

    /** The group that solicitations for an address go to. */
    static IpAddress solicitedNode(IpAddress address) {
        return IpAddress.ofV6(LINK_LOCAL_HI, solicitedNodeLo(address.lo()));
    }
}
