package io.sluice.host;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.ip.Packets;
import io.sluice.ip.PortRange;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which sockets may share a port: SO_REUSEADDR, SO_REUSEPORT, and what is left of closed sockets; RFC 6056. */
final class TcpPortsTest {
    private static final Endpoint LOCAL = new Endpoint(OWN4, 80);

    private final OneHost one = new OneHost();
    private final Sockets sockets = new Sockets(one.host);

    private TcpListener listener(boolean reuseAddress, boolean reusePort) {
        TcpListener l = sockets.listener();
        l.options().reuseAddress = reuseAddress;
        l.options().reusePort = reusePort;
        return l;
    }

    private void syn(IpAddress source, int port, IpAddress destination) {
        one.receive(Packets.ip(
                source, destination, IpProtocol.TCP, Packets.tcp(source, port, destination, 80, TcpHeader.SYN)));
    }

    /** Completes the handshake of every SYN-ACK. */
    private void acknowledge(List<byte[]> synAcks) {
        for (byte[] packet : synAcks) {
            ByteBuffer b = ByteBuffer.wrap(packet);
            TcpHeader h = new TcpHeader();
            assertTrue(h.wrap(b, 20, packet.length - 20));
            IpAddress peer = IpAddress.ofV4(b.getInt(16));
            byte[] ack = Packets.tcp(peer, h.destinationPort(), OWN4, 80, TcpHeader.ACK);
            ByteBuffer a = ByteBuffer.wrap(ack);
            a.putInt(4, h.acknowledgmentNumber()).putInt(8, h.sequenceNumber() + 1);
            TcpHeader header = new TcpHeader();
            assertTrue(header.wrap(a, 0, ack.length));
            header.updateChecksum(Checksum.pseudoHeader4(peer.v4(), OWN4.v4(), IpProtocol.TCP, ack.length));
            one.receive(Packets.ip(peer, OWN4, IpProtocol.TCP, ack));
        }
    }

    @Test
    void onlyThoseWhoBothWantToSharePortsDo() {
        TcpListener first = listener(false, true);
        assertNull(first.bind(LOCAL));
        assertNull(first.listen(5));
        assertEquals(SocketError.ADDRESS_IN_USE, listener(false, false).bind(LOCAL));
        assertEquals(SocketError.ADDRESS_IN_USE, listener(true, false).bind(LOCAL));
        TcpListener second = listener(false, true);
        assertNull(second.bind(LOCAL));
        assertNull(second.listen(5));
        first.close(0);
        second.close(0);
        TcpListener alone = listener(false, false);
        assertNull(alone.bind(LOCAL));
        assertEquals(SocketError.ADDRESS_IN_USE, listener(false, true).bind(LOCAL));
        alone.close(0);
        one.close();
    }

    @Test
    void listenersThatShareBalanceByPeer() {
        TcpListener a = listener(false, true);
        TcpListener b = listener(false, true);
        for (TcpListener l : List.of(a, b)) {
            assertNull(l.bind(LOCAL));
            assertNull(l.listen(1000));
        }
        for (int port = 1000; port < 1200; port++) {
            syn(PEER4, port, OWN4);
        }
        acknowledge(one.transmit());
        assertEquals(200, a.waitingCount() + b.waitingCount());
        assertTrue(Math.min(a.waitingCount(), b.waitingCount()) > 60, a.waitingCount() + " and " + b.waitingCount());
        a.close(one.nowNs);
        b.close(one.nowNs);
        one.transmit();
        one.close();
    }

    @Test
    void whatIsLeftOfAPortKeepsItFromOthersUnlessTheyReuseIt() {
        TcpListener l = listener(false, false);
        assertNull(l.bind(LOCAL));
        assertNull(l.listen(5));
        syn(PEER4, 1000, OWN4);
        acknowledge(one.transmit());
        TcpSocket accepted = l.accept();
        assertNotNull(accepted);
        l.close(one.nowNs);
        assertEquals(SocketError.ADDRESS_IN_USE, listener(false, false).bind(LOCAL));
        TcpListener again = listener(true, false);
        assertNull(again.bind(LOCAL));
        again.close(one.nowNs);
        accepted.abort(one.nowNs);
        one.transmit();
        TcpListener fresh = listener(false, false);
        assertNull(fresh.bind(LOCAL));
        fresh.close(one.nowNs);
        one.close();
    }

    /** RFC 6056 §3.3.4: ports to one peer follow each other, and where they start cannot be told from another peer's. */
    @Test
    void ephemeralPortsDependOnThePeer() {
        Set<Integer> ports = new HashSet<>();
        List<TcpSocket> opened = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            TcpSocket s = sockets.tcp();
            assertEquals(SocketError.IN_PROGRESS, s.connect(new Endpoint(PEER4, 80), one.nowNs));
            Endpoint local = s.localEndpoint();
            assertNotNull(local);
            assertTrue(local.port() >= PortRange.DYNAMIC.first());
            assertTrue(ports.add(local.port()), "a port twice to the same peer");
            opened.add(s);
        }
        TcpSocket other = sockets.tcp();
        assertEquals(SocketError.IN_PROGRESS, other.connect(new Endpoint(IpAddress.parse("10.0.0.99"), 80), one.nowNs));
        Endpoint local = other.localEndpoint();
        Endpoint last = opened.get(opened.size() - 1).localEndpoint();
        assertNotNull(local);
        assertNotNull(last);
        assertNotEquals(last.port() + 1, local.port());
        opened.forEach(s -> s.abort(one.nowNs));
        other.abort(one.nowNs);
        one.transmit();
        one.close();
    }
}
