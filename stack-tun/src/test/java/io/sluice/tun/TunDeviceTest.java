package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.TunConfig.Existing;
import io.sluice.tun.linux.LibC;
import io.sluice.tun.linux.TunIoctl;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of a device is what {@code ip} shows, and it is gone when it is closed. */
@NeedsNamespaces
@Timeout(60)
class TunDeviceTest {
    private final NetworkNamespace namespace;

    TunDeviceTest() throws IOException {
        namespace = NetworkNamespace.create();
    }

    @BeforeEach
    void ipv6IsThere() throws IOException {
        assertEquals("0", namespace.sysctl("net.ipv6.conf.all.disable_ipv6"), "these tests need a kernel with IPv6");
    }

    @AfterEach
    void removeNamespace() throws IOException {
        namespace.close();
    }

    private TunDevice open(TunConfig.Builder config) throws IOException {
        return namespace.call(config::open);
    }

    private String ip(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "ip";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return namespace.exec(command);
    }

    private static void assertHas(String text, String part) {
        assertTrue(text.contains(part), () -> "\"" + part + "\" is not in: " + text);
    }

    @Test
    void byDefaultItIsUpWithEveryOffloadAndGoesWhenClosed() throws IOException {
        TunDevice device = open(TunDevice.builder());
        assertEquals("sluice0", device.name());
        assertTrue(device.index() > 0);
        assertEquals(1500, device.mtu());
        assertEquals(Offload.TCP, device.offload());
        assertEquals(1, device.queues().size());
        assertTrue(device.isUp());
        String link = ip("-d", "link", "show", "sluice0");
        assertHas(link, "<POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP>");
        assertHas(link, "tun type tun pi off vnet_hdr on");
        assertEquals("", ip("-o", "address", "show", "sluice0"), "no address is made up");
        assertTrue(device.isOpen());
        device.close();
        device.close();
        assertFalse(device.isOpen());
        assertFalse(ip("link").contains("sluice0"));
    }

    @Test
    void mtuQueueLengthAddressesAndRoutesAreSet() throws IOException {
        TunConfig.Builder config = TunDevice.builder()
                .name("tun7")
                .mtu(9000)
                .txQueueLength(4000)
                .address("10.0.0.1/24")
                .address("fd00:7::1/64")
                .route(TunRoute.to("10.9.0.0/16"))
                .route(TunRoute.via("192.0.2.0/24", "10.0.0.2"))
                .route(TunRoute.to("2001:db8::/32"))
                .route(TunRoute.via("fd00:8::/64", "fd00:7::2"));
        try (TunDevice device = open(config)) {
            assertEquals("tun7", device.name());
            assertEquals(9000, device.mtu());
            String link = ip("-d", "link", "show", "tun7");
            assertHas(link, "mtu 9000");
            assertHas(link, "qlen 4000");
            String addresses = ip("-o", "address", "show", "tun7");
            assertHas(addresses, "inet 10.0.0.1/24");
            assertHas(addresses, "inet6 fd00:7::1/64 scope global nodad");
            assertFalse(addresses.contains("tentative"), addresses);
            String routes = ip("route");
            assertHas(routes, "10.0.0.0/24 dev tun7");
            assertHas(routes, "10.9.0.0/16 dev tun7");
            assertHas(routes, "192.0.2.0/24 via 10.0.0.2 dev tun7");
            String routes6 = ip("-6", "route");
            assertHas(routes6, "2001:db8::/32 dev tun7");
            assertHas(routes6, "fd00:8::/64 via fd00:7::2 dev tun7");
        }
    }

    @Test
    void anOpenDeviceIsConfiguredFromOutsideItsNamespace() throws IOException {
        try (TunDevice device = open(TunDevice.builder().up(false))) {
            assertFalse(device.isUp());
            InterfaceAddress address = InterfaceAddress.parse("10.0.0.1/24");
            TunRoute route = TunRoute.to("10.9.0.0/16");
            device.setUp(true);
            device.setMtu(1400);
            device.addAddress(address);
            device.addAddress(address);
            device.addRoute(route);
            assertEquals(1400, device.mtu());
            assertHas(ip("link", "show", "sluice0"), "mtu 1400");
            assertHas(ip("address", "show", "sluice0"), "10.0.0.1/24");
            assertHas(ip("route"), "10.9.0.0/16");
            device.removeRoute(route);
            device.removeAddress(address);
            assertEquals("", ip("route"));
            assertFalse(ip("address", "show", "sluice0").contains("10.0.0.1"));
            device.setUp(false);
            assertFalse(device.isUp());
        }
    }

