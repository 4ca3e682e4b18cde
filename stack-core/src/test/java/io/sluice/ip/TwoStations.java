package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.UdpSocket;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;

/** Two hosts on an Ethernet, in virtual time, for tests of what they know of each other: datagrams of an octet between them. */
class TwoStations {
    static final long SECOND_NS = 1_000_000_000L;
    static final long MAC_A = 0x0200_0000_000AL;
    static final long MAC_B = 0x0200_0000_000BL;
    static final long MAC_C = 0x0200_0000_000CL;
    static final int PORT = 9;

    final EthernetWire wire = new EthernetWire();
    final Station a = wire.station(MAC_A).with("10.0.0.1", 24).with("fd00::1", 64);
    final Station b = wire.station(MAC_B).with("10.0.0.2", 24).with("fd00::2", 64);
    private final UdpDatagram received = new UdpDatagram();

    @AfterEach
    void close() {
        received.release();
        wire.close();
    }

    static IpAddress address(int host, boolean ipv6) {
        return IpAddress.parse((ipv6 ? "fd00::" : "10.0.0.") + host);
    }

    static long mac(Station at, IpAddress of) {
        return at.neighbors().macOf(AddressKey.hi(of), AddressKey.lo(of));
    }

    static UdpSocket bound(Station on, boolean ipv6) {
        UdpSocket s = new Sockets(on.host).udp(ipv6);
        assertNull(s.bind(new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, PORT)));
        return s;
    }

    void send(UdpSocket from, IpAddress to, int octet) {
        ByteBuf payload = PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(octet);
        assertNull(from.send(payload, new Endpoint(to, PORT), wire.nowNs));
    }

    int receive(UdpSocket s) {
        assertTrue(s.receive(received));
        ByteBuf payload = received.payload();
        assertNotNull(payload);
        return payload.getByte(payload.readerIndex());
    }

    /** All that is to be said about new addresses is said. */
    void settle() {
        wire.run(wire.nowNs + 10 * SECOND_NS);
        wire.take();
    }
}
