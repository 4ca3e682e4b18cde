package io.sluice.wire;

/** Values of IPv4's Protocol and IPv6's Next Header field (RFC 791 §3.1, RFC 8200 §4; IANA Protocol Numbers). */
public final class IpProtocol {
    /** IPv6 Hop-by-Hop Options header (RFC 8200 §4.3). */
    public static final int HOP_BY_HOP = 0;

    /** ICMP for IPv4 (RFC 792). */
    public static final int ICMP = 1;

    /** IGMP (RFC 3376 §4). */
    public static final int IGMP = 2;

    /** TCP (RFC 9293 §3.1). */
    public static final int TCP = 6;

    /** UDP (RFC 768). */
    public static final int UDP = 17;

    /** IPv6 Routing header (RFC 8200 §4.4). */
    public static final int ROUTING = 43;

    /** IPv6 Fragment header (RFC 8200 §4.5). */
    public static final int FRAGMENT = 44;

    /** Encapsulating Security Payload (RFC 4303 §2). */
    public static final int ESP = 50;

    /** Authentication Header (RFC 4302 §2). */
    public static final int AUTHENTICATION = 51;

    /** ICMPv6 (RFC 4443 §1). */
    public static final int ICMPV6 = 58;

    /** Nothing follows (RFC 8200 §4.7). */
    public static final int NO_NEXT_HEADER = 59;

    /** IPv6 Destination Options header (RFC 8200 §4.6). */
    public static final int DESTINATION_OPTIONS = 60;

    /** Reserved (RFC 5237): a packet of no protocol. */
    public static final int RAW = 255;

    private IpProtocol() {}
}
