package io.sluice.wire;

/** Types of ICMPv6 messages (RFC 4443 §2.1, RFC 4861 §4; IANA ICMPv6 Parameters). */
public final class Icmpv6Type {
    /** An error; see {@link Icmpv6Code} (RFC 4443 §3.1). */
    public static final int DESTINATION_UNREACHABLE = 1;

    /** An error, which says the MTU (RFC 4443 §3.2). */
    public static final int PACKET_TOO_BIG = 2;

    /** An error; see {@link Icmpv6Code} (RFC 4443 §3.3). */
    public static final int TIME_EXCEEDED = 3;

    /** An error; see {@link Icmpv6Code} (RFC 4443 §3.4). */
    public static final int PARAMETER_PROBLEM = 4;

    /** RFC 4443 §4.1. */
    public static final int ECHO_REQUEST = 128;

    /** RFC 4443 §4.2. */
    public static final int ECHO_REPLY = 129;

    /** RFC 2710 §3. */
    public static final int MULTICAST_LISTENER_QUERY = 130;

    /** RFC 2710 §3. */
    public static final int MULTICAST_LISTENER_REPORT = 131;

    /** RFC 2710 §3. */
    public static final int MULTICAST_LISTENER_DONE = 132;

    /** RFC 4861 §4.1. */
    public static final int ROUTER_SOLICITATION = 133;

    /** RFC 4861 §4.2. */
    public static final int ROUTER_ADVERTISEMENT = 134;

    /** RFC 4861 §4.3. */
    public static final int NEIGHBOR_SOLICITATION = 135;

    /** RFC 4861 §4.4. */
    public static final int NEIGHBOR_ADVERTISEMENT = 136;

    /** RFC 4861 §4.5. */
    public static final int REDIRECT = 137;

    /** RFC 3810 §5.2. */
    public static final int MULTICAST_LISTENER_REPORT_V2 = 143;

    private static final int FIRST_INFORMATIONAL = 128;

    private Icmpv6Type() {}

    /** Whether a message of this type is an error: its high bit is clear (RFC 4443 §2.1). */
    public static boolean isError(int type) {
        return type < FIRST_INFORMATIONAL;
    }
}
