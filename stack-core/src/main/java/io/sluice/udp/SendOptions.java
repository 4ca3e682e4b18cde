package io.sluice.udp;

import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is different about one datagram from the others of its socket: ancillary data.
 *
 * @param source the address it is sent from, one of the host's (IP_PKTINFO, RFC 3542 §6.2); null for the socket's
 * @param hopLimit 1..255, or {@link #DEFAULT}
 * @param trafficClass 0..255, or {@link #DEFAULT}
 * @param options UDP options (RFC 9868); null for the socket's
 * @param checksum whether it carries a checksum even if the socket's datagrams do not (RFC 6936 §4, 4: as keepalives have to)
 */
public record SendOptions(
        @Nullable IpAddress source,
        int hopLimit,
        int trafficClass,
        @Nullable DatagramOptions options,
        boolean checksum) {
    /** As the socket has it. */
    public static final int DEFAULT = -1;

    /** Everything as the socket has it. */
    public static final SendOptions NONE = new SendOptions(null, DEFAULT, DEFAULT);

    /** Without UDP options but those of the socket. */
    public SendOptions(@Nullable IpAddress source, int hopLimit, int trafficClass) {
        this(source, hopLimit, trafficClass, null, false);
    }

    /** Everything as the socket has it, but these UDP options. */
    public static SendOptions of(DatagramOptions options) {
        return new SendOptions(null, DEFAULT, DEFAULT, options, false);
    }

    /** The same, but with a checksum in any case. */
    public SendOptions withChecksum() {
        return new SendOptions(source, hopLimit, trafficClass, options, true);
    }
}
