package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.EthernetWire.Station;
import io.sluice.host.OneHost;
import io.sluice.link.Path;
import io.sluice.tcp.TcpState;
import io.sluice.wire.AddressKey;
import io.sluice.wire.ArpHeader;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts on an Ethernet, in virtual time: who is asked for, believed, doubted and forgotten (RFC 826, RFC 4861 §7). */
class NeighborsTest extends TwoStations {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theFirstPacketWaitsForTheAnswer(boolean ipv6) {
        settle();
        UdpSocket from = bound(a, ipv6);
        UdpSocket to = bound(b, ipv6);
        send(from, address(2, ipv6), 1);
        send(from, address(2, ipv6), 2);
        wire.run();
        assertEquals(1, receive(to));
        assertEquals(2, receive(to));
        assertEquals(MAC_B, mac(a, address(2, ipv6)));
        assertEquals(MAC_A, mac(b, address(1, ipv6))); // who asks is known
        assertEquals(0, a.neighbors().unresolved());
        assertEquals(4, wire.take().size());
        send(from, address(2, ipv6), 3);
        wire.run();
        assertEquals(3, receive(to));
        assertEquals(1, wire.take().size()); // it is known now
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoDoesNotAnswerIsAskedThreeTimes(boolean ipv6) {
        settle();
        UdpSocket from = bound(a, ipv6);
        for (int i = 0; i < 5; i++) {
            send(from, address(77, ipv6), i);
        }
        wire.run(wire.nowNs + 2500 * SECOND_NS / 1000);
        assertEquals(3, wire.take().size());
        assertEquals(1, a.neighbors().unresolved());
        assertEquals(2, a.host.counters().get(Counter.NEIGHBOR_QUEUE_DROPS));
        wire.run(wire.nowNs + SECOND_NS);
        assertEquals(0, a.neighbors().size());
        assertEquals(1, a.host.counters().get(Counter.NEIGHBORS_UNREACHABLE));
    }

    /** RFC 4861 §7.2.2: after three questions, about three seconds, and not when the connection would give up by itself. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoWantsToConnectIsToldThatNobodyIsThere(boolean ipv6) {
        settle();
        Sockets sockets = new Sockets(a.host);
        TcpSocket direct = sockets.tcp();
        assertEquals(SocketError.IN_PROGRESS, direct.connect(new Endpoint(address(77, ipv6), 80), wire.nowNs));
        IpAddress far = IpAddress.parse(ipv6 ? "2001:db8::9" : "192.0.2.9");
        a.host.routes().add(new Route(new IpPrefix(far, ipv6 ? 32 : 24), a.on, address(78, ipv6), 0));
        TcpSocket routed = sockets.tcp();
        assertEquals(SocketError.IN_PROGRESS, routed.connect(new Endpoint(far, 80), wire.nowNs));
        wire.run(wire.nowNs + 29 * SECOND_NS / 10);
        assertTrue(direct.isOpening() && routed.isOpening());
        wire.run(wire.nowNs + SECOND_NS / 5);
        for (TcpSocket s : new TcpSocket[] {direct, routed}) {
            assertFalse(s.isOpening());
            assertEquals(SocketError.HOST_UNREACHABLE, s.takeError());
            s.close(wire.nowNs);
        }
    }

    /** RFC 4861 §7.3.1: acknowledgments of data show that the neighbour is there, and nobody asks. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNeighbourThatAcknowledgesIsNotAsked(boolean ipv6) {
        settle();
        TcpListener listener = new Sockets(b.host).listener();
        assertNull(listener.bind(new Endpoint(address(2, ipv6), 80)));
        assertNull(listener.listen(4));
        TcpSocket client = new Sockets(a.host).tcp();
        client.connect(new Endpoint(address(2, ipv6), 80), wire.nowNs);
        wire.run();
        TcpSocket server = listener.accept();
        assertNotNull(server);
        wire.run(wire.nowNs + SECOND_NS);
        wire.take();
        for (int i = 0; i < 200; i++) {
            client.write(ByteBuffer.wrap(new byte[] {5}));
            wire.run(wire.nowNs + SECOND_NS);
        }
        assertEquals(200, server.readableBytes());
        assertEquals(0, wire.take().stream().filter(NeighborsTest::isQuestion).count());
        wire.run(wire.nowNs + 120 * SECOND_NS); // it is believed for as long as ever afterwards
        client.write(ByteBuffer.wrap(new byte[] {5}));
        wire.run(wire.nowNs + SECOND_NS);
        assertEquals(MAC_B, mac(a, address(2, ipv6)));
        client.abort(wire.nowNs);
        server.abort(wire.nowNs);
        listener.close(wire.nowNs);
        wire.run();
    }

    /** Acknowledgments of what went to the right neighbour prove nothing of a MAC address that somebody has spoofed since. */
    @Test
    void progressProvesNoSpoofedAddress() {
        settle();
        bound(b, false); // it answers nothing
        UdpSocket from = bound(a, false);
        send(from, address(2, false), 1);
        wire.run(wire.nowNs + 2 * SECOND_NS);
        Path to = Objects.requireNonNull(a.host.ip().paths().find(null, address(2, false), wire.nowNs));
        a.neighbors().onForwardProgress(to, wire.nowNs);
        a.receive(arp(ArpHeader.REQUEST, MAC_C, address(2, false), MAC_A, address(1, false)), wire.nowNs);
        assertEquals(MAC_C, mac(a, address(2, false)), "it may have moved: that is tried");
        a.neighbors().onForwardProgress(to, wire.nowNs);
        send(from, address(2, false), 2);
        wire.run(wire.nowNs + 9 * SECOND_NS); // DELAY, and three probes without an answer
        assertEquals(0, mac(a, address(2, false)));
        send(from, address(2, false), 3);
        wire.run();
        assertEquals(MAC_B, mac(a, address(2, false)));
    }

