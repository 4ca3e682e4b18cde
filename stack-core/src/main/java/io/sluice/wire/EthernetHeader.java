package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of an Ethernet II header (RFC 894, IEEE 802.3) without VLAN tag. Reads and writes fields; judges nothing. MAC
 * addresses are the low 48 bits of a {@code long}, the first octet on the wire being the highest of them.
 */
public final class EthernetHeader {
    /** Octets of the header. */
    public static final int LENGTH = 14;

    /** EtherType of IPv4. */
    public static final int IPV4 = 0x0800;

    /** EtherType of ARP (RFC 826). */
    public static final int ARP = 0x0806;

    /** EtherType of IPv6 (RFC 2464). */
    public static final int IPV6 = 0x86DD;

    /** ff:ff:ff:ff:ff:ff. */
    public static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final long IPV4_GROUPS = 0x0100_5E00_0000L;
    private static final long IPV6_GROUPS = 0x3333_0000_0000L;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private int length = LENGTH;

    /** Points this view at {@code newLength} octets of a frame, or returns false if they do not hold a header. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int newLength) {
        if (!Room.has(newBuffer, newOffset, newLength, LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        return true;
    }

    /** Writes a header. */
    public static void write(ByteBuffer b, int at, long destination, long source, int type) {
        putMac(b, at, destination);
        putMac(b, at + SOURCE, source);
        b.putShort(at + TYPE, (short) type);
    }

    static long mac(ByteBuffer b, int at) {
        return (b.getShort(at) & 0xFFFFL) << 32 | (b.getInt(at + 2) & 0xFFFF_FFFFL);
    }

    static void putMac(ByteBuffer b, int at, long mac) {
        b.putShort(at, (short) (mac >>> 32));
        b.putInt(at + 2, (int) mac);
    }

    public long destination() {
        return mac(buffer, offset);
    }

    public long source() {
        return mac(buffer, offset + SOURCE);
    }

    /** EtherType, or, below 1536, the length of an IEEE 802.3 frame. */
    public int type() {
        return buffer.getShort(offset + TYPE) & 0xFFFF;
    }

    /** Where what the frame carries starts in the buffer. */
    public int payloadOffset() {
        return offset + LENGTH;
    }

    /** Octets of it, padding included. */
    public int payloadLength() {
        return length - LENGTH;
    }

    /** Whether frames to this address are for several receivers: broadcast or a group. */
    public static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }

    /** Whether an interface can have this address. */
    public static boolean isUnicast(long mac) {
        return !isGroup(mac) && mac != 0;
    }

    /** The address of frames to an IP multicast group or broadcast address (RFC 1112 §6.4, RFC 2464 §7). */
    public static long ofGroup(long hi, long lo) {
        if (!AddressKey.isV4(hi, lo)) {
            return IPV6_GROUPS | (lo & 0xFFFF_FFFFL);
        }
        return AddressKey.isMulticast(hi, lo) ? IPV4_GROUPS | (lo & 0x7F_FFFFL) : BROADCAST;
    }

    /** {@code 02:00:5e:10:00:01}. */
    public static String text(long mac) {
        StringBuilder s = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xFF;
            s.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            s.append(shift == 0 ? "" : ":");
        }
        return s.toString();
    }
}
