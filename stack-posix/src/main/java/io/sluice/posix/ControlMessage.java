package io.sluice.posix;

import java.util.List;

/**
 * A control message ({@code struct cmsghdr}) of a datagram: something that is said of this one alone.
 *
 * <p>To be sent: the UDP_OPT socket options of RFC 9868 Appendix A but UDP_OPT and UDP_OPT_OCS, whose values stand for those of
 * the socket, and UDP_OPT_RES with the token of the datagram received last; IP_TTL, IPV6_UNICAST_HOPS, IP_TOS, IPV6_TCLASS; and
 * UDP_NO_CHECK6_TX with 0. Received: the options that came, UDP_OPT_APC with 1 if it is right and 0 if not; or UDP_OPT with 0 where
 * there was a surplus area of which nothing counts.
 *
 * @param type what it is about
 * @param values {@link SocketOption#valueCount} of them
 */
public record ControlMessage(SocketOption type, List<Long> values) {
    /** Copies the values. */
    public ControlMessage {
        values = List.copyOf(values);
    }

    static ControlMessage of(SocketOption type, long... values) {
        return new ControlMessage(type, java.util.Arrays.stream(values).boxed().toList());
    }
}