    private static boolean isQuestion(byte[] frame) {
        boolean arp = frame[12] == 8 && frame[13] == 6;
        return arp ? frame[21] == ArpHeader.REQUEST : frame.length > 54 && frame[54] == (byte) 135;
    }

    /** An open connection survives it: the neighbour may come back. */
    @Test
    void anOpenConnectionIsNotEnded() {
        settle();
        TcpListener listener = new Sockets(b.host).listener();
        assertNull(listener.bind(new Endpoint(address(2, false), 80)));
        assertNull(listener.listen(4));
        TcpSocket client = new Sockets(a.host).tcp();
        client.connect(new Endpoint(address(2, false), 80), wire.nowNs);
        wire.run();
        TcpSocket server = listener.accept();
        assertNotNull(server);
        wire.deaf(b, true);
        wire.run(wire.nowNs + 60 * SECOND_NS);
        client.write(ByteBuffer.wrap(new byte[] {5}));
        wire.run(wire.nowNs + 60 * SECOND_NS);
        assertEquals(0, mac(a, address(2, false)));
        assertEquals(TcpState.ESTABLISHED, client.state());
        assertEquals(SocketError.HOST_UNREACHABLE, client.softError());
        wire.deaf(b, false);
        wire.run(wire.nowNs + 60 * SECOND_NS);
        assertEquals(1, server.readableBytes());
        client.abort(wire.nowNs);
        server.abort(wire.nowNs);
        listener.close(wire.nowNs);
        wire.run();
    }

