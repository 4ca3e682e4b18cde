package io.sluice.tun;

import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;

/**
 * An address on an interface and the prefix that is on its link (RFC 4632 §3.1, RFC 4291 §2.3): {@code 10.0.0.1/24}.
 *
 * @param address the address, host bits and all
 * @param prefixLength 0..32, or 0..128 for IPv6
 */
public record InterfaceAddress(IpAddress address, int prefixLength) {
    /** Throws {@link IllegalArgumentException} if {@code prefixLength} is not in range. */
    public InterfaceAddress {
        if (prefixLength < 0 || prefixLength > address.bits()) {
            throw new IllegalArgumentException("no prefix length of " + address + ": " + prefixLength);
        }
    }

    /**
     * Reads {@code 10.0.0.1/24} or {@code fd00::1/64}; an address alone is on a prefix of its own.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    public static InterfaceAddress parse(String text) {
        IpPrefix prefix = IpPrefix.parse(text);
        int slash = text.indexOf('/');
        return new InterfaceAddress(IpAddress.parse(slash < 0 ? text : text.substring(0, slash)), prefix.length());
    }

    /** The prefix that the link reaches. */
    public IpPrefix prefix() {
        return new IpPrefix(address, prefixLength);
    }

    /** {@code address/length}. */
    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
