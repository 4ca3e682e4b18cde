package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.UdpSocket;
import io.sluice.event.DropReason;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.host.OneHost;
import io.sluice.link.Path;
import io.sluice.wire.AddressKey;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routers that advertise themselves and redirect (RFC 4861 §6.3, §8; RFC 4862 §5.5): frames made by hand. */
class RouterDiscoveryTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MAC = 0x0200_5E10_0001L;
    private static final long ROUTER_MAC = 0x0200_0000_0001L;
    private static final IpAddress ROUTER = IpAddress.parse("fe80::1");
    private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
    private static final IpAddress FAR = IpAddress.parse("2001:db8:ffff::9");
    private static final IpAddress FAR4 = IpAddress.parse("198.51.100.7");
    private static final IpAddress OWN = IpAddress.parse("2001:db8::5eff:fe10:1");
    private static final IpAddress LINK_LOCAL = IpAddress.parse("fe80::5eff:fe10:1");

    private final EthernetWire wire = new EthernetWire();
    private final Station a = wire.station(MAC);

    @BeforeEach
    void settle() {
        a.host.autoconfigure(a.on);
        wire.run(20 * SECOND_NS);
        wire.take();
    }

    @AfterEach
    void close() {
        wire.close();
    }

    private void receive(IpAddress source, IpAddress destination, int hopLimit, int type, byte[] body) {
        byte[] message =
                Packets.icmp(source, destination, type, 0, ByteBuffer.wrap(body).getInt(0), tail(body));
        byte[] packet = Packets.ip(source, destination, IpProtocol.ICMPV6, message);
        packet[7] = (byte) hopLimit;
        ByteBuffer frame = ByteBuffer.allocate(14 + packet.length);
        long mac = destination.isMulticast() ? 0x3333_0000_0001L : MAC;
        EthernetHeader.write(frame, 0, mac, ROUTER_MAC, EthernetHeader.IPV6);
        frame.put(14, packet);
        a.receive(frame.array(), wire.nowNs);
    }

    private static byte[] tail(byte[] body) {
        return OneHost.tail(body, 4);
    }

    /** An advertisement with 2001:db8::/64, on-link and for autoconfiguration. */
    private static byte[] advertisement(int routerLifetimeS, long validS) {
        ByteBuffer b = ByteBuffer.allocate(12 + 8 + 32);
        b.put(0, (byte) 64).putShort(2, (short) routerLifetimeS);
        b.putShort(12, (short) 0x0101).putShort(14, (short) (ROUTER_MAC >>> 32)).putInt(16, (int) ROUTER_MAC);
        b.putInt(20, 0x0304_40C0).putInt(24, (int) validS).putInt(28, (int) validS);
        b.putLong(36, 0x2001_0db8_0000_0000L);
        return b.array();
    }

    private void advertise(int routerLifetimeS, long validS) {
        receive(ROUTER, ALL_NODES, 255, 134, advertisement(routerLifetimeS, validS));
    }

    private boolean has(IpAddress address) {
        return a.on.addresses().stream().anyMatch(x -> x.address().equals(address));
    }

    private boolean isReachable(IpAddress address) {
        return a.host.routes().lookup(address) != null;
    }

    @Test
    void aHostConfiguresItself() {
        assertTrue(has(LINK_LOCAL)); // RFC 4862 §5.3
        advertise(1800, 86_400);
        assertTrue(has(OWN));
        Route route = a.host.routes().lookup(FAR);
        assertNotNull(route);
        assertEquals(ROUTER, route.gateway());
        assertEquals(ROUTER_MAC, a.neighbors().macOf(ROUTER.hi(), ROUTER.lo()));
        Route neighbours = a.host.routes().lookup(IpAddress.parse("2001:db8::77"));
        assertNotNull(neighbours);
        assertNull(neighbours.gateway());
        advertise(0, 86_400); // no router any more, but the prefix stays
        assertFalse(isReachable(FAR));
        assertTrue(has(OWN));
    }

    @Test
    void whatIsNotRenewedExpires() {
        advertise(1800, 10_000);
        wire.run(wire.nowNs + 1799 * SECOND_NS);
        assertTrue(isReachable(FAR));
        wire.run(wire.nowNs + 2 * SECOND_NS);
        assertFalse(isReachable(FAR));
        assertTrue(has(OWN));
        wire.run(wire.nowNs + 9000 * SECOND_NS);
        assertFalse(has(OWN));
        assertFalse(isReachable(IpAddress.parse("2001:db8::77")));
    }

    private @Nullable IpAddress gatewayOfPrefix() {
        Route route = a.host.routes().lookup(IpAddress.parse("2001:db8::77"));
        assertNotNull(route);
        return route.gateway();
    }

    /** RFC 4861 §6.3.4: where the L flag is not set, others with the prefix are behind the router, as far as is known. */
    @Test
    void aPrefixIsOnLinkOnlyIfTheAdvertisementSaysSo() {
        byte[] offLink = advertisement(1800, 86_400);
        offLink[23] = 0x40;
        receive(ROUTER, ALL_NODES, 255, 134, offLink);
        assertTrue(has(OWN));
        assertEquals(ROUTER, gatewayOfPrefix());
        advertise(1800, 86_400);
        assertNull(gatewayOfPrefix());
        receive(ROUTER, ALL_NODES, 255, 134, offLink); // says nothing about it
        assertNull(gatewayOfPrefix());
        advertise(1800, 0); // not on-link any more; of addresses another rule speaks
        assertEquals(ROUTER, gatewayOfPrefix());
        assertTrue(has(OWN));
    }

    /** RFC 4862 §5.5.3(e): an advertisement, forged perhaps, takes no address away within two hours. */
    @Test
    void anAddressCannotBeTakenAwayAtOnce() {
        advertise(1800, 86_400);
        advertise(1800, 1);
        wire.run(wire.nowNs + 7000 * SECOND_NS);
        assertTrue(has(OWN));
        advertise(1800, 1);
        wire.run(wire.nowNs + 300 * SECOND_NS);
        assertFalse(has(OWN));
    }

    /** RFC 4861 §6.3.7, §4.1: three times; and as long as somebody else may have the address, from none and without a MAC address. */
    @Test
    void routersAreAskedThreeTimes() {
        Station other = wire.station(MAC + 1);
        other.host.autoconfigure(other.on);
        wire.run(wire.nowNs + 999 * SECOND_NS / 1000);
        List<byte[]> early = routerSolicitations();
        assertEquals(1, early.size());
        assertEquals(0, ByteBuffer.wrap(early.get(0)).getLong(22));
        assertEquals(62, early.get(0).length, "no Source Link-Layer Address");
        wire.run(wire.nowNs + 60 * SECOND_NS);
        List<byte[]> late = routerSolicitations();
        assertEquals(2, late.size());
        for (byte[] frame : late) {
            assertEquals(LINK_LOCAL.hi(), ByteBuffer.wrap(frame).getLong(22));
            assertEquals(70, frame.length);
        }
        assertThrows(IllegalArgumentException.class, () -> {
            OneHost plain = new OneHost();
            plain.host.autoconfigure(plain.on);
        });
    }

    private List<byte[]> routerSolicitations() {
        return wire.take().stream()
                .filter(f -> f.length > 54 && f[12] == (byte) 0x86 && (f[54] & 0xFF) == 133)
                .toList();
    }

    @Test
    void advertisementsThatDoNotCount() {
        receive(ROUTER, ALL_NODES, 254, 134, advertisement(1800, 100)); // a router has passed it on
        receive(IpAddress.parse("2001:db8::1"), ALL_NODES, 255, 134, advertisement(1800, 100));
        byte[] broken = advertisement(1800, 100);
        broken[13] = 0; // an option of no length
        receive(ROUTER, ALL_NODES, 255, 134, broken);
        assertEquals(3, a.host.counters().get(DropReason.NDP_MALFORMED));
        assertFalse(isReachable(FAR));
        assertFalse(has(OWN));
        Station unasked = wire.station(MAC + 2).with("fd00::9", 64);
        assertEquals(1, unasked.host.routes().all().size());
    }

    private static byte[] parameters(int hopLimit, int reachableMs, int retransMs, int mtu) {
        ByteBuffer b = ByteBuffer.allocate(20);
        b.put(0, (byte) hopLimit)
                .putShort(2, (short) 1800)
                .putInt(4, reachableMs)
                .putInt(8, retransMs);
        return b.putShort(12, (short) 0x0501).putInt(16, mtu).array();
    }

    /** RFC 4861 §6.3.4: hop limit, MTU and times; what they cannot be, or would harm, is not taken. */
    @Test
    void parametersOfTheLinkAreTakenOver() {
        advertise(1800, 86_400);
        a.host.addAddress(a.on, IpAddress.parse("10.0.0.1"), 24);
        receive(ROUTER, ALL_NODES, 255, 134, parameters(200, 4_000, 200, 1400));
        for (byte[] nothing : new byte[][] {
            parameters(0, 0, 0, 1279),
            parameters(3, 3_600_001, 60_001, 1501),
            parameters(64, -1, -1, -1),
            parameters(1, 1, 1, 1)
        }) {
            receive(ROUTER, ALL_NODES, 255, 134, nothing);
        }
        Path path = a.host.ip().paths().find(null, FAR, wire.nowNs);
        assertNotNull(path);
        assertEquals(1400, path.mtu());
        assertEquals(200, path.hopLimit());
        Path path4 = a.host.ip().paths().find(null, IpAddress.parse("10.0.0.7"), wire.nowNs);
        assertNotNull(path4);
        assertEquals(1500, path4.mtu());
        assertEquals(64, path4.hopLimit());
        wire.run(wire.nowNs + 20 * SECOND_NS);
        wire.take();
        send(IpAddress.parse("2001:db8::77"));
        wire.run(wire.nowNs + 300 * SECOND_NS / 1000);
        assertEquals(2, solicitations(), "every 200 ms");
        wire.run(wire.nowNs + SECOND_NS);
        assertEquals(1, solicitations(), "and then no more");
        Station b = wire.station(MAC + 5).with("2001:db8::5", 64);
        wire.run(wire.nowNs + 20 * SECOND_NS);
        send(IpAddress.parse("2001:db8::5"));
        wire.run(wire.nowNs + 7 * SECOND_NS); // REACHABLE for 6 seconds at most
        wire.take();
        send(IpAddress.parse("2001:db8::5"));
        wire.run(wire.nowNs + 6 * SECOND_NS);
        assertEquals(1, solicitations(), "it is asked again 5 seconds later");
        assertEquals(MAC + 5, b.mac());
    }

    private void send(IpAddress to) {
        UdpSocket s = new Sockets(a.host).udp(true);
        assertNull(s.send(PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1), new Endpoint(to, 9), wire.nowNs));
        wire.run();
        s.close();
    }

    private long solicitations() {
        return wire.take().stream()
                .filter(f -> f.length > 54 && f[12] == (byte) 0x86 && (f[54] & 0xFF) == 135 && f[11] == (byte) MAC)
                .count();
    }

    /** So many routers and prefixes do not fill the host. */
    @Test
    void manyRoutersAndPrefixes() {
        for (int i = 0; i < 100; i++) {
            byte[] body = advertisement(1800, 86_400);
            body[42] = (byte) i;
            receive(IpAddress.parse("fe80::" + Integer.toHexString(i + 1)), ALL_NODES, 255, 134, body);
        }
        assertTrue(a.host.routes().all().size() < 60);
        assertTrue(a.on.addresses().size() < 20);
    }

    private long nextHop() {
        return nextHop(FAR);
    }

    private long nextHop(IpAddress far) {
        UdpSocket s = new Sockets(a.host).udp(far.isV6());
        assertNull(
                s.send(PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1), new Endpoint(far, 9), wire.nowNs));
        wire.run();
        int protocol = far.isV6() ? 20 : 23;
        long mac = 0;
        for (byte[] frame : wire.take()) {
            EthernetHeader h = new EthernetHeader();
            if (h.wrap(ByteBuffer.wrap(frame), 0, frame.length) && (frame[protocol] & 0xFF) == IpProtocol.UDP) {
                mac = h.destination();
            }
        }
        s.close();
        return mac;
    }

    private void redirect4(String from, String gateway, String source) {
        IpAddress own = IpAddress.parse("10.0.0.9");
        IpAddress sender = IpAddress.parse(source);
        byte[] sent = Packets.ip(sender, FAR4, IpProtocol.UDP, Packets.udp(sender, 1, FAR4, 9, new byte[8]));
        byte[] message = Packets.icmp(
                IpAddress.parse(from), own, 5, 1, IpAddress.parse(gateway).v4(), sent);
        byte[] packet = Packets.ip(IpAddress.parse(from), own, IpProtocol.ICMP, message);
        ByteBuffer frame = ByteBuffer.allocate(14 + packet.length);
        EthernetHeader.write(frame, 0, MAC, ROUTER_MAC, EthernetHeader.IPV4);
        a.receive(frame.put(14, packet).array(), wire.nowNs);
    }

    /** RFC 1122 §3.2.2.2: only from the first hop, about a packet of this host, to a neighbour. */
    @Test
    void aRouterKnowsABetterOneOfIpv4() {
        a.host.addAddress(a.on, IpAddress.parse("10.0.0.9"), 24);
        IpAddress router = IpAddress.parse("10.0.0.1");
        a.host.routes().add(new Route(new IpPrefix(IpAddress.ANY4, 0), a.on, router, 0));
        Station first = wire.station(ROUTER_MAC).with("10.0.0.1", 24);
        Station second = wire.station(ROUTER_MAC + 1).with("10.0.0.2", 24);
        wire.run(wire.nowNs + 20 * SECOND_NS);
        assertEquals(first.mac(), nextHop(FAR4));
        long before = a.host.counters().get(DropReason.ICMP_IGNORED);
        redirect4("10.0.0.2", "10.0.0.2", "10.0.0.9"); // not the first hop
        redirect4("10.0.0.1", "192.0.2.1", "10.0.0.9"); // not to a neighbour
        redirect4("10.0.0.1", "10.0.0.9", "10.0.0.9"); // to this host
        redirect4("10.0.0.1", "10.0.0.2", "10.0.0.7"); // not about a packet of this host
        assertEquals(before + 4, a.host.counters().get(DropReason.ICMP_IGNORED));
        assertEquals(first.mac(), nextHop(FAR4));
        redirect4("10.0.0.1", "10.0.0.2", "10.0.0.9");
        assertEquals(second.mac(), nextHop(FAR4));
        assertEquals(first.mac(), nextHop(IpAddress.parse("198.51.100.8"))); // others go as before
        wire.unplug(second);
        wire.run(wire.nowNs + 60 * SECOND_NS);
        nextHop(FAR4);
        wire.run(wire.nowNs + 20 * SECOND_NS); // it does not answer
        assertEquals(first.mac(), nextHop(FAR4));
    }

    private static byte[] redirect(IpAddress target, long mac) {
        ByteBuffer b = ByteBuffer.allocate(36 + 8);
        b.putLong(4, target.hi()).putLong(12, target.lo()).putLong(20, FAR.hi()).putLong(28, FAR.lo());
        b.putShort(36, (short) 0x0201).putShort(38, (short) (mac >>> 32)).putInt(40, (int) mac);
        return b.array();
    }

    @Test
    void aRouterKnowsABetterOne() {
        advertise(1800, 86_400);
        assertEquals(ROUTER_MAC, nextHop());
        IpAddress better = IpAddress.parse("fe80::2");
        // not from somebody who is not the next hop, not by way of a router, not to what is no router
        receive(IpAddress.parse("fe80::9"), OWN, 255, 137, redirect(better, MAC + 9));
        receive(ROUTER, OWN, 64, 137, redirect(better, MAC + 9));
        receive(ROUTER, OWN, 255, 137, redirect(IpAddress.parse("2001:db8::2"), MAC + 9));
        assertEquals(ROUTER_MAC, nextHop());
        receive(ROUTER, OWN, 255, 137, redirect(better, ROUTER_MAC + 1));
        assertEquals(ROUTER_MAC + 1, nextHop());
        // it does not answer: the router is asked again
        wire.run(wire.nowNs + 20 * SECOND_NS);
        assertEquals(0, a.neighbors().macOf(AddressKey.hi(better), AddressKey.lo(better)));
    }
}
