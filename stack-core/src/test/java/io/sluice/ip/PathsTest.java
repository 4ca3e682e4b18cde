package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.host.TestLink;
import io.sluice.link.Path;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which interface a packet leaves by, from which address, and how large it may be. */
final class PathsTest {
    private final TestLink linkOne = new TestLink("one", 1500, false);
    private final TestLink linkTwo = new TestLink("two", 9000, false);
    private final Interfaces interfaces = new Interfaces();
    private final RouteTable routes = new RouteTable();
    private final PathMtuCache mtus = new PathMtuCache(3);
    private final Paths paths = new Paths(interfaces, routes, mtus);
    private final Interface one = interfaces.add(linkOne, false);
    private final Interface two = interfaces.add(linkTwo, false);

    private static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    private void address(Interface on, String address, int prefixLength) {
        interfaces.addAddress(on, ip(address), prefixLength);
        route(address + "/" + prefixLength, on);
    }

    private void route(String prefix, Interface via) {
        routes.add(new Route(IpPrefix.parse(prefix), via, null, 0));
    }

    private Path find(String destination) {
        Path path = paths.find(null, ip(destination), 0);
        assertNotNull(path, destination);
        return path;
    }

    @Test
    void theLongestPrefixWins() {
        address(one, "10.0.0.1", 8);
        address(two, "10.1.0.1", 16);
        route("0.0.0.0/0", one);
        route("10.1.2.3/32", one);
        assertSame(linkOne, find("10.2.0.1").link());
        assertSame(linkTwo, find("10.1.0.2").link());
        assertSame(linkOne, find("10.1.2.3").link());
        assertSame(linkOne, find("8.8.8.8").link());
        assertNull(paths.find(null, ip("fd00::1"), 0));
    }

    @Test
    void thenTheLowestMetric() {
        interfaces.addAddress(one, ip("10.0.0.1"), 24);
        interfaces.addAddress(two, ip("10.0.1.1"), 24);
        Route worse = new Route(IpPrefix.ALL4, one, null, 20);
        Route better = new Route(IpPrefix.ALL4, two, null, 10);
        int version = routes.version();
        routes.add(worse);
        routes.add(better);
        assertTrue(routes.version() != version);
        assertSame(linkTwo, find("8.8.8.8").link());
        assertTrue(routes.remove(better));
        assertSame(linkOne, find("8.8.8.8").link());
        routes.removeAll(one);
        assertNull(paths.find(null, ip("8.8.8.8"), 0));
    }

    /** IPv4: the address that shares the subnet of the next hop (RFC 1122 §3.3.4.3). */
    @Test
    void sourceOfIpv4() {
        address(one, "10.0.0.1", 24);
        address(one, "10.0.5.1", 24);
        routes.add(new Route(IpPrefix.ALL4, one, ip("10.0.5.254"), 0));
        assertEquals(ip("10.0.0.1"), find("10.0.0.9").local());
        assertEquals(ip("10.0.5.1"), find("10.0.5.9").local());
        assertEquals(ip("10.0.5.1"), find("8.8.8.8").local());
    }

