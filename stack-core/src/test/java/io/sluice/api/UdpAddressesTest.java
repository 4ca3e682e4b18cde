package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.ip.PortRange;
import io.sluice.udp.SendOptions;
import io.sluice.wire.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a socket may have, and which datagrams are for it (RFC 1122 §4.1.3.5). */
final class UdpAddressesTest extends TwoUdpHosts {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyListens(boolean ipv6) {
        UdpSocket client = socketsA.udp(ipv6);
        check(client.connect(endpoint(OneHost.peer(ipv6)), 0));
        check(client.send(buffer(100), 0));
        OneHost.exchange(a, b);
        b.expect(DropReason.UDP_NO_PORT, 1)
                .expect(Counter.UDP_DATAGRAMS_IN, 1)
                .expect(Counter.ICMP_ERRORS_OUT, 1)
                .assertCounters();
        assertSame(client, socketsA.pollReady());
        assertEquals(Readiness.WRITABLE | Readiness.ERROR, client.readiness());
        ByteBuf next = buffer(1);
        assertEquals(SocketError.CONNECTION_REFUSED, client.send(next, 0), "the pending error comes first");
        check(client.send(next, 0));
        assertNull(client.takeError());
        a.expect(Counter.UDP_DATAGRAMS_OUT, 1).expect(Counter.ICMP_ERRORS_IN, 1).assertCounters();
    }

