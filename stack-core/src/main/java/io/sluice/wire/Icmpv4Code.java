package io.sluice.wire;

/** Codes of ICMP errors for IPv4, by type (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7). */
public final class Icmpv4Code {
    /** Destination Unreachable: network. */
    public static final int NET_UNREACHABLE = 0;

    /** Destination Unreachable: host. */
    public static final int HOST_UNREACHABLE = 1;

    /** Destination Unreachable: the transport protocol is not there. */
    public static final int PROTOCOL_UNREACHABLE = 2;

    /** Destination Unreachable: nobody on the port. */
    public static final int PORT_UNREACHABLE = 3;

    /** Destination Unreachable: the packet is too large and must not be fragmented (RFC 1191 §4). */
    public static final int FRAGMENTATION_NEEDED = 4;

    /** Destination Unreachable: source route failed. */
    public static final int SOURCE_ROUTE_FAILED = 5;

    /** Destination Unreachable: network unknown. */
    public static final int NET_UNKNOWN = 6;

    /** Destination Unreachable: host unknown. */
    public static final int HOST_UNKNOWN = 7;

    /** Destination Unreachable: source host isolated (obsolete). */
    public static final int SOURCE_HOST_ISOLATED = 8;

    /** Destination Unreachable: network administratively prohibited. */
    public static final int NET_PROHIBITED = 9;

    /** Destination Unreachable: host administratively prohibited. */
    public static final int HOST_PROHIBITED = 10;

    /** Destination Unreachable: network, for the type of service. */
    public static final int NET_UNREACHABLE_FOR_TOS = 11;

    /** Destination Unreachable: host, for the type of service. */
    public static final int HOST_UNREACHABLE_FOR_TOS = 12;

    /** Destination Unreachable: communication administratively prohibited (RFC 1812 §5.2.7.1). */
    public static final int COMMUNICATION_PROHIBITED = 13;

    /** Destination Unreachable: host precedence violation (RFC 1812 §5.2.7.1). */
    public static final int HOST_PRECEDENCE_VIOLATION = 14;

    /** Destination Unreachable: precedence cutoff in effect (RFC 1812 §5.2.7.1). */
    public static final int PRECEDENCE_CUTOFF = 15;

    /** Time Exceeded: time to live, in transit. */
    public static final int TTL_EXCEEDED = 0;

    /** Time Exceeded: fragment reassembly time. */
    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    /** Parameter Problem: the pointer says where. */
    public static final int POINTER_INDICATES_ERROR = 0;

    /** Parameter Problem: a required option is missing (RFC 1122 §3.2.2.5). */
    public static final int MISSING_OPTION = 1;

    /** Parameter Problem: bad length (IANA ICMP Parameters). */
    public static final int BAD_LENGTH = 2;

    private Icmpv4Code() {}
}
