package io.sluice.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.host.EthernetWire;
import io.sluice.host.EthernetWire.Station;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.Icmpv6Type;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Somebody on the Ethernet sends every message of neighbour discovery (RFC 4861) there is, in the names of thousands: what a host keeps
 * of it stays bounded, and a connection beside goes on with every octet intact.
 */
final class NdpFloodTest {
    private static final long MS = 1_000_000L;
    private static final int MESSAGES = 6000;
    private static final int PER_MS = 20;
    private static final long MAC_A = 0x0200_0000_000AL;
    private static final long ATTACKER = 0x0200_0000_0066L;
    private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
    private static final IpAddress OWN = IpAddress.parse("fd00::1");
    private static final IpAddress PEER = IpAddress.parse("fd00::2");
    private static final long LINK_LOCAL = 0xFE80_0000_0000_0000L;

    private final EthernetWire wire = new EthernetWire();
    private final Station a = wire.station(MAC_A).with("fd00::1", 64);
    private final Station b = wire.station(MAC_A + 1).with("fd00::2", 64);
    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer scratch = ByteBuffer.allocate(4096);
    private long written;
    private long read;

    @AfterEach
    void close() {
        wire.close();
    }

    /** An ICMPv6 message as if from anybody, of {@code length} octets behind its first four, which {@code fields} begin. */
    private void receive(IpAddress source, IpAddress destination, int type, ByteBuffer body) {
        byte[] rest = new byte[body.capacity() - 4];
        body.get(4, rest);
        byte[] packet = Packets.ip(
                source,
                destination,
                IpProtocol.ICMPV6,
                Packets.icmp(source, destination, type, 0, body.getInt(0), rest));
        packet[7] = (byte) 255;
        ByteBuffer frame = ByteBuffer.allocate(EthernetHeader.LENGTH + packet.length);
        EthernetHeader.write(frame, 0, MAC_A, ATTACKER, EthernetHeader.IPV6);
        frame.put(EthernetHeader.LENGTH, packet);
        a.receive(frame.array(), wire.nowNs);
    }

    private static void mac(ByteBuffer b, int at, int option, long mac) {
        b.put(at, (byte) option).put(at + 1, (byte) 1);
        b.putShort(at + 2, (short) (mac >>> 32)).putInt(at + 4, (int) mac);
    }

    private static ByteBuffer address(ByteBuffer b, int at, IpAddress address) {
        return b.putLong(at, address.hi()).putLong(at + 8, address.lo());
    }

    private long anyMac() {
        return 0x0200_0000_0000L | random.nextLong(1L << 32);
    }

    private IpAddress stranger() {
        return IpAddress.ofV6(OWN.hi(), 0x1_0000 + random.nextLong(1 << 20));
    }

    private IpAddress router() {
        return IpAddress.ofV6(LINK_LOCAL, 1 + random.nextLong(1 << 16));
    }

    private void message() {
        switch (random.nextInt(5)) {
            case 0 -> {
                ByteBuffer b = address(ByteBuffer.allocate(28), 4, OWN);
                mac(b, 20, 1, anyMac());
                receive(stranger(), OWN, Icmpv6Type.NEIGHBOR_SOLICITATION, b);
            }
            case 1 -> {
                IpAddress about = stranger();
                ByteBuffer b = address(ByteBuffer.allocate(28).putInt(0, random.nextInt()), 4, about);
                mac(b, 20, 2, anyMac());
                receive(about, OWN, Icmpv6Type.NEIGHBOR_ADVERTISEMENT, b);
            }
            case 2 -> advertise();
            case 3 -> {
                ByteBuffer b = address(address(ByteBuffer.allocate(44), 4, router()), 20, stranger());
                mac(b, 36, 2, anyMac());
                receive(router(), OWN, Icmpv6Type.REDIRECT, b);
            }
            default ->
                receive(
                        IpAddress.ANY6,
                        ALL_NODES,
                        Icmpv6Type.NEIGHBOR_SOLICITATION,
                        address(ByteBuffer.allocate(20), 4, random.nextBoolean() ? OWN : stranger()));
        }
    }

    /** A router that perhaps is none any more, its MAC address and a prefix. */
    private void advertise() {
        ByteBuffer b = ByteBuffer.allocate(12 + 8 + 32);
        b.put(0, (byte) 64).putShort(2, (short) (random.nextBoolean() ? 0 : random.nextInt(9000)));
        mac(b, 12, 1, anyMac());
        int lifetime = random.nextInt(100_000);
        b.putInt(20, 0x0304_4000 | (random.nextInt(2) << 7))
                .putInt(24, lifetime)
                .putInt(28, lifetime);
        b.putLong(36, 0x2001_0db8_0000_0000L | (random.nextInt() & 0xFFFF_FFFFL));
        receive(router(), ALL_NODES, Icmpv6Type.ROUTER_ADVERTISEMENT, b);
    }

    private static byte octet(long at) {
        return (byte) (at * 31 + (at >>> 8));
    }

    private void transfer(TcpSocket from, TcpSocket to) {
        scratch.clear().limit(1000);
        for (int i = 0; i < 1000; i++) {
            scratch.put(i, octet(written + i));
        }
        written += from.write(scratch);
        wire.run(wire.nowNs + MS);
        read(to);
    }

    private void read(TcpSocket to) {
        for (int n = to.read(scratch.clear()); n > 0; n = to.read(scratch.clear())) {
            for (int i = 0; i < n; i++) {
                assertEquals(octet(read + i), scratch.get(i), "octet " + (read + i));
            }
            read += n;
        }
    }

    @Test
    void aConnectionGoesOnBesideAFlood() {
        a.host.autoconfigure(a.on);
        wire.run(10_000 * MS);
        TcpListener listener = new Sockets(b.host).listener();
        assertNull(listener.bind(new Endpoint(PEER, 80)));
        assertNull(listener.listen(1));
        TcpSocket client = new Sockets(a.host).tcp();
        assertEquals(SocketError.IN_PROGRESS, client.connect(new Endpoint(PEER, 80), wire.nowNs));
        wire.run(wire.nowNs + 100 * MS);
        TcpSocket server = listener.accept();
        assertNotNull(server);
        for (int i = 0; i < MESSAGES; i++) {
            message();
            if (i % PER_MS == 0) {
                transfer(client, server);
                wire.take();
            }
            assertTrue(a.neighbors().size() <= NeighborLimits.DEFAULT.maxNeighbors());
            assertTrue(a.neighbors().unresolved() <= NeighborLimits.DEFAULT.maxUnresolved());
        }
        for (int i = 0; i < 100; i++) {
            transfer(client, server);
        }
        wire.run(wire.nowNs + 5000 * MS);
        transfer(client, server);
        wire.run(wire.nowNs + 1000 * MS);
        read(server);
        assertTrue(a.host.counters().get(Counter.NEIGHBORS_EVICTED) > 300);
        assertTrue(
                a.host.routes().all().size() < 60, () -> a.host.routes().all().size() + " routes");
        assertTrue(a.on.addresses().size() < 20);
        assertTrue(written > 300_000, written + " octets were written");
        assertEquals(written, read);
        client.abort(wire.nowNs);
        server.abort(wire.nowNs);
        listener.close(wire.nowNs);
        wire.run(wire.nowNs + MS);
    }
}
