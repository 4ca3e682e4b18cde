package io.sluice.udp;

import io.sluice.link.Path;

/**
 * The options of one UDP socket; each may be changed at any time, and is read when it matters (those about addresses when
 * the socket is bound).
 */
public final class UdpOptions {
    /** Octets of memory that datagrams which wait for the reader may pin (SO_RCVBUF). */
    public static final int DEFAULT_RECEIVE_LIMIT_BYTES = 256 * 1024;

    /** Octets of memory that datagrams which wait for the link may pin (SO_SNDBUF). */
    public static final int DEFAULT_SEND_LIMIT_BYTES = 256 * 1024;

    /** What happens to a datagram that is larger than the path MTU. */
    public enum Fragmentation {
        /** It is sent in fragments; what fits is sent with "don't fragment", so that the path MTU is learnt. */
        WHERE_NEEDED,
        /** It is refused with MESSAGE_TOO_LONG (RFC 8899 wants that, for one). */
        NEVER,
        /** Routers may cut it, too: IPv4 without "don't fragment". */
        ANYWHERE
    }

    /** SO_RCVBUF. */
    public int receiveLimitBytes = DEFAULT_RECEIVE_LIMIT_BYTES;

    /** SO_SNDBUF. */
    public int sendLimitBytes = DEFAULT_SEND_LIMIT_BYTES;

    /** IPV6_V6ONLY (RFC 3493 §5.3): an IPv6 socket has nothing to do with IPv4. */
    public boolean v6Only;

    /** SO_REUSEADDR: other sockets with it may have the same address and port; the one bound last gets what is unicast. */
    public boolean reuseAddress;

    /** SO_REUSEPORT: as {@link #reuseAddress}, but the sockets that have it share what is unicast, by sender. */
    public boolean reusePort;

    /** SO_BROADCAST: may send to broadcast addresses (RFC 1122 §4.1.3.1). */
    public boolean broadcast;

    /** Whether IPv4 datagrams carry a checksum (RFC 768, RFC 1122 §4.1.3.4); those of IPv6 always do. */
    public boolean checksum4 = true;

    /** TTL or Hop Limit of unicast datagrams. */
    public int hopLimit = Path.DEFAULT_HOP_LIMIT;

    /** The same for multicast ones: RFC 1112 §6.1, RFC 3493 §5.2. */
    public int multicastHopLimit = 1;

    /** DSCP and ECN. */
    public int trafficClass;

    /** What happens to datagrams that are too large for a packet. */
    public Fragmentation fragmentation = Fragmentation.WHERE_NEEDED;
}
