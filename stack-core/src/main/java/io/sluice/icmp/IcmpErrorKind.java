package io.sluice.icmp;

import io.sluice.event.SocketError;

/** What an ICMP error says, whichever family it came in. */
public enum IcmpErrorKind {
    /** No way to the network: IPv4 codes 0, 6 and 11, IPv6 code 0. */
    NETWORK_UNREACHABLE,
    /** No way to the host. */
    HOST_UNREACHABLE,
    /** Not from ICMP: this host has found that nobody on the link has the address of the next hop. */
    NEIGHBOR_UNREACHABLE,
    /** The host does not speak the protocol: IPv4 code 2, IPv6 parameter problem code 1. */
    PROTOCOL_UNREACHABLE,
    /** Nobody on the port. */
    PORT_UNREACHABLE,
    /** A packet was larger than a link on the way carries: {@link IcmpError#mtu} (RFC 1191, RFC 8201). */
    PACKET_TOO_BIG,
    /** A source route failed. */
    SOURCE_ROUTE_FAILED,
    /** A filter, or a policy, on the way. */
    PROHIBITED,
    /** Precedence that is not allowed there, or too low: IPv4 codes 14 and 15 (RFC 1812 §5.3.3.2). */
    PRECEDENCE,
    /** The hop limit was used up on the way. */
    HOP_LIMIT_EXCEEDED,
    /** Fragments were missing at the destination when time was up. */
    REASSEMBLY_TIMEOUT,
    /** Somebody could not make sense of a header field. */
    PARAMETER_PROBLEM,
    /** An error of a type or code that nobody here knows (RFC 4443 §2.4(a): passed on all the same). */
    UNKNOWN;

    /**
     * Whether the error means that trying again is in vain (RFC 1122 §4.2.3.9: destination unreachable codes 2 to 4, of
     * which "too big" has a meaning of its own).
     */
    public boolean isHard() {
        return this == PROTOCOL_UNREACHABLE || this == PORT_UNREACHABLE;
    }

    /** How much the error discourages: 1 for {@link #isHard} and a neighbour that is not there, 2 for prohibition and exceeded hop limits, 3 for others. */
    public int finality() {
        if (isHard() || this == NEIGHBOR_UNREACHABLE) {
            return 1; // the latter cannot be forged, and the user need not wait for what will not come
        }
        return this == PROHIBITED || this == HOP_LIMIT_EXCEEDED ? 2 : 3;
    }

    /** Whether it says that packets do not get there for now, for a reason that may pass (RFC 1122 §4.2.3.9: soft). */
    public boolean isUnreachable() {
        return switch (this) {
            case NETWORK_UNREACHABLE,
                    HOST_UNREACHABLE,
                    NEIGHBOR_UNREACHABLE,
                    HOP_LIMIT_EXCEEDED,
                    REASSEMBLY_TIMEOUT,
                    PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /** What a socket's user is told. */
    public SocketError socketError() {
        return switch (this) {
            case NETWORK_UNREACHABLE -> SocketError.NETWORK_UNREACHABLE;
            case PROTOCOL_UNREACHABLE, PARAMETER_PROBLEM -> SocketError.PROTOCOL_UNREACHABLE;
            case PORT_UNREACHABLE -> SocketError.CONNECTION_REFUSED;
            case PACKET_TOO_BIG -> SocketError.MESSAGE_TOO_LONG;
            case PROHIBITED -> SocketError.PERMISSION_DENIED;
            case HOST_UNREACHABLE,
                    NEIGHBOR_UNREACHABLE,
                    SOURCE_ROUTE_FAILED,
                    PRECEDENCE,
                    HOP_LIMIT_EXCEEDED,
                    REASSEMBLY_TIMEOUT,
                    UNKNOWN -> SocketError.HOST_UNREACHABLE;
        };
    }
}
