package io.sluice.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** RFC 4291 §2 and RFC 5952: addresses, their text and their kinds. */
class IpAddressTest {
    private static final long DOC = 0x2001_0DB8_0000_0000L;

    private static IpAddress parse(String text) {
        return IpAddress.parse(text);
    }

    @Example
    void formatsAsRfc5952Recommends() {
        assertFormat("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"); // §4.1, §4.3
        assertFormat("2001:db8::2:1", "2001:DB8:0:0:0:0:2:1"); // §4.2.1
        assertFormat("2001:db8:0:1:1:1:1:1", "2001:db8::1:1:1:1:1"); // §4.2.2: not for one group
        assertFormat("2001:0:0:1::1", "2001:0:0:1:0:0:0:1"); // §4.2.3: the longest
        assertFormat("2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1"); // §4.2.3: the first of equals
        assertFormat("::", "0:0:0:0:0:0:0:0");
        assertFormat("::1", "0::1");
        assertFormat("1::", "1:0:0:0:0:0:0:0");
        assertFormat("::ffff:192.0.2.1", "::ffff:c000:201"); // §5
        assertFormat("::c000:201", "::192.0.2.1");
        assertFormat("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
        assertFormat("1:2:3:4:5:6:102:304", "1:2:3:4:5:6:1.2.3.4");
        assertFormat("0:1:2:3:4:5:6:7", "::1:2:3:4:5:6:7");
        assertFormat("192.0.2.255", "192.0.2.255");
        assertFormat("0.0.0.0", "0.0.0.0");
    }

    private static void assertFormat(String expected, String text) {
        assertEquals(expected, parse(text).toString());
        assertEquals(parse(text), parse(expected));
    }

    @Example
    void refusesOtherText() {
        String[] bad = {
            "",
            " ",
            "localhost",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.3.-1",
            "1.2.3.",
            ".1.2.3",
            "01.2.3.4",
            "1.2.3.4 ",
            "0x1.2.3.4",
            "1.2.3.0004",
            ":",
            ":::",
            "1:",
            ":1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "12345::",
            "g::",
            "1:2:3:4:5:6:7::8",
            "::1.2.3",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:7:1.2.3.4",
            "fe80::1%eth0",
            "::ffff:1.2.3.999",
            "-1::",
            "\u0661.2.3.4",
            "\uFF11::",
            "1 ::",
            "[::1]"
        };
        for (String text : bad) {
            assertThrows(IllegalArgumentException.class, () -> parse(text), text);
        }
    }

    @Property
    void textIsReadBackAndAgreesWithTheJdk(
            @ForAll long hi, @ForAll long lo, @ForAll @IntRange(max = 255) int zeroGroups) throws UnknownHostException {
        ByteBuffer octets = ByteBuffer.allocate(16).putLong(hi).putLong(lo);
        for (int i = 0; i < 8; i++) {
            if ((zeroGroups >>> i & 1) != 0) {
                octets.putShort(2 * i, (short) 0);
            }
        }
        IpAddress address = IpAddress.ofV6(octets.getLong(0), octets.getLong(8));
        assertEquals(address, parse(address.toString()));
        assertEquals(InetAddress.getByName(address.toString()), InetAddress.getByAddress(octets.array()));
        assertEquals(address, IpAddress.of(address.toInetAddress()));
        assertFalse(address.toString().contains(":::"));
    }

    @Property
    void ipv4TextIsReadBackAndAgreesWithTheJdk(@ForAll int v4) {
        IpAddress address = IpAddress.ofV4(v4);
        assertEquals(v4, address.v4());
        assertEquals(address, parse(address.toString()));
        assertEquals(address.toInetAddress().getHostAddress(), address.toString());
        assertEquals(address, IpAddress.of(address.toInetAddress()));
        assertEquals(address.toInetAddress().isMulticastAddress(), address.isMulticast());
        assertEquals(address.toInetAddress().isLoopbackAddress(), address.isLoopback());
        assertEquals(address.toInetAddress().isLinkLocalAddress(), address.isLinkLocal());
        assertEquals(address.toInetAddress().isAnyLocalAddress(), address.isUnspecified());
    }

    @Example
    void kindsOfIpv4Addresses() {
        assertTrue(parse("127.255.0.1").isLoopback());
        assertFalse(parse("128.0.0.1").isLoopback());
        assertTrue(parse("224.0.0.1").isMulticast() && parse("239.255.255.255").isMulticast());
        assertFalse(parse("223.255.255.255").isMulticast() || parse("240.0.0.0").isMulticast());
        assertTrue(parse("169.254.0.1").isLinkLocal());
        assertFalse(parse("169.253.0.1").isLinkLocal());
        assertTrue(parse("255.255.255.255").isBroadcast() && IpAddress.isBroadcast4(-1));
        assertFalse(
                parse("255.255.255.254").isBroadcast() || parse("::ffff:ffff").isBroadcast());
        assertTrue(IpAddress.ANY4.isUnspecified() && IpAddress.LOOPBACK4.isLoopback());
        assertEquals("127.0.0.1", IpAddress.LOOPBACK4.toString());
    }

    @Example
    void kindsOfIpv6Addresses() {
        assertTrue(IpAddress.LOOPBACK6.isLoopback() && IpAddress.ANY6.isUnspecified());
        assertFalse(parse("::2").isLoopback()
                || parse("1::1").isLoopback()
                || parse("::7f00:1").isLoopback());
        assertTrue(parse("ff02::1").isMulticast() && parse("ff00::").isMulticast());
        assertFalse(parse("fe02::1").isMulticast() || parse("::e000:1").isMulticast());
        assertTrue(parse("fe80::1").isLinkLocal() && parse("febf::1").isLinkLocal());
        assertFalse(parse("fec0::1").isLinkLocal() || parse("fe7f::").isLinkLocal());
        assertTrue(parse("::ffff:0.0.0.0").isV4Mapped());
        assertFalse(parse("::1.2.3.4").isV4Mapped() || parse("1::ffff:1.2.3.4").isV4Mapped());
        assertFalse(parse("1.2.3.4").isV4Mapped());
    }

    @Example
    void familiesAreDifferentEvenWhereTheBitsAreNot() {
        assertNotEquals(parse("1.2.3.4"), parse("::1.2.3.4"));
        assertNotEquals(parse("1.2.3.4"), parse("::ffff:1.2.3.4"));
        assertTrue(parse("1.2.3.4").matches4(0x01020304));
        assertFalse(parse("1.2.3.4").matches4(0x01020305) || parse("::1.2.3.4").matches4(0x01020304));
        assertTrue(parse("2001:db8::1").matches6(DOC, 1));
        assertFalse(
                parse("2001:db8::1").matches6(DOC, 2) || parse("2001:db8::1").matches6(DOC + 1, 1));
        assertFalse(parse("0.0.0.1").matches6(0, 1));
        assertEquals(32, parse("1.2.3.4").bits());
        assertEquals(128, parse("::").bits());
    }

    @Example
    void aMappedAddressStaysAnIpv6One() {
        InetAddress mapped = parse("::ffff:1.2.3.4").toInetAddress();
        assertTrue(mapped instanceof Inet6Address);
        assertEquals(parse("::ffff:1.2.3.4"), IpAddress.of(mapped));
    }

    @Property
    void anIpv4AddressHas32Bits(@ForAll @LongRange(min = 1L << 32) long lo) {
        assertThrows(IllegalArgumentException.class, () -> new IpAddress(0, lo, false));
        assertThrows(IllegalArgumentException.class, () -> new IpAddress(lo, 0, false));
        assertEquals(lo, new IpAddress(0, lo, true).lo());
    }
}
