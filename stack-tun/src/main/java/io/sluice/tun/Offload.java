package io.sluice.tun;

/**
 * How much unfinished work the kernel and our stack leave to each other (virtio 1.2 §5.1.6; {@code IFF_VNET_HDR} and
 * {@code TUNSETOFFLOAD} of the TUN driver). Each value includes those before it.
 */
public enum Offload {
    /** Every packet is whole: at most the MTU, checksums filled in. About ten times slower in bulk. */
    NONE(0),
    /** Packets carry a virtio header, and checksums may be left open in both directions. */
    CHECKSUM(0x01),
    /** TCP travels in super-segments of up to 64 KiB: {@code TUN_F_TSO4}, {@code TUN_F_TSO6}, {@code TUN_F_TSO_ECN}. */
    TCP(0x01 | 0x02 | 0x04 | 0x08),
    /**
     * UDP datagrams of one size may arrive merged into one packet (Linux 6.2: {@code TUN_F_USO4}, {@code TUN_F_USO6}); for
     * hosts that split them.
     */
    TCP_AND_UDP(0x01 | 0x02 | 0x04 | 0x08 | 0x20 | 0x40);

    private final int features;

    Offload(int features) {
        this.features = features;
    }

    /** The {@code TUN_F_} bits. */
    int features() {
        return features;
    }

    /** The next smaller value; that of {@link #NONE} is itself. */
    Offload less() {
        return switch (this) {
            case TCP_AND_UDP -> TCP;
            case TCP -> CHECKSUM;
            case CHECKSUM, NONE -> NONE;
        };
    }

    boolean includes(Offload other) {
        return compareTo(other) >= 0;
    }
}