    @Test
    void errorsAreForConnectedSocketsOnly() {
        UdpSocket client = socketsA.udp(false);
        send(client, 1, endpoint(OneHost.PEER4));
        OneHost.exchange(a, b);
        assertNull(client.takeError());
        assertNull(socketsA.pollReady());
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() {
        UdpSocket client = bound(socketsA, OneHost.OWN4);
        check(client.connect(new Endpoint(OneHost.PEER4, 9), 0));
        assertEquals(new Endpoint(OneHost.OWN4, PORT), client.localEndpoint());
        assertEquals(new Endpoint(OneHost.PEER4, 9), client.remoteEndpoint());
        UdpSocket server = bound(socketsB, OneHost.PEER4);
        send(server, 1, endpoint(OneHost.OWN4));
        OneHost.exchange(a, b);
        assertFalse(client.receive(received));
        client.disconnect();
        send(server, 2, endpoint(OneHost.OWN4));
        OneHost.exchange(a, b);
        assertEquals(2, receive(client).length);
        assertNull(client.remoteEndpoint());
        a.expect(DropReason.UDP_NO_PORT, 1)
                .expect(Counter.UDP_DATAGRAMS_IN, 2)
                .expect(Counter.ICMP_ERRORS_OUT, 1)
                .assertCounters();
    }

    @Test
    void theMostSpecificSocketWins() {
        UdpSocket any6 = socketsB.udp(true);
        any6.options().reuseAddress = true;
        UdpSocket any4 = socketsB.udp(false);
        any4.options().reuseAddress = true;
        UdpSocket specific = socketsB.udp(false);
        specific.options().reuseAddress = true;
        UdpSocket connected = socketsB.udp(false);
        connected.options().reuseAddress = true;
        check(any6.bind(endpoint(IpAddress.ANY6)));
        check(any4.bind(endpoint(IpAddress.ANY4)));
        check(specific.bind(endpoint(OneHost.PEER4)));
        check(connected.bind(endpoint(OneHost.PEER4)));
        UdpSocket client = bound(socketsA, OneHost.OWN4);
        check(connected.connect(endpoint(OneHost.OWN4), 0));
        for (UdpSocket expected : List.of(connected, specific, any4, any6)) {
            send(client, 3, endpoint(OneHost.PEER4));
            OneHost.exchange(a, b);
            assertEquals(3, receive(expected).length);
            expected.close();
        }
    }

    @Test
    void aDualSocketSpeaksBothFamilies() {
        UdpSocket server = bound(socketsB, IpAddress.ANY6);
        send(socketsA.udp(false), 4, endpoint(OneHost.PEER4));
        send(socketsA.udp(true), 6, endpoint(OneHost.PEER6));
        OneHost.exchange(a, b);
        assertEquals(4, receive(server).length);
        assertEquals(OneHost.OWN4, received.source());
        send(server, 44, new Endpoint(IpAddress.parse("::ffff:10.0.0.1"), received.sourcePort()));
        assertEquals(6, receive(server).length);
        assertEquals(OneHost.OWN6, received.source());
        assertEquals(0x45, b.transmitOne()[0]);
    }

    @Test
    void aSocketForIpv6Only() {
        UdpSocket server = socketsB.udp(true);
        server.options().v6Only = true;
        check(server.bind(endpoint(IpAddress.ANY6)));
        bound(socketsB, IpAddress.ANY4); // no conflict
        ByteBuf payload = buffer(1);
        assertEquals(SocketError.NETWORK_UNREACHABLE, server.send(payload, endpoint(OneHost.OWN4), 0));
        payload.release();
        UdpSocket mapped = socketsB.udp(true);
        mapped.options().v6Only = true;
        assertEquals(SocketError.FAMILY_NOT_SUPPORTED, mapped.bind(endpoint(OneHost.PEER4)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0, true", "0.0.0.0, 10.0.0.1, true", "10.0.0.1, 0.0.0.0, true", "10.0.0.1, 10.0.0.1, true",
        "::, 0.0.0.0, true", "0.0.0.0, ::, true", "::, 10.0.0.1, true", "fd00::1, 0.0.0.0, false",
        "10.0.0.1, 10.0.0.255, false", "fd00::1, 10.0.0.1, false", "fd00::1, ::, true"
    })
    void addressesInUse(String first, String second, boolean conflict) {
        UdpSocket one = bound(socketsA, IpAddress.parse(first));
        UdpSocket two = socketsA.udp(second.contains(":"));
        assertEquals(conflict ? SocketError.ADDRESS_IN_USE : null, two.bind(endpoint(IpAddress.parse(second))));
        one.options().reuseAddress = true;
        UdpSocket three = socketsA.udp(second.contains(":"));
        three.options().reuseAddress = true;
        if (conflict) {
            check(three.bind(endpoint(IpAddress.parse(second))));
            one.close();
        }
    }

    @Test
    void addressesThatAreNotOurs() {
        UdpSocket socket = socketsA.udp(false);
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, socket.bind(endpoint(OneHost.PEER4)));
        assertEquals(SocketError.FAMILY_NOT_SUPPORTED, socket.bind(endpoint(OneHost.OWN6)));
        check(socket.bind(endpoint(OneHost.OWN4)));
        assertEquals(SocketError.INVALID_ARGUMENT, socket.bind(endpoint(OneHost.OWN4)));
    }

    @Test
    void destinationsThatMakeNoSense() {
        UdpSocket socket = socketsA.udp(false);
        ByteBuf p = buffer(1);
        assertEquals(SocketError.DESTINATION_REQUIRED, socket.send(p, 0));
        assertEquals(SocketError.INVALID_ARGUMENT, socket.send(p, new Endpoint(OneHost.PEER4, 0), 0));
        assertEquals(SocketError.INVALID_ARGUMENT, socket.send(p, endpoint(IpAddress.ANY4), 0));
        assertEquals(SocketError.FAMILY_NOT_SUPPORTED, socket.send(p, endpoint(OneHost.PEER6), 0));
        assertEquals(SocketError.NETWORK_UNREACHABLE, socket.send(p, endpoint(IpAddress.parse("192.0.2.1")), 0));
        assertEquals(SocketError.PERMISSION_DENIED, socket.send(p, endpoint(IpAddress.parse("10.0.0.255")), 0));
        assertEquals(SocketError.PERMISSION_DENIED, socket.send(p, endpoint(IpAddress.parse("255.255.255.255")), 0));
        SendOptions notMine = new SendOptions(OneHost.PEER4, SendOptions.DEFAULT, SendOptions.DEFAULT);
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, socket.send(p, endpoint(OneHost.PEER4), notMine, 0));
        p.release();
        assertNull(socket.localEndpoint());
    }

