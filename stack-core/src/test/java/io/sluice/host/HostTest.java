package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.event.StackEvents;
import io.sluice.ip.Packets;
import io.sluice.time.Deadline;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host as its driver sees it: turns, events, addresses, and the way to itself. */
final class HostTest {
    /** Notes what a recorder would. */
    private static final class Recorder implements StackEvents {
        final List<String> events = new ArrayList<>();

        @Override
        public void turnStarted(long nowNs) {
            events.add("start " + nowNs);
        }

        @Override
        public void turnEnded(long nowNs) {
            events.add("end " + nowNs);
        }

        @Override
        public void packetReceived(int lengthBytes, long nowNs) {
            events.add("packet " + lengthBytes);
        }

        @Override
        public void packetDropped(DropReason reason, long nowNs) {
            events.add("dropped " + reason);
        }
    }

    @Test
    void aTurnStartsWithItsFirstCallAndEndsWithTransmit() {
        Recorder recorder = new Recorder();
        OneHost one = new OneHost(new TestLink("test0"), b -> b.events(recorder));
        byte[] echo = Packets.icmp(OneHost.PEER4, OneHost.OWN4, 8, 0, 0, new byte[0]);
        one.nowNs = 5;
        one.receive(Packets.ip(OneHost.PEER4, OneHost.OWN4, IpProtocol.ICMP, echo));
        one.receive(new byte[] {1});
        one.host.onTimer(6);
        one.host.transmit(1000, 7);
        one.host.onTimer(8);
        one.host.transmit(1000, 8);
        assertEquals(
                List.of("start 5", "packet 28", "packet 1", "dropped IP_VERSION", "end 7", "start 8", "end 8"),
                recorder.events);
        one.link.take();
        one.close();
    }

    @Test
    void drawsAreReported() {
        List<Long> draws = new ArrayList<>();
        OneHost one = new OneHost(
                new TestLink("test0"),
                b -> b.events(new StackEvents() {
                    @Override
                    public void randomDrawn(long value) {
                        draws.add(value);
                    }
                }));
        long drawn = one.host.random().nextLong();
        assertEquals(drawn, draws.get(draws.size() - 1));
        one.close();
    }

    @Test
    void addressesComeAndGoWithTheirRoutes() {
        OneHost one = new OneHost();
        int routes = one.host.routes().all().size();
        one.host.addAddress(one.on, IpAddress.parse("10.0.0.7"), 24);
        one.host.addAddress(one.on, IpAddress.parse("192.0.2.7"), 24);
        one.host.addAddress(one.on, IpAddress.parse("192.0.2.99"), 32);
        assertEquals(routes + 1, one.host.routes().all().size());
        one.host.removeAddress(one.on, OneHost.OWN4);
        assertNotNull(one.host.routes().lookup(OneHost.PEER4), "10.0.0.7 needs it");
        one.host.removeAddress(one.on, IpAddress.parse("10.0.0.7"));
        assertNull(one.host.routes().lookup(OneHost.PEER4));
        one.receive(Packets.ip(OneHost.PEER4, OneHost.OWN4, IpProtocol.UDP, new byte[8]));
        one.expect(DropReason.IP_NOT_LOCAL, 1).assertCounters();
        one.host.removeInterface(one.on);
        assertTrue(one.host.routes().all().isEmpty());
        one.receive(Packets.ip(OneHost.PEER4, IpAddress.parse("192.0.2.7"), IpProtocol.UDP, new byte[8]));
        one.expect(DropReason.IP_NOT_LOCAL, 2).assertCounters();
        one.close();
    }