    @Test
    void aLinkLocalAddressIsMadeWhereAskedFor() throws IOException {
        try (TunDevice device = open(TunDevice.builder().ipv6LinkLocal(true))) {
            assertHas(ip("-6", "address", "show", device.name()), "fe80::");
        }
    }

    @Test
    void aPersistentDeviceStaysAndIsOpenedAgain() throws IOException {
        open(TunDevice.builder().name("stay0").persistent(true).address("10.0.0.1/24"))
                .close();
        assertHas(ip("-d", "link", "show", "stay0"), "persist on");
        TunConfig.Builder again =
                TunDevice.builder().name("stay0").existing(Existing.REQUIRE).address("10.0.0.1/24");
        try (TunDevice device = open(again)) {
            assertEquals("stay0", device.name());
        }
        assertHas(ip("link"), "stay0");
        try (TunDevice device = open(again)) {
            device.setPersistent(false);
        }
        assertFalse(ip("link").contains("stay0"));
    }

    @Test
    void queuesAreOpenedTogether() throws IOException {
        try (TunDevice device = open(TunDevice.builder().queues(3))) {
            assertEquals(3, device.queues().size());
            assertEquals("sluice0", device.queues().get(0).name());
            assertEquals("sluice0/2", device.queues().get(2).name());
            assertNotEquals(
                    device.queues().get(0).descriptor().intValue(),
                    device.queues().get(1).descriptor().intValue());
            assertHas(ip("-d", "link", "show", "sluice0"), "multi_queue");
            try (TunDevice another = open(TunDevice.builder().name("sluice0").multiQueue(true))) {
                assertEquals(device.index(), another.index(), "another queue of the same device");
            }
        }
    }

    @Test
    void lessOffloadIsTakenWhenAskedFor() throws IOException {
        try (TunDevice none = open(TunDevice.builder().offload(Offload.NONE));
                TunDevice checksum = open(TunDevice.builder().offload(Offload.CHECKSUM));
                TunDevice all = open(TunDevice.builder().offload(Offload.TCP_AND_UDP))) {
            assertEquals(Offload.NONE, none.offload());
            assertEquals(0, none.queues().get(0).virtioHeaderLength());
            assertHas(ip("-d", "link", "show", none.name()), "vnet_hdr off");
            assertEquals(Offload.CHECKSUM, checksum.offload());
            assertTrue(all.offload().includes(Offload.TCP), "TCP_AND_UDP needs Linux 6.2: " + all.offload());
        }
    }

    @Test
    void aDescriptorOpenedElsewhereIsTakenOver() throws IOException {
        int fd = namespace.call(() -> attachByHand(TunIoctl.IFF_TUN | TunIoctl.IFF_NO_PI | TunIoctl.IFF_VNET_HDR));
        TunDevice device = TunDevice.adopt(
                fd, TunConfig.builder().address("10.0.0.1/24").mtu(1400).build());
        assertEquals("hand0", device.name());
        assertEquals(Offload.TCP, device.offload());
        assertHas(ip("address", "show", "hand0"), "10.0.0.1/24");
        assertHas(ip("link", "show", "hand0"), "mtu 1400");
        device.close();
        assertFalse(ip("link").contains("hand0"));
    }

    @Test
    void aTapOpenedElsewhereIsTakenOver() throws IOException {
        int fd = namespace.call(() -> attachByHand(TunIoctl.IFF_TAP | TunIoctl.IFF_NO_PI | TunIoctl.IFF_VNET_HDR));
        TunConfig config = TunConfig.builder().ethernet().address("10.0.0.1/24").build();
        try (TunDevice device = TunDevice.adopt(fd, config)) {
            assertEquals("hand0", device.name());
            assertEquals(Offload.TCP, device.offload());
            assertHas(ip("-d", "link", "show", "hand0"), "tun type tap");
            TapLink link = new TapLink(device.queues().get(0));
            assertEquals(1500, link.mtu());
            link.close();
        }
        assertFalse(ip("link").contains("hand0"));
    }

    @Test
    void aDescriptorWithoutVirtioHeaderHasNoOffload() throws IOException {
        int fd = namespace.call(() -> attachByHand(TunIoctl.IFF_TUN | TunIoctl.IFF_NO_PI));
        try (TunDevice device = TunDevice.adopt(fd, TunConfig.builder().build())) {
            assertEquals(Offload.NONE, device.offload());
        }
    }

    private static int attachByHand(int flags) throws IOException {
        int fd = LibC.openFile("/dev/net/tun", LibC.O_RDWR);
        TunIoctl.attach(fd, "hand%d", flags);
        return fd;
    }
}
