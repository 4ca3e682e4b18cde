package io.sluice.wire;

/** Codes of ICMPv6 errors, by type (RFC 4443 §3; IANA ICMPv6 Parameters). */
public final class Icmpv6Code {
    /** Destination Unreachable: no route to destination. */
    public static final int NO_ROUTE = 0;

    /** Destination Unreachable: communication administratively prohibited. */
    public static final int ADMINISTRATIVELY_PROHIBITED = 1;

    /** Destination Unreachable: beyond scope of source address. */
    public static final int BEYOND_SCOPE = 2;

    /** Destination Unreachable: address. */
    public static final int ADDRESS_UNREACHABLE = 3;

    /** Destination Unreachable: nobody on the port. */
    public static final int PORT_UNREACHABLE = 4;

    /** Destination Unreachable: source address failed a policy. */
    public static final int SOURCE_POLICY = 5;

    /** Destination Unreachable: reject route to destination. */
    public static final int REJECT_ROUTE = 6;

    /** Time Exceeded: hop limit, in transit. */
    public static final int HOP_LIMIT_EXCEEDED = 0;

    /** Time Exceeded: fragment reassembly time. */
    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    /** Parameter Problem: erroneous header field. */
    public static final int ERRONEOUS_HEADER_FIELD = 0;

    /** Parameter Problem: unrecognized Next Header type. */
    public static final int UNRECOGNIZED_NEXT_HEADER = 1;

    /** Parameter Problem: unrecognized option. */
    public static final int UNRECOGNIZED_OPTION = 2;

    /** Parameter Problem: the first fragment has an incomplete header chain (RFC 7112 §5). */
    public static final int INCOMPLETE_HEADER_CHAIN = 3;

    private Icmpv6Code() {}
}