    /** RFC 4861 §7.3: REACHABLE for about 30 seconds, then STALE; used again, it is probed by unicast after 5. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNeighbourIsProbedWhenItIsUsedAgain(boolean ipv6) {
        settle();
        UdpSocket from = bound(a, ipv6);
        bound(b, ipv6);
        send(from, address(2, ipv6), 1);
        wire.run(wire.nowNs + 60 * SECOND_NS);
        wire.take();
        wire.run(wire.nowNs + 600 * SECOND_NS);
        assertEquals(0, wire.take().size()); // nobody asks about who is not used
        send(from, address(2, ipv6), 2);
        wire.run(wire.nowNs + 4 * SECOND_NS);
        assertEquals(1, wire.take().size());
        wire.run(wire.nowNs + 2 * SECOND_NS);
        assertTrue(wire.take().size() >= 2); // the question and its answer
        assertEquals(MAC_B, mac(a, address(2, ipv6)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNeighbourThatIsGoneIsForgotten(boolean ipv6) {
        settle();
        UdpSocket from = bound(a, ipv6);
        send(from, address(2, ipv6), 1);
        wire.run(wire.nowNs + 60 * SECOND_NS);
        wire.unplug(b);
        send(from, address(2, ipv6), 2);
        wire.run(wire.nowNs + 9 * SECOND_NS);
        assertEquals(0, mac(a, address(2, ipv6)));
        assertEquals(1, a.host.counters().get(Counter.NEIGHBORS_UNREACHABLE));
        // another takes its place
        Station c = wire.station(MAC_C).with(address(2, ipv6).toString(), ipv6 ? 64 : 24);
        UdpSocket to = bound(c, ipv6);
        send(from, address(2, ipv6), 3);
        wire.run();
        assertEquals(3, receive(to));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsGoToTheGatewayOfTheirRoute(boolean ipv6) {
        settle();
        IpAddress far = IpAddress.parse(ipv6 ? "2001:db8::9" : "192.0.2.9");
        a.host.routes().add(new Route(new IpPrefix(far, ipv6 ? 32 : 24), a.on, address(2, ipv6), 0));
        long before = b.host.counters().get(DropReason.IP_NOT_LOCAL);
        send(bound(a, ipv6), far, 1);
        wire.run();
        assertEquals(MAC_B, mac(a, address(2, ipv6)));
        assertEquals(0, mac(a, far));
        assertEquals(before + 1, b.host.counters().get(DropReason.IP_NOT_LOCAL)); // it arrived there
    }

    /** RFC 6583: so many addresses that nobody has cost no more than their bound, and push out nobody who is known. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyUnknownNeighboursPushOutNoKnownOne(boolean ipv6) {
        settle();
        UdpSocket from = bound(a, ipv6);
        send(from, address(2, ipv6), 1);
        wire.run();
        for (int i = 0; i < 200; i++) {
            send(from, IpAddress.parse(ipv6 ? "fd00::" + Integer.toHexString(0x1000 + i) : "10.0.0." + (50 + i)), 1);
            a.host.transmit(1 << 20, wire.nowNs);
        }
        assertEquals(NeighborLimits.DEFAULT.maxUnresolved(), a.neighbors().unresolved());
        assertEquals(MAC_B, mac(a, address(2, ipv6)));
        wire.run(wire.nowNs + 5 * SECOND_NS);
        assertEquals(0, a.neighbors().unresolved());
    }

    private byte[] arp(int operation, long senderMac, IpAddress sender, long toMac, IpAddress target) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        EthernetHeader.write(frame, 0, toMac, senderMac, EthernetHeader.ARP);
        ArpHeader.write(frame, 14, operation, senderMac, sender.v4(), 0, target.v4());
        return frame.array();
    }

    /** Who only introduces himself pushes out nobody who is being asked. */
    @Test
    void manyWhoAskPushOutNobodyWhoIsAsked() {
        settle();
        UdpSocket from = bound(a, false);
        int asked = NeighborLimits.DEFAULT.maxUnresolved();
        for (int i = 0; i < asked; i++) {
            send(from, address(50 + i, false), 1);
            a.host.transmit(1 << 20, wire.nowNs);
        }
        for (int i = 0; i < 100; i++) {
            a.receive(arp(ArpHeader.REQUEST, MAC_C, address(150 + i, false), MAC_A, address(1, false)), wire.nowNs);
        }
        assertEquals(asked, a.neighbors().unresolved());
        assertEquals(asked + 100, a.neighbors().size());
    }

    /** The source of a solicitation says that a group is its MAC address: it is not answered there. */
    @Test
    void aGroupIsNobodysMacAddress() {
        settle();
        IpAddress stranger = address(9, true);
        IpAddress group = IpAddress.parse("ff02::1:ff00:1");
        ByteBuffer body = ByteBuffer.allocate(20 + 8);
        body.putLong(4, address(1, true).hi()).putLong(12, address(1, true).lo());
        body.putShort(20, (short) 0x0101).putShort(22, (short) 0x3333).putInt(24, 1);
        byte[] message = Packets.icmp(stranger, group, 135, 0, 0, OneHost.tail(body.array(), 4));
        byte[] packet = Packets.ip(stranger, group, IpProtocol.ICMPV6, message);
        packet[7] = (byte) 255;
        ByteBuffer frame = ByteBuffer.allocate(EthernetHeader.LENGTH + packet.length);
        EthernetHeader.write(frame, 0, 0x3333_FF00_0001L, MAC_C, EthernetHeader.IPV6);
        frame.put(EthernetHeader.LENGTH, packet);
        long before = a.host.counters().get(Counter.PACKETS_DELIVERED);
        a.receive(frame.array(), wire.nowNs);
        assertEquals(before + 1, a.host.counters().get(Counter.PACKETS_DELIVERED));
        wire.run();
        assertEquals(0, wire.take().size());
        assertEquals(0, mac(a, stranger));
    }

    @Test
    void limitsThatAreNone() {
        for (int[] n : new int[][] {{0, 0, 3, 3}, {10, 0, 3, 3}, {10, 11, 3, 3}, {10, 10, 0, 3}, {10, 10, 3, 0}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new NeighborLimits(n[0], n[1], n[2], SECOND_NS, SECOND_NS, SECOND_NS, n[3]));
        }
        for (long[] t : new long[][] {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}, {1, Long.MAX_VALUE, 1}}) {
            assertThrows(IllegalArgumentException.class, () -> new NeighborLimits(10, 10, 1, t[0], t[1], t[2], 1));
        }
    }

