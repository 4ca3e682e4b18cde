package io.sluice.udp;

import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is different about one datagram from the others of its socket: ancillary data.
 *
 * @param source the address it is sent from, one of the host's (IP_PKTINFO, RFC 3542 §6.2); null for the socket's
 * @param hopLimit 1..255, or {@link #DEFAULT}
 * @param trafficClass 0..255, or {@link #DEFAULT}
 */
public record SendOptions(@Nullable IpAddress source, int hopLimit, int trafficClass) {
    /** As the socket has it. */
    public static final int DEFAULT = -1;

    /** Everything as the socket has it. */
    public static final SendOptions NONE = new SendOptions(null, DEFAULT, DEFAULT);
}
