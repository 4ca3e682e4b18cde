package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.Packets;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Two hosts that talk UDP over a wire without delay; and what the tests of that have in common. */
abstract class TwoUdpHosts {
    static final int PORT = 7000;

    final TestLink linkA = new TestLink("a");
    final OneHost a = new OneHost(linkA, b -> b);
    final OneHost b = OneHost.peer(new TestLink("b"));
    final Sockets socketsA = new Sockets(a.host);
    final Sockets socketsB = new Sockets(b.host);
    final UdpDatagram received = new UdpDatagram();

    @AfterEach
    void close() {
        received.release();
        a.close();
        b.close();
    }

    static ByteBuf buffer(int length) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, length)).writeBytes(Packets.payload(length));
    }

    static Endpoint endpoint(IpAddress address) {
        return new Endpoint(address, PORT);
    }

    static void check(@Nullable SocketError error) {
        assertNull(error);
    }

    static UdpSocket bound(Sockets sockets, IpAddress address) {
        UdpSocket socket = sockets.udp(address.isV6());
        check(socket.bind(endpoint(address)));
        return socket;
    }

    /** What {@code socket} received, which must be something. */
    byte[] receive(UdpSocket socket) {
        assertTrue(socket.receive(received), () -> a.host.counters() + "\n" + b.host.counters());
        ByteBuf payload = received.payload();
        assertNotNull(payload);
        return ByteBufUtil.getBytes(payload);
    }

    static void send(UdpSocket socket, int length, Endpoint to) {
        check(socket.send(buffer(length), to, 0));
    }
}
