package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** RFC 4632 §3.1 and RFC 4291 §2.3: what a prefix contains. */
class IpPrefixTest {
    @Example
    void readsAndWritesCidrNotation() {
        assertEquals("10.0.0.0/8", IpPrefix.parse("10.0.0.0/8").toString());
        assertEquals("10.0.0.0/8", IpPrefix.parse("10.1.2.3/8").toString());
        assertEquals("2001:db8::/32", IpPrefix.parse("2001:db8:1::1/32").toString());
        assertEquals("192.0.2.1/32", IpPrefix.parse("192.0.2.1").toString());
        assertEquals("::1/128", IpPrefix.parse("::1").toString());
        assertEquals(IpPrefix.ALL4, IpPrefix.parse("255.255.255.255/0"));
        assertEquals(IpPrefix.ALL6, IpPrefix.parse("ffff::/0"));
        String[] bad = {
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "::/ 1", "10/8", "::/0001"
        };
        for (String text : bad) {
            assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text), text);
        }
    }

    @Example
    void containsItsAddresses() {
        IpPrefix ten = IpPrefix.parse("10.0.0.0/8");
        assertTrue(ten.contains(IpAddress.parse("10.255.255.255")));
        assertFalse(ten.contains(IpAddress.parse("11.0.0.0")));
        assertFalse(ten.contains(IpAddress.parse("::10.0.0.1")));
        assertTrue(ten.contains(IpPrefix.parse("10.1.0.0/16")) && ten.contains(ten));
        assertFalse(ten.contains(IpPrefix.parse("0.0.0.0/0")) || ten.contains(IpPrefix.parse("11.0.0.0/16")));
        assertFalse(IpPrefix.ALL6.contains(IpAddress.parse("10.0.0.1")));
        assertFalse(IpPrefix.ALL4.contains(IpAddress.ANY6));
        assertTrue(IpPrefix.ALL4.matches4(-1) && IpPrefix.ALL6.matches6(-1, -1));
        assertFalse(IpPrefix.ALL4.matches6(0, 0) || IpPrefix.ALL6.matches4(0));
    }

    @Example
    void broadcastAddressesOfSubnets() {
        IpPrefix subnet = IpPrefix.parse("192.0.2.0/24");
        assertTrue(subnet.isSubnetBroadcast4(0xC00002FF));
        assertFalse(subnet.isSubnetBroadcast4(0xC00002FE) || subnet.isSubnetBroadcast4(0xC00003FF));
        assertTrue(IpPrefix.parse("192.0.2.4/30").isSubnetBroadcast4(0xC0000207));
        assertFalse(IpPrefix.parse("192.0.2.4/31").isSubnetBroadcast4(0xC0000205)); // RFC 3021
        assertFalse(IpPrefix.parse("192.0.2.4").isSubnetBroadcast4(0xC0000204));
        assertFalse(IpPrefix.ALL6.isSubnetBroadcast4(-1));
    }

    @Property
    void ipv4MembershipIsEqualityOfTheLeadingBits(
            @ForAll int base, @ForAll int other, @ForAll @IntRange(max = 32) int length) {
        IpPrefix prefix = new IpPrefix(IpAddress.ofV4(base), length);
        boolean expected = (base & 0xFFFF_FFFFL) >> (32 - length) == (other & 0xFFFF_FFFFL) >> (32 - length);
        assertEquals(expected, prefix.matches4(other));
        assertTrue(prefix.matches4(base) && prefix.contains(prefix.address()));
        if (length > 0) {
            assertFalse(prefix.matches4(base ^ (1 << (32 - length))));
        }
        assertEquals(prefix, IpPrefix.parse(prefix.toString()));
    }

    @Property
    void ipv6MembershipIsEqualityOfTheLeadingBits(
            @ForAll long hi,
            @ForAll long lo,
            @ForAll @IntRange(max = 127) int flipped,
            @ForAll @IntRange(max = 128) int length) {
        IpPrefix prefix = new IpPrefix(IpAddress.ofV6(hi, lo), length);
        long otherHi = flipped < 64 ? hi ^ Long.MIN_VALUE >>> flipped : hi;
        long otherLo = flipped < 64 ? lo : lo ^ Long.MIN_VALUE >>> (flipped - 64);
        assertEquals(bits(hi, lo, length).equals(bits(otherHi, otherLo, length)), prefix.matches6(otherHi, otherLo));
        assertEquals(flipped >= length, prefix.matches6(otherHi, otherLo));
        assertTrue(prefix.matches6(hi, lo));
        assertEquals(prefix, IpPrefix.parse(prefix.toString()));
    }

    private static BigInteger bits(long hi, long lo, int length) {
        BigInteger low = new BigInteger(Long.toUnsignedString(lo));
        BigInteger all = new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64).or(low);
        return all.shiftRight(128 - length);
    }
}