    /** RFC 6724 §10.1, with the addresses of its examples, where they need nothing but addresses. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8:1::1, 2001:db8:3::1 fe80::1, 2001:db8:3::1",
        "ff05::1, 2001:db8:3::1 fe80::1, 2001:db8:3::1",
        "fe80::9, 2001:db8:3::1 fe80::1, fe80::1",
        "ff02::1, 2001:db8:3::1 fe80::1, fe80::1",
        "2001:db8:1::1, 2001:db8:1::2 2001:db8:3::2, 2001:db8:1::2",
        "2001:db8:3::9, 2001:db8:1::2 2001:db8:3::2, 2001:db8:3::2",
        "2002:c633:6401::1, 2002:c633:6401::d5e3:7953:13eb:22e8 2001:db8:1::2, 2002:c633:6401::d5e3:7953:13eb:22e8",
        "fd11::9, 2001:db8:1::2 fd22::2, fd22::2",
        "2001:db8:9::9, fd22::2 2001:db8:1::2, 2001:db8:1::2",
        "2001:db8:1::2, 2001:db8:3::2 2001:db8:1::2, 2001:db8:1::2"
    })
    void sourceOfIpv6(String destination, String addresses, String expected) {
        for (String a : addresses.split(" ", -1)) {
            interfaces.addAddress(one, ip(a), 64);
        }
        route("::/0", one);
        assertEquals(ip(expected), find(destination).local());
    }

    @Test
    void anAddressOfAnotherInterfaceIsBetterThanNone() {
        address(two, "10.0.0.1", 24);
        route("0.0.0.0/0", one);
        Path path = find("8.8.8.8");
        assertSame(linkOne, path.link());
        assertEquals(ip("10.0.0.1"), path.local());
    }

    /** RFC 9293 §3.9.1.1 (MUST-43). */
    @Test
    void theSourceMayBeGiven() {
        address(one, "10.0.0.1", 24);
        address(two, "10.0.1.1", 24);
        Path path = paths.find(ip("10.0.1.1"), ip("10.0.0.9"), 0);
        assertNotNull(path);
        assertSame(linkOne, path.link(), "the weak model: the route decides");
        assertEquals(ip("10.0.1.1"), path.local());
        assertNull(paths.find(ip("fd00::1"), ip("10.0.0.9"), 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::9", "ff02::1", "224.0.0.1", "255.255.255.255", "169.254.1.1"})
    void whatMeansSomethingOnOneLinkGoesWhereTheSourceIs(String destination) {
        boolean v6 = ip(destination).isV6();
        address(one, v6 ? "fe80::1" : "10.0.0.1", v6 ? 64 : 24);
        address(two, v6 ? "fe80::2" : "10.0.1.1", v6 ? 64 : 24);
        Path path = paths.find(ip(v6 ? "fe80::2" : "10.0.1.1"), ip(destination), 0);
        assertNotNull(path);
        assertSame(linkTwo, path.link());
        assertSame(linkOne, find(destination).link(), "the first, if nobody cares");
    }

    @Test
    void pathMtusAgeAndAreBounded() {
        address(two, "10.0.0.1", 8);
        assertEquals(9000, find("10.0.0.2").mtu());
        mtus.reduce(ip("10.0.0.2"), 1400, 0);
        assertEquals(1400, find("10.0.0.2").mtu());
        mtus.reduce(ip("10.0.0.2"), 1450, 0);
        assertEquals(1400, find("10.0.0.2").mtu(), "never up");
        mtus.reduce(ip("10.0.0.3"), 10, 0);
        assertEquals(PathMtuCache.MIN_MTU4, find("10.0.0.3").mtu());
        mtus.reduce(ip("fd00::1"), 10, 0);
        assertEquals(PathMtuCache.MIN_MTU6, mtus.mtu(ip("fd00::1"), 9000, 0));
        mtus.reduce(ip("10.0.0.4"), 10_000, 0);
        assertEquals(9000, find("10.0.0.4").mtu(), "not more than the link");
        assertEquals(3, mtus.size());
        assertEquals(9000, find("10.0.0.2").mtu(), "the oldest gave way");
        long almost = PathMtuCache.LIFETIME_NS - 1;
        assertEquals(PathMtuCache.MIN_MTU4, mtus.mtu(ip("10.0.0.3"), 9000, almost));
        assertEquals(9000, mtus.mtu(ip("10.0.0.3"), 9000, almost + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "::ffff:10.0.0.9", "10.0.0.1"})
    void addressesThatNoHostCanHave(String address) {
        address(one, "10.0.0.1", 24);
        assertThrows(IllegalArgumentException.class, () -> interfaces.addAddress(two, ip(address), 24));
        assertThrows(IllegalArgumentException.class, () -> interfaces.add(linkOne, false));
    }

    @Test
    void thousandsOfAddresses() {
        for (int i = 0; i < 5000; i++) {
            interfaces.addAddress(i % 2 == 0 ? one : two, IpAddress.ofV4(0x0A000001 + i), 8);
        }
        for (int i = 0; i < 5000; i++) {
            assertSame(i % 2 == 0 ? one : two, interfaces.owner(0, 0xFFFF_0A00_0001L + i));
        }
        assertNull(interfaces.owner(0, 0xFFFF_0A00_0001L + 5000));
        assertTrue(interfaces.removeAddress(one, ip("10.0.0.1")));
        assertNull(interfaces.owner(0, 0xFFFF_0A00_0001L));
        interfaces.remove(two);
        assertNull(interfaces.owner(0, 0xFFFF_0A00_0002L));
    }
}
