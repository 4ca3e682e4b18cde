package io.sluice.wire;

import java.nio.ByteBuffer;

/** A view of an ARP packet for IPv4 on Ethernet (RFC 826). Reads fields; judges only whether it is one. */
public final class ArpHeader {
    /** Octets of the packet. */
    public static final int LENGTH = 28;

    /** ares_op$REQUEST. */
    public static final int REQUEST = 1;

    /** ares_op$REPLY. */
    public static final int REPLY = 2;

    private static final int ETHERNET = 1;
    private static final int LENGTHS = 6 << 8 | 4;
    private static final int OPERATION = 6;
    private static final int SENDER_MAC = 8;
    private static final int SENDER = 14;
    private static final int TARGET_MAC = 18;
    private static final int TARGET = 24;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;

    /** Points this view at a packet, or returns false if it is too short, or not about IPv4 on Ethernet. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH)
                || newBuffer.getInt(newOffset) != (ETHERNET << 16 | EthernetHeader.IPV4)
                || newBuffer.getShort(newOffset + 4) != LENGTHS) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        return true;
    }

    /** Writes a packet. */
    public static void write(
            ByteBuffer b, int at, int operation, long senderMac, int sender, long targetMac, int target) {
        b.putInt(at, ETHERNET << 16 | EthernetHeader.IPV4);
        b.putShort(at + 4, (short) LENGTHS);
        b.putShort(at + OPERATION, (short) operation);
        EthernetHeader.putMac(b, at + SENDER_MAC, senderMac);
        b.putInt(at + SENDER, sender);
        EthernetHeader.putMac(b, at + TARGET_MAC, targetMac);
        b.putInt(at + TARGET, target);
    }

    /** ar$op. */
    public int operation() {
        return buffer.getShort(offset + OPERATION) & 0xFFFF;
    }

    /** ar$sha. */
    public long senderMac() {
        return EthernetHeader.mac(buffer, offset + SENDER_MAC);
    }

    /** ar$spa. */
    public int sender() {
        return buffer.getInt(offset + SENDER);
    }

    /** ar$tpa. */
    public int target() {
        return buffer.getInt(offset + TARGET);
    }
}