    /** Nothing is believed that nobody asked for: not of strangers, and not of neighbours just heard of. */
    @Test
    void spoofedArp() {
        settle();
        a.receive(arp(ArpHeader.REPLY, MAC_C, address(9, false), MAC_A, address(1, false)), wire.nowNs);
        a.receive(
                arp(ArpHeader.REQUEST, MAC_C, address(9, false), EthernetHeader.BROADCAST, address(9, false)),
                wire.nowNs);
        assertEquals(0, a.neighbors().size());
        UdpSocket from = bound(a, false);
        UdpSocket to = bound(b, false);
        send(from, address(2, false), 1);
        wire.run();
        assertEquals(1, receive(to));
        a.receive(arp(ArpHeader.REPLY, MAC_C, address(2, false), MAC_A, address(1, false)), wire.nowNs);
        assertEquals(MAC_B, mac(a, address(2, false)));
        // later, it may have moved; but it has to answer there, or the old address is found again
        wire.run(wire.nowNs + 2 * SECOND_NS);
        a.receive(arp(ArpHeader.REPLY, MAC_C, address(2, false), MAC_A, address(1, false)), wire.nowNs);
        send(from, address(2, false), 2);
        wire.run(wire.nowNs + 10 * SECOND_NS);
        send(from, address(2, false), 3);
        wire.run();
        assertEquals(MAC_B, mac(a, address(2, false)));
    }

    @Test
    void brokenMessages() {
        settle();
        byte[] arp = arp(ArpHeader.REQUEST, MAC_C, address(9, false), MAC_A, address(1, false));
        for (int length = 0; length < 42; length++) {
            a.receive(Arrays.copyOf(arp, length), wire.nowNs);
        }
        byte[] fromGroup =
                arp(ArpHeader.REQUEST, EthernetHeader.BROADCAST, address(9, false), MAC_A, address(1, false));
        a.receive(fromGroup, wire.nowNs);
        byte[] notMine = arp(ArpHeader.REQUEST, MAC_C, address(9, false), MAC_B, address(1, false));
        a.receive(notMine, wire.nowNs);
        byte[] vlan = arp.clone();
        vlan[12] = (byte) 0x81;
        a.receive(vlan, wire.nowNs);
        assertEquals(0, a.neighbors().size());
        assertEquals(13, a.host.counters().get(DropReason.ETHERNET_MALFORMED));
        assertEquals(29, a.host.counters().get(DropReason.ARP_MALFORMED));
        assertEquals(1, a.host.counters().get(DropReason.ETHERNET_NOT_LOCAL));
        assertEquals(1, a.host.counters().get(DropReason.ETHERNET_TYPE_UNKNOWN));
    }

    /** RFC 4862 §5.4, RFC 5227 §2.1: an address that another has is given up; the other keeps it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDuplicateAddressIsGivenUp(boolean ipv6) {
        settle();
        Station c = wire.station(MAC_C).with(address(1, ipv6).toString(), ipv6 ? 64 : 24);
        wire.run(wire.nowNs + 5 * SECOND_NS);
        assertEquals(0, c.on.addresses().size());
        assertEquals(1, c.host.counters().get(Counter.ADDRESS_CONFLICTS));
        assertEquals(2, a.on.addresses().size());
    }

    /** Two that want the same address at the same time: neither gets it. */
    @Test
    void twoWantTheSameAddress() {
        settle();
        Station c = wire.station(MAC_C).with("fd00::7", 64);
        Station d = wire.station(MAC_C + 1).with("fd00::7", 64);
        wire.run(wire.nowNs + 5 * SECOND_NS);
        assertTrue(c.on.addresses().isEmpty() && d.on.addresses().isEmpty());
    }

    /** RFC 5227 §2.4: an address that is in use is defended, but not faster than the other claims it. */
    @Test
    void anAddressIsDefended() {
        settle();
        for (int i = 0; i < 10; i++) {
            a.receive(
                    arp(ArpHeader.REQUEST, MAC_C, address(1, false), EthernetHeader.BROADCAST, address(1, false)),
                    wire.nowNs);
        }
        a.host.transmit(1 << 20, wire.nowNs);
        assertEquals(1, wire.take().size());
        assertEquals(10, a.host.counters().get(Counter.ADDRESS_CONFLICTS));
        assertFalse(a.on.addresses().isEmpty());
    }

    @Test
    void groupsHaveTheirMacAddresses() {
        assertEquals(0x0100_5E7F_FFFFL, group("239.255.255.255"));
        assertEquals(0x3333_FF00_0001L, group("ff02::1:ff00:1"));
        assertEquals(EthernetHeader.BROADCAST, group("255.255.255.255"));
        assertEquals("02:00:00:00:00:0a", EthernetHeader.text(MAC_A));
    }

    private static long group(String address) {
        IpAddress a = IpAddress.parse(address);
        return EthernetHeader.ofGroup(AddressKey.hi(a), AddressKey.lo(a));
    }
}
