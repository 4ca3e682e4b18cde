package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A router says that IPv6 packets are to be smaller (RFC 4861 §6.3.4): what is open already follows. */
class NarrowerLinkTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MAC_A = 0x0200_0000_000AL;
    private static final long MAC_B = 0x0200_0000_000BL;
    private static final IpAddress ROUTER = IpAddress.parse("fe80::1");
    private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
    private static final int PORT = 80;
    private static final int NARROW = 1400;
    private static final int OCTETS = 60_000;

    private final EthernetWire wire = new EthernetWire();
    private final Station a = wire.station(MAC_A).with("10.0.0.1", 24).with("fd00::1", 64);
    private final Station b = wire.station(MAC_B).with("10.0.0.2", 24).with("fd00::2", 64);

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

    private void advertise(int mtu) {
        ByteBuffer body = ByteBuffer.allocate(12 + 8);
        body.putInt(0, 64 << 24 | 1800).putShort(12, (short) 0x0501).putInt(16, mtu);
        byte[] message = Packets.icmp(ROUTER, ALL_NODES, 134, 0, 64 << 24 | 1800, tail(body));
        byte[] packet = Packets.ip(ROUTER, ALL_NODES, IpProtocol.ICMPV6, message);
        packet[7] = (byte) 255;
        ByteBuffer frame = ByteBuffer.allocate(EthernetHeader.LENGTH + packet.length);
        EthernetHeader.write(frame, 0, 0x3333_0000_0001L, 0x0200_0000_0001L, EthernetHeader.IPV6);
        a.receive(frame.put(EthernetHeader.LENGTH, packet).array(), wire.nowNs);
    }

    private static byte[] tail(ByteBuffer body) {
        byte[] tail = new byte[body.capacity() - 4];
        body.get(4, tail);
        return tail;
    }

    private static IpAddress address(int host, boolean ipv6) {
        return IpAddress.parse((ipv6 ? "fd00::" : "10.0.0.") + host);
    }

    /** The largest packet that a station has sent since the last time. */
    private int largest(long mac) {
        int largest = 0;
        for (byte[] frame : wire.take()) {
            boolean its = (ByteBuffer.wrap(frame).getLong(4) & 0xFFFF_FFFF_FFFFL) == mac; // the source of a frame
            largest = its ? Math.max(largest, frame.length - EthernetHeader.LENGTH) : largest;
        }
        return largest;
    }

    private void transfer(TcpSocket from, TcpSocket to) {
        ByteBuffer data = ByteBuffer.allocate(OCTETS);
        ByteBuffer sink = ByteBuffer.allocate(OCTETS);
        int received = 0;
        for (int i = 0; i < 1000 && received < OCTETS; i++) {
            from.write(data);
            wire.run(wire.nowNs + SECOND_NS / 100);
            received += Math.max(0, to.read(sink.clear()));
        }
        assertEquals(OCTETS, received);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOpenConnection(boolean ipv6) {
        TcpListener listener = new Sockets(b.host).listener();
        assertNull(listener.bind(new Endpoint(address(2, ipv6), PORT)));
        assertNull(listener.listen(4));
        TcpSocket client = new Sockets(a.host).tcp();
        client.connect(new Endpoint(address(2, ipv6), PORT), wire.nowNs);
        wire.run(wire.nowNs + SECOND_NS);
        TcpSocket server = listener.accept();
        assertNotNull(server);
        transfer(client, server);
        assertEquals(1500, largest(MAC_A));
        advertise(NARROW);
        transfer(client, server);
        assertEquals(ipv6 ? NARROW : 1500, largest(MAC_A));
        transfer(server, client);
        assertEquals(1500, largest(MAC_B), "nobody has told the other");
        advertise(1500); // what the path carries is found out as ever: RFC 8201 §4
        transfer(client, server);
        assertEquals(ipv6 ? NARROW : 1500, largest(MAC_A));
        assertEquals(0, a.host.counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED));
        client.abort(wire.nowNs);
        server.abort(wire.nowNs);
        listener.close(wire.nowNs);
        wire.run();
    }

    /** RFC 8899 §5.1.2: MAX_PLPMTU is no more than the link carries. */
    @Test
    void aSearchWithUdpOptions() {
        UdpSocket to = new Sockets(b.host).udp(true);
        assertNull(to.bind(new Endpoint(address(2, true), PORT)));
        to.options().optionReception = OptionReception.PROCESS;
        to.options().answerProbes = true;
        UdpSocket from = new Sockets(a.host).udp(true);
        from.options().optionReception = OptionReception.PROCESS;
        assertNull(from.connect(new Endpoint(address(2, true), PORT), wire.nowNs));
        assertNull(from.startPathMtuDiscovery(DplpmtudConfig.STANDARD, wire.nowNs));
        wire.run(wire.nowNs + 20 * SECOND_NS);
        Dplpmtud search = from.pathMtuDiscovery();
        assertNotNull(search);
        assertEquals(1500, search.plpmtu());
        assertEquals(1500 - 48, from.maxPayload(wire.nowNs));
        wire.take();
        advertise(NARROW);
        assertEquals(NARROW, search.plpmtu());
        assertEquals(NARROW - 48, from.maxPayload(wire.nowNs));
        wire.run(wire.nowNs + 700 * SECOND_NS); // confirmed, and raised
        assertEquals(NARROW, search.plpmtu());
        assertEquals(Dplpmtud.State.SEARCH_COMPLETE, search.state());
        assertEquals(NARROW, largest(MAC_A));
        from.close();
        to.close();
        wire.run();
    }
}
