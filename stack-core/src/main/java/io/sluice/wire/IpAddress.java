package io.sluice.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address (RFC 791 §3.2, RFC 4291 §2): an immutable value, for use where an object is wanted.
 *
 * <p>Packets carry addresses as an {@code int} or a pair of {@code long}s, first octet highest; the static methods and
 * {@link #matches4} and {@link #matches6} work on those and allocate nothing. An IPv4 address and its IPv4-mapped IPv6
 * address are different. There is no zone: a link-local address means the link it is used on.
 *
 * @param hi the first eight octets of an IPv6 address; 0 for IPv4
 * @param lo the last eight octets of an IPv6 address; the address, 0..2^32-1, for IPv4
 * @param isV6 whether this is an IPv6 address
 */
public record IpAddress(long hi, long lo, boolean isV6) {
    /** The IPv4 address 0.0.0.0. */
    public static final IpAddress ANY4 = ofV4(0);

    /** The IPv6 address ::. */
    public static final IpAddress ANY6 = ofV6(0, 0);

    /** The IPv4 address 127.0.0.1. */
    public static final IpAddress LOOPBACK4 = ofV4(0x7F00_0001);

    /** The IPv6 address ::1. */
    public static final IpAddress LOOPBACK6 = ofV6(0, 1);

    private static final int BROADCAST4 = 0xFFFF_FFFF;
    private static final long MAPPED_PREFIX = 0xFFFFL;

    /** Checks that an IPv4 address is 32 bits; throws {@link IllegalArgumentException} if not. */
    public IpAddress {
        if (!isV6 && (hi != 0 || lo >>> 32 != 0)) {
            throw new IllegalArgumentException("not 32 bits: " + Long.toHexString(hi) + Long.toHexString(lo));
        }
    }

    /** The IPv4 address with these 32 bits, first octet highest. */
    public static IpAddress ofV4(int address) {
        return new IpAddress(0, address & 0xFFFF_FFFFL, false);
    }

    /** The IPv6 address with these 128 bits, first octet highest. */
    public static IpAddress ofV6(long hi, long lo) {
        return new IpAddress(hi, lo, true);
    }

    /** The same address as {@code java.net} has it; its name and zone are dropped. */
    public static IpAddress of(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return octets.remaining() == 4 ? ofV4(octets.getInt()) : ofV6(octets.getLong(), octets.getLong());
    }

    /**
     * Reads the text forms of RFC 4291 §2.2 (with or without {@code ::}, with or without a dotted end) and dotted IPv4
     * of exactly four decimal numbers. No name is looked up.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    public static IpAddress parse(String text) {
        return IpAddressText.parse(text);
    }

    /** This IPv4 address as 32 bits; of an IPv6 address, the last 32. */
    public int v4() {
        return (int) lo;
    }

    /** 32 or 128. */
    public int bits() {
        return isV6 ? 128 : 32;
    }

    /** Whether this is the IPv4 address {@code address}. */
    public boolean matches4(int address) {
        return !isV6 && (int) lo == address;
    }

    /** Whether this is the IPv6 address {@code (otherHi, otherLo)}. */
    public boolean matches6(long otherHi, long otherLo) {
        return isV6 && hi == otherHi && lo == otherLo;
    }

    /** 0.0.0.0 or ::. */
    public boolean isUnspecified() {
        return hi == 0 && lo == 0;
    }

    /** Whether this is in 127.0.0.0/8 (RFC 1122 §3.2.1.3(g)) or is ::1 (RFC 4291 §2.5.3). */
    public boolean isLoopback() {
        return isV6 ? isLoopback6(hi, lo) : isLoopback4((int) lo);
    }

    /** Whether this is in 224.0.0.0/4 (RFC 1112 §4) or ff00::/8 (RFC 4291 §2.7). */
    public boolean isMulticast() {
        return isV6 ? isMulticast6(hi) : isMulticast4((int) lo);
    }

    /** Whether this is in 169.254.0.0/16 (RFC 3927 §2.1) or fe80::/10 (RFC 4291 §2.5.6). */
    public boolean isLinkLocal() {
        return isV6 ? isLinkLocal6(hi) : isLinkLocal4((int) lo);
    }

    /** Whether this is 255.255.255.255 (RFC 919 §7); of a subnet's broadcast address only its prefix knows. */
    public boolean isBroadcast() {
        return matches4(BROADCAST4);
    }

    /** Whether this is an IPv4 address in ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
    public boolean isV4Mapped() {
        return isV6 && hi == 0 && lo >>> 32 == MAPPED_PREFIX;
    }

    /** Whether the IPv4 address is in 127.0.0.0/8. */
    public static boolean isLoopback4(int address) {
        return address >>> 24 == 127;
    }

    /** Whether the IPv6 address is ::1. */
    public static boolean isLoopback6(long hi, long lo) {
        return hi == 0 && lo == 1;
    }

    /** Whether the IPv4 address is in 224.0.0.0/4. */
    public static boolean isMulticast4(int address) {
        return address >>> 28 == 0xE;
    }

    /** Whether the IPv6 address that begins with {@code hi} is in ff00::/8. */
    public static boolean isMulticast6(long hi) {
        return hi >>> 56 == 0xFF;
    }

    /** Whether the IPv4 address is in 169.254.0.0/16. */
    public static boolean isLinkLocal4(int address) {
        return address >>> 16 == 0xA9FE;
    }

    /** Whether the IPv6 address that begins with {@code hi} is in fe80::/10. */
    public static boolean isLinkLocal6(long hi) {
        return hi >>> 54 == 0xFE80 >>> 6;
    }

    /** Whether the IPv4 address is 255.255.255.255. */
    public static boolean isBroadcast4(int address) {
        return address == BROADCAST4;
    }

    /** The same address for {@code java.net}, where an IPv4-mapped address stays an IPv6 one. */
    public InetAddress toInetAddress() {
        ByteBuffer octets = ByteBuffer.allocate(isV6 ? 16 : 4);
        if (isV6) {
            octets.putLong(hi).putLong(lo);
        } else {
            octets.putInt((int) lo);
        }
        try {
            return isV6
                    ? Inet6Address.getByAddress(null, octets.array(), -1)
                    : Inet4Address.getByAddress(octets.array());
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for arrays of another length than 4 or 16
        }
    }

    /** The text form: dotted decimal, or that of RFC 5952 §4 and §5. */
    @Override
    public String toString() {
        return IpAddressText.format(this);
    }
}
