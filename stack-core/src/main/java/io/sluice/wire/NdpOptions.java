package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * Walks the options of a neighbour discovery message (RFC 4861 §4.6), one {@link #next} an option; reused. The getters of a
 * type give 0 unless {@link #type} is that type and its length is the one it has.
 */
public final class NdpOptions {
    /** Source Link-Layer Address. */
    public static final int SOURCE_MAC = 1;

    /** Target Link-Layer Address. */
    public static final int TARGET_MAC = 2;

    /** Prefix Information. */
    public static final int PREFIX = 3;

    /** MTU. */
    public static final int MTU = 5;

    private static final int UNIT = 8;
    private static final int PREFIX_LENGTH = 32;
    private static final int ON_LINK = 0x80;
    private static final int AUTONOMOUS = 0x40;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int next;
    private int end;
    private int at;
    private int type;
    private int length;

    /**
     * Starts a walk over {@code newLength} octets; false if the buffer does not have them, or an option has length 0 or does
     * not fit: then the whole message is to be discarded (§6.1, §7.1, §8.1).
     */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int newLength) {
        if (!Room.has(newBuffer, newOffset, newLength, 0)) {
            return false;
        }
        for (int i = newOffset; i < newOffset + newLength; ) {
            int octets = i + 1 < newOffset + newLength ? (newBuffer.get(i + 1) & 0xFF) * UNIT : 0;
            if (octets == 0 || octets > newOffset + newLength - i) {
                return false;
            }
            i += octets;
        }
        buffer = newBuffer;
        next = newOffset;
        end = newOffset + newLength;
        at = newOffset;
        type = 0;
        length = 0;
        return true;
    }

    /** Goes to the next option; false if there is none. */
    public boolean next() {
        if (next >= end) {
            type = 0;
            length = 0;
            return false;
        }
        at = next;
        type = buffer.get(at) & 0xFF;
        length = (buffer.get(at + 1) & 0xFF) * UNIT;
        next = at + length;
        return true;
    }

    /** The type of the option, 0 before and after the walk. */
    public int type() {
        return type;
    }

    /** Octets of the option. */
    public int length() {
        return length;
    }

    /** An MTU in octets, 0..2^32 - 1. */
    public long mtu() {
        return type == MTU && length == UNIT ? buffer.getInt(at + 4) & 0xFFFF_FFFFL : 0;
    }

    private boolean isPrefix() {
        return type == PREFIX && length == PREFIX_LENGTH;
    }

    /** A MAC address of either kind. */
    public long mac() {
        return (type == SOURCE_MAC || type == TARGET_MAC) && length == UNIT ? EthernetHeader.mac(buffer, at + 2) : 0;
    }

    /** Leading bits of the prefix that count. */
    public int prefixLength() {
        return isPrefix() ? buffer.get(at + 2) & 0xFF : 0;
    }

    /** L: those who share the prefix are neighbours. */
    public boolean isOnLink() {
        return isPrefix() && (buffer.get(at + 3) & ON_LINK) != 0;
    }

    /** A: hosts may make addresses of the prefix. */
    public boolean isAutonomous() {
        return isPrefix() && (buffer.get(at + 3) & AUTONOMOUS) != 0;
    }

    /** Seconds, 0..2^32 - 1; the highest is for ever. */
    public long validLifetimeSeconds() {
        return isPrefix() ? buffer.getInt(at + 4) & 0xFFFF_FFFFL : 0;
    }

    /** Seconds in which addresses of the prefix are preferred. */
    public long preferredLifetimeSeconds() {
        return isPrefix() ? buffer.getInt(at + 8) & 0xFFFF_FFFFL : 0;
    }

    public long prefixHi() {
        return isPrefix() ? buffer.getLong(at + 16) : 0;
    }

    public long prefixLo() {
        return isPrefix() ? buffer.getLong(at + 24) : 0;
    }
}
