package io.sluice.wire;

/**
 * Addresses of both families as one pair of longs, for tables and comparisons: an IPv6 address as it is, an IPv4 address
 * as its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). Since no packet may carry an IPv4-mapped address (RFC 6890 §2.2.3,
 * table 20; {@code ip} refuses them), keys of the two families never meet.
 */
public final class AddressKey {
    /** The low half of {@code ::ffff:0:0}. */
    public static final long V4_MAPPED = 0xFFFF_0000_0000L;

    private static final long U32 = 0xFFFF_FFFFL;

    private AddressKey() {}

    /** The high half of the key of {@code address}. */
    public static long hi(IpAddress address) {
        return address.hi();
    }

    /** The low half of the key of {@code address}. */
    public static long lo(IpAddress address) {
        return address.isV6() ? address.lo() : V4_MAPPED | address.lo();
    }

    /** The low half of the key of an IPv4 address; the high half is 0. */
    public static long lo4(int address) {
        return V4_MAPPED | (address & U32);
    }

    /** Whether this is the key of an IPv4 address. */
    public static boolean isV4(long hi, long lo) {
        return hi == 0 && lo >>> 32 == V4_MAPPED >>> 32;
    }

    /** Whether this is the key of 0.0.0.0 or of ::. */
    public static boolean isUnspecified(long hi, long lo) {
        return hi == 0 && (lo == 0 || lo == V4_MAPPED);
    }

    /** Whether this is the key of a multicast address of either family. */
    public static boolean isMulticast(long hi, long lo) {
        return isV4(hi, lo) ? IpAddress.isMulticast4((int) lo) : IpAddress.isMulticast6(hi);
    }

    /** The address whose key this is. */
    public static IpAddress toAddress(long hi, long lo) {
        return isV4(hi, lo) ? IpAddress.ofV4((int) lo) : IpAddress.ofV6(hi, lo);
    }

    /** A hash of the key for tables whose contents only the owner of this host chooses; not for keys that a peer picks. */
    public static int hash(long hi, long lo) {
        long mixed = (hi * 0x9E37_79B9_7F4A_7C15L ^ lo) * 0xD6E8_FEB8_6659_FD93L;
        return (int) (mixed >>> 32);
    }
}