    @Test
    void broadcastsReachEverySocketThatIsBoundToThem() {
        UdpSocket one = socketsB.udp(false);
        one.options().reuseAddress = true;
        UdpSocket two = socketsB.udp(false);
        two.options().reuseAddress = true;
        UdpSocket unicastOnly = socketsB.udp(false);
        unicastOnly.options().reuseAddress = true;
        check(one.bind(endpoint(IpAddress.ANY4)));
        check(two.bind(endpoint(IpAddress.parse("10.0.0.255"))));
        check(unicastOnly.bind(endpoint(OneHost.PEER4)));
        UdpSocket client = socketsA.udp(false);
        client.options().broadcast = true;
        send(client, 9, endpoint(IpAddress.parse("10.0.0.255")));
        OneHost.exchange(a, b);
        assertEquals(9, receive(one).length);
        assertEquals(9, receive(two).length);
        assertFalse(unicastOnly.receive(received));
        b.expect(Counter.UDP_DATAGRAMS_IN, 1).assertCounters();
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.7.7.7", "ff02::77"})
    void groupsReachTheirMembers(String text) {
        IpAddress group = IpAddress.parse(text);
        boolean v6 = group.isV6();
        UdpSocket member = socketsB.udp(v6);
        member.options().reuseAddress = true;
        UdpSocket stranger = socketsB.udp(v6);
        stranger.options().reuseAddress = true;
        IpAddress any = v6 ? IpAddress.ANY6 : IpAddress.ANY4;
        check(member.bind(endpoint(any)));
        check(stranger.bind(endpoint(any)));
        check(member.join(b.on, group));
        assertEquals(SocketError.ADDRESS_IN_USE, member.join(b.on, group));
        UdpSocket client = socketsA.udp(v6);
        send(client, 8, endpoint(group));
        OneHost.exchange(a, b);
        assertEquals(8, receive(member).length);
        assertEquals(group, received.destination());
        assertEquals(1, received.hopLimit());
        assertFalse(stranger.receive(received));
        check(member.leave(b.on, group));
        assertEquals(SocketError.ADDRESS_NOT_AVAILABLE, member.leave(b.on, group));
        send(client, 8, endpoint(group));
        OneHost.exchange(a, b);
        b.expect(Counter.UDP_DATAGRAMS_IN, 1).expect(DropReason.IP_NOT_LOCAL, 1).assertCounters();
    }

    @Test
    void socketsThatShareAPortShareItsSenders() {
        int[] got = new int[4];
        UdpSocket[] sharing = new UdpSocket[got.length];
        for (int i = 0; i < sharing.length; i++) {
            sharing[i] = socketsB.udp(false);
            sharing[i].options().reusePort = true;
            check(sharing[i].bind(endpoint(OneHost.PEER4)));
        }
        for (int i = 0; i < 100; i++) {
            UdpSocket client = socketsA.udp(false);
            send(client, 1, endpoint(OneHost.PEER4));
            send(client, 2, endpoint(OneHost.PEER4));
            OneHost.exchange(a, b);
            for (int s = 0; s < sharing.length; s++) {
                while (sharing[s].receive(received)) {
                    got[s]++;
                }
                assertEquals(0, got[s] % 2, "both datagrams of a sender went to the same socket");
            }
            client.close();
        }
        for (int each : got) {
            assertTrue(each > 0, () -> Arrays.toString(got));
        }
        b.expect(Counter.UDP_DATAGRAMS_IN, 200).assertCounters();
    }

    @Test
    void portsOfTheHostsChoice() {
        UdpSocket socket = socketsA.udp(false);
        check(socket.bind(new Endpoint(IpAddress.ANY4, 0)));
        Endpoint local = socket.localEndpoint();
        assertNotNull(local);
        assertTrue(local.port() >= PortRange.DYNAMIC.first());
        int ports = 65_536 - PortRange.DYNAMIC.first();
        for (int i = 1; i < ports; i++) {
            check(socketsA.udp(false).bind(new Endpoint(IpAddress.ANY4, 0)));
        }
        assertEquals(SocketError.ADDRESS_IN_USE, socketsA.udp(false).bind(new Endpoint(IpAddress.ANY4, 0)));
        socket.close();
        UdpSocket last = socketsA.udp(false);
        check(last.bind(new Endpoint(IpAddress.ANY4, 0)));
        assertEquals(local, last.localEndpoint());
    }
}