    private static void settle(OneHost one) {
        while (one.host.nextDeadlineNs() <= one.nowNs) {
            one.host.onTimer(one.nowNs);
            assertTrue(one.transmit().isEmpty(), "nothing leaves");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "fd00::1"})
    void theWayToItself(String address) {
        OneHost one = new OneHost();
        one.host.addLoopback();
        assertThrows(IllegalStateException.class, one.host::addLoopback);
        assertEquals(Deadline.NEVER, one.host.nextDeadlineNs());
        IpAddress to = IpAddress.parse(address);
        Sockets sockets = new Sockets(one.host);
        UdpSocket server = sockets.udp(to.isV6());
        assertNull(server.bind(new Endpoint(to.isV6() ? IpAddress.ANY6 : IpAddress.ANY4, 53)));
        UdpSocket client = sockets.udp(to.isV6());
        assertNull(client.connect(new Endpoint(to, 53), 0));
        assertNull(client.send(Unpooled.wrappedBuffer(Packets.payload(60_000)), 0));
        one.transmit();
        settle(one);
        UdpDatagram received = new UdpDatagram();
        assertTrue(server.receive(received), () -> one.host.counters().toString());
        assertArrayEquals(Packets.payload(60_000), ByteBufUtil.getBytes(Objects.requireNonNull(received.payload())));
        Endpoint back = new Endpoint(received.source(), received.sourcePort());
        assertNull(server.send(Unpooled.wrappedBuffer(new byte[3]), back, 0));
        one.transmit();
        settle(one);
        assertTrue(client.receive(received), () -> one.host.counters().toString());
        one.expect(Counter.UDP_DATAGRAMS_IN, 2)
                .expect(Counter.UDP_DATAGRAMS_OUT, 2)
                .expect(Counter.SEND_BYTES_COPIED, 60_003)
                .assertCounters();
        received.release();
        one.close();
    }

    @Test
    void allOfNet127() {
        OneHost one = new OneHost();
        one.host.addLoopback();
        Sockets sockets = new Sockets(one.host);
        UdpSocket server = sockets.udp(false);
        assertNull(server.bind(new Endpoint(IpAddress.ANY4, 53)));
        assertNull(sockets.udp(false).send(Unpooled.EMPTY_BUFFER, Endpoint.of("127.9.9.9", 53), 0));
        one.transmit();
        settle(one);
        UdpDatagram received = new UdpDatagram();
        assertTrue(server.receive(received), () -> one.host.counters().toString());
        assertEquals(IpAddress.parse("127.9.9.9"), received.destination());
        received.release();
        one.close();
    }

    @Test
    void loopbackAddressesStayOnTheLoopbackLink() {
        OneHost one = new OneHost();
        one.host.addLoopback();
        one.receive(Packets.ip(OneHost.PEER4, IpAddress.LOOPBACK4, IpProtocol.UDP, new byte[8]));
        one.receive(Packets.ip(OneHost.PEER6, IpAddress.LOOPBACK6, IpProtocol.UDP, new byte[8]));
        one.receive(Packets.ip(IpAddress.LOOPBACK4, OneHost.OWN4, IpProtocol.UDP, new byte[8]));
        one.expect(DropReason.IP_NOT_LOCAL, 2)
                .expect(DropReason.IP_MARTIAN_SOURCE, 1)
                .assertCounters();
        one.close();
    }

    @Test
    void tcpToItself() {
        OneHost one = new OneHost();
        one.host.addLoopback();
        Sockets sockets = new Sockets(one.host);
        TcpListener listener = sockets.listener();
        assertNull(listener.bind(new Endpoint(IpAddress.LOOPBACK4, 80)));
        assertNull(listener.listen(5));
        TcpSocket client = sockets.tcp();
        assertEquals(SocketError.IN_PROGRESS, client.connect(new Endpoint(IpAddress.LOOPBACK4, 80), 0));
        one.transmit();
        settle(one);
        TcpSocket server = listener.accept();
        assertNotNull(server);
        client.write(Unpooled.wrappedBuffer(Packets.payload(5000)), true);
        one.transmit();
        settle(one);
        ByteBuf read = server.read(10_000);
        assertNotNull(read);
        assertArrayEquals(Packets.payload(5000), ByteBufUtil.getBytes(read));
        read.release();
        one.close();
    }
}
