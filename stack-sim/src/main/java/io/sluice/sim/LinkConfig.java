package io.sluice.sim;

import io.sluice.link.OutboundPacket;

/**
 * The link by which a host is attached to a wire: what its device can do. Immutable.
 *
 * @param mtu the largest packet, in octets: at least 68 for IPv4 (RFC 791 §3.2), 1280 for IPv6 (RFC 8200 §5)
 * @param segmentationBytes TCP payload of one super-segment that the device cuts by itself (TSO), or 0
 * @param checksumOffload whether the device completes checksums; it must where it cuts segments
 * @param ringPackets 0 for a link that takes every packet at once; otherwise how many packets the device holds until
 *     they are on the wire before it is busy
 * @param whole whether super-segments travel as they are and arrive as merged segments, as between two TUN devices
 */
public record LinkConfig(int mtu, int segmentationBytes, boolean checksumOffload, int ringPackets, boolean whole) {
    /** Ethernet without offloads. */
    public static final LinkConfig PLAIN = new LinkConfig(1500, 0, false, 0, false);

    /** Ethernet with checksum and segmentation offload. */
    public static final LinkConfig OFFLOAD = new LinkConfig(1500, 65_483, true, 0, false);

    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65_535;

    /** Throws {@link IllegalArgumentException} for a device that cannot be. */
    public LinkConfig {
        if (mtu < MIN_MTU || mtu > MAX_MTU || segmentationBytes < 0 || ringPackets < 0) {
            throw new IllegalArgumentException("no link: " + mtu + " " + segmentationBytes + " " + ringPackets);
        }
        if (segmentationBytes > 0 && !checksumOffload) {
            throw new IllegalArgumentException("a device that cuts segments has to complete their checksums");
        }
    }

    /** This link with another MTU. */
    public LinkConfig withMtu(int newMtu) {
        return new LinkConfig(newMtu, segmentationBytes, checksumOffload, ringPackets, whole);
    }

    /** This link with a ring of so many packets: it can be busy, and holds slices until they are sent. */
    public LinkConfig withRing(int packets) {
        return new LinkConfig(mtu, segmentationBytes, checksumOffload, packets, whole);
    }

    /** This link with super-segments that are never cut. */
    public LinkConfig withWhole() {
        return new LinkConfig(mtu, segmentationBytes, checksumOffload, ringPackets, true);
    }

    /** How many packets leave for {@code packet}. */
    int packetsOf(OutboundPacket packet) {
        return whole ? 1 : packet.segments();
    }
}
