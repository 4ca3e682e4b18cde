package io.sluice.wire;

/** Types of ICMP messages for IPv4 (RFC 792; IANA ICMP Parameters). */
public final class Icmpv4Type {
    public static final int ECHO_REPLY = 0;

    /** An error; see {@link Icmpv4Code}. */
    public static final int DESTINATION_UNREACHABLE = 3;

    /** An error that is neither sent nor acted upon any more (RFC 6633 §3, §4, §5). */
    public static final int SOURCE_QUENCH = 4;

    /** Advice to use another router. */
    public static final int REDIRECT = 5;

    public static final int ECHO = 8;

    /** RFC 1256 §3. */
    public static final int ROUTER_ADVERTISEMENT = 9;

    /** RFC 1256 §3. */
    public static final int ROUTER_SOLICITATION = 10;

    /** An error; see {@link Icmpv4Code}. */
    public static final int TIME_EXCEEDED = 11;

    /** An error; see {@link Icmpv4Code}. */
    public static final int PARAMETER_PROBLEM = 12;

    public static final int TIMESTAMP = 13;

    public static final int TIMESTAMP_REPLY = 14;

    private Icmpv4Type() {}

    /** Whether a message of this type is an error, which quotes a packet and must never be answered (RFC 1122 §3.2.2). */
    public static boolean isError(int type) {
        return switch (type) {
            case DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }
}
