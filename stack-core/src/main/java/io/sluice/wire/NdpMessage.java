package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of a neighbour discovery message (RFC 4861 §4), behind its ICMPv6 type, code and checksum, and of the link-layer
 * addresses in its options. Reads fields; judges only whether they are there.
 */
public final class NdpMessage {
    /** Octets of a Neighbor Solicitation or Advertisement, without options. */
    public static final int NEIGHBOR_LENGTH = 24;

    /** Octets of an option with a MAC address. */
    public static final int MAC_OPTION_LENGTH = 8;

    /** S: it answers a solicitation. */
    public static final int SOLICITED = 0x4000_0000;

    /** O: it overrides what is known. */
    public static final int OVERRIDE = 0x2000_0000;

    private static final int TARGET = 8;

    private ByteBuffer buffer = ByteBuffer.allocate(NEIGHBOR_LENGTH);
    private int offset;
    private final NdpOptions options = new NdpOptions();
    private long sourceMac;
    private long targetMac;

    /**
     * Points this view at a Neighbor Solicitation or Advertisement, or returns false if it is too short, or one of its
     * options has length 0 or does not fit (§7.1: such a message is discarded).
     */
    public boolean wrapNeighbor(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, NEIGHBOR_LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        sourceMac = 0;
        targetMac = 0;
        if (!options.wrap(newBuffer, newOffset + NEIGHBOR_LENGTH, length - NEIGHBOR_LENGTH)) {
            return false;
        }
        while (options.next()) {
            if (options.type() == NdpOptions.SOURCE_MAC) {
                sourceMac = options.mac();
            } else if (options.type() == NdpOptions.TARGET_MAC) {
                targetMac = options.mac();
            }
        }
        return true;
    }

    /** Writes a Router Solicitation, without checksum; returns its length. */
    public static int writeRouterSolicitation(ByteBuffer b, int at, long mac) {
        b.putLong(at, (long) Icmpv6Type.ROUTER_SOLICITATION << 56);
        if (mac == 0) {
            return 8;
        }
        b.putShort(at + 8, (short) (NdpOptions.SOURCE_MAC << 8 | 1));
        EthernetHeader.putMac(b, at + 10, mac);
        return 8 + MAC_OPTION_LENGTH;
    }

    /**
     * Writes such a message, without checksum; returns its length.
     *
     * @param mac of the sender: goes into the option that the type has for it; 0 for none
     */
    public static int writeNeighbor(ByteBuffer b, int at, int type, int flags, long targetHi, long targetLo, long mac) {
        int optionType = type == Icmpv6Type.NEIGHBOR_SOLICITATION ? NdpOptions.SOURCE_MAC : NdpOptions.TARGET_MAC;
        b.putInt(at, type << 24);
        b.putInt(at + 4, flags);
        b.putLong(at + TARGET, targetHi);
        b.putLong(at + TARGET + 8, targetLo);
        if (mac == 0) {
            return NEIGHBOR_LENGTH;
        }
        b.putShort(at + NEIGHBOR_LENGTH, (short) (optionType << 8 | 1));
        EthernetHeader.putMac(b, at + NEIGHBOR_LENGTH + 2, mac);
        return NEIGHBOR_LENGTH + MAC_OPTION_LENGTH;
    }

    /** R, S and O of an advertisement. */
    public int flags() {
        return buffer.getInt(offset + 4);
    }

    /** Whether this flag of an advertisement is set. */
    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    public long targetHi() {
        return buffer.getLong(offset + TARGET);
    }

    public long targetLo() {
        return buffer.getLong(offset + TARGET + 8);
    }

    /** Source Link-Layer Address, or 0. */
    public long sourceMac() {
        return sourceMac;
    }

    /** Target Link-Layer Address, or 0. */
    public long targetMac() {
        return targetMac;
    }
}
