package io.sluice.wire;

/**
 * An address prefix, as in a route or on an interface: CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3).
 *
 * @param address the first address of the prefix; bits beyond {@code length} given to the constructor are cleared
 * @param length leading bits that count, 0..32 or 0..128
 */
public record IpPrefix(IpAddress address, int length) {
    /** Every IPv4 address. */
    public static final IpPrefix ALL4 = new IpPrefix(IpAddress.ANY4, 0);

    /** Every IPv6 address. */
    public static final IpPrefix ALL6 = new IpPrefix(IpAddress.ANY6, 0);

    /** Throws {@link IllegalArgumentException} if {@code length} is not in range. */
    public IpPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException("no prefix length of " + address + ": " + length);
        }
        address = address.isV6()
                ? IpAddress.ofV6(address.hi() & mask64(length), address.lo() & mask64(length - 64))
                : IpAddress.ofV4(address.v4() & mask32(length));
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; an address alone is the prefix of just that address.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return of(IpAddress.parse(text));
        }
        String bits = text.substring(slash + 1);
        if (bits.isEmpty() || bits.length() > 3 || !bits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a prefix: \"" + text + "\"");
        }
        return new IpPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(bits));
    }

    /** The prefix of just this address. */
    public static IpPrefix of(IpAddress address) {
        return new IpPrefix(address, address.bits());
    }

    /** Whether {@code other} is in this prefix; never, if it is of the other family. */
    public boolean contains(IpAddress other) {
        return other.isV6() ? matches6(other.hi(), other.lo()) : matches4(other.v4());
    }

    /** Whether every address of {@code other} is in this prefix. */
    public boolean contains(IpPrefix other) {
        return other.length >= length && contains(other.address);
    }

    /** Whether this is an IPv4 prefix with {@code other} in it. */
    public boolean matches4(int other) {
        return !address.isV6() && (other & mask32(length)) == address.v4();
    }

    /** Whether this is an IPv6 prefix with the address {@code (hi, lo)} in it. */
    public boolean matches6(long hi, long lo) {
        return address.isV6() && (hi & mask64(length)) == address.hi() && (lo & mask64(length - 64)) == address.lo();
    }

    /**
     * Whether {@code other} is the broadcast address of this IPv4 subnet, all ones after the prefix (RFC 922 §7). A prefix
     * of 31 or 32 bits has none (RFC 3021 §2.1).
     */
    public boolean isSubnetBroadcast4(int other) {
        return length <= 30 && matches4(other) && (other | mask32(length)) == 0xFFFF_FFFF;
    }

    private static int mask32(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    /** The first {@code bits} of 64; none for less than 1, all for more than 63. */
    private static long mask64(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= 64 ? -1L : -1L << (64 - bits);
    }

    /** {@code address/length}. */
    @Override
    public String toString() {
        return address + "/" + length;
    }
}
