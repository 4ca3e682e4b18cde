package io.sluice.link;

/**
 * Something that carries IP packets to a neighbour: a TUN device, a simulated wire, a tunnel.
 *
 * <p>A link belongs to the thread of the host it is attached to. Packets enter the host through
 * {@link PacketReceiver#onPacket}; they leave it here. Implementations never throw for a packet.
 */
public interface Link {
    /** A short name for counters, logs and errors ({@code tun0}). */
    String name();

    /** The largest IP packet that this link carries, in octets (RFC 9293 §3.7.1: the basis of the MSS). */
    int mtu();

    /** The same for packets of one family: routers may have said that IPv6 packets are to be smaller (RFC 4861 §6.3.4). */
    default int mtu(boolean ipv6) {
        return mtu();
    }

    /** TTL or Hop Limit of packets of which nobody says another, 1..255. */
    default int hopLimit(boolean ipv6) {
        return Path.DEFAULT_HOP_LIMIT;
    }

    /**
     * The largest TCP payload of one super-segment that this link cuts into segments by itself (TSO), in octets, or 0
     * if it does not for that address family.
     */
    default int maxSegmentationBytes(boolean ipv6) {
        return 0;
    }

    /** Whether the link (or the device behind it) completes TCP and UDP checksums of {@link OutboundPacket#checksumPartial()} packets. */
    default boolean checksumOffload() {
        return false;
    }

    /**
     * What was sent by {@code path} has arrived, as acknowledgments say: whoever is in between is there (RFC 4861 §7.3.1). Called for
     * each of them; costs links nothing that need not know.
     */
    default void onForwardProgress(Path path, long nowNs) {}

    /**
     * Offers one packet. The packet object and its header buffer are reused after the call: a link that keeps the
     * packet copies the header and retains the slices (whose bytes never change while a sender may have to repeat them).
     *
     * @param nowNs the time of this turn
     */
    EmitResult emit(OutboundPacket packet, long nowNs);
}
