package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.ip.Packets;
import io.sluice.udp.UdpDatagram;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.Ipv4Header;
import io.sluice.wire.Ipv6Header;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever comes in: nothing is thrown, every packet ends exactly once, and no memory stays behind. */
final class HostFuzzTest {
    private static final int PORT = 4000;
    private static final int CLOSED_PORT = 4001;

    /** A host with sockets that listen, and something that writes back. */
    private static final class Target {
        final OneHost one = new OneHost();
        final Sockets sockets = new Sockets(one.host);
        final List<UdpSocket> udp = new ArrayList<>();
        final UdpDatagram received = new UdpDatagram();
        final List<TcpListener> tcp = new ArrayList<>();

        Target() {
            for (boolean ipv6 : new boolean[] {false, true}) {
                Endpoint endpoint = new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, PORT);
                UdpSocket socket = sockets.udp(ipv6);
                socket.options().v6Only = ipv6;
                assertNull(socket.bind(endpoint));
                udp.add(socket);
                UdpSocket connected = sockets.udp(ipv6);
                assertNull(connected.connect(new Endpoint(OneHost.peer(ipv6), PORT), 0));
                udp.add(connected);
                TcpListener listener = sockets.listener();
                if (listener.bind(new Endpoint(OneHost.own(ipv6), PORT)) == null) {
                    assertNull(listener.listen(4));
                    tcp.add(listener);
                }
            }
        }

        void receive(byte[] packet) {
            one.receive(packet);
            Counters c = one.host.counters();
            assertEquals(
                    c.get(Counter.PACKETS_IN),
                    c.get(Counter.PACKETS_DELIVERED)
                            + c.dropped()
                            + one.host.reassembly().heldFragments());
            assertEquals(0, c.get(Counter.INTERNAL_ERRORS));
        }

        /** The rest of a turn: reads what arrived, sends it back, and lets time pass. */
        List<byte[]> turn(long ns) {
            one.advance(one.nowNs + ns);
            while (sockets.pollReady() != null) {
                // taken from the list, as a driver does
            }
            for (UdpSocket socket : udp) {
                while (socket.receive(received)) {
                    echo(socket);
                }
                socket.takeError();
            }
            for (TcpListener listener : tcp) {
                for (var s = listener.accept(); s != null; s = listener.accept()) {
                    s.close(one.nowNs);
                }
            }
            return one.transmit();
        }

        private void echo(UdpSocket socket) {
            var payload = received.takePayload();
            boolean sent = payload != null
                    && received.sourcePort() != 0
                    && socket.send(payload, new Endpoint(received.source(), received.sourcePort()), one.nowNs) == null;
            if (!sent && payload != null) {
                payload.release();
            }
        }

        void close() {
            received.release();
            one.close();
        }
    }

    @Property(tries = 100)
    void randomOctets(@ForAll List<@Size(max = 120) byte[]> packets, @ForAll boolean version) {
        Target target = new Target();
        for (byte[] packet : packets) {
            if (version && packet.length > 0) {
                packet[0] = (byte) (packet.length % 2 == 0 ? 0x45 : 0x60);
            }
            target.receive(packet);
        }
        target.turn(1_000_000);
        target.close();
    }

    @Property(tries = 150)
    void mutatedPackets(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Target target = new Target();
        for (int i = 0; i < 60; i++) {
            byte[] packet = template(random);
            if (random.nextInt(8) != 0) {
                packet = mutate(packet, random);
            }
            target.receive(packet);
            if (random.nextInt(10) == 0) {
                target.turn(1L << random.nextInt(37));
            }
        }
        target.turn(1_000_000);
        target.close();
    }

    /** What the host sends is received by a host like it, and so on: whatever starts it, the conversation ends. */
    @Property(tries = 40)
    void answersToAnswers(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Target target = new Target();
        OneHost peer = OneHost.peer(new TestLink("peer"));
        for (int i = 0; i < 10; i++) {
            target.receive(mutate(template(random), random));
            List<byte[]> answers = target.turn(1_000);
            for (int rounds = 0; !answers.isEmpty(); rounds++) {
                assertTrue(rounds < 20, "they do not stop");
                answers.forEach(peer::receive);
                peer.transmit().forEach(target::receive);
                answers = target.turn(1_000);
            }
        }
        target.close();
        peer.close();
    }

    private static byte[] template(SplittableRandom random) {
        boolean v6 = random.nextBoolean();
        IpAddress from = OneHost.peer(v6);
        IpAddress to = destination(v6, random);
        byte[] data = Packets.payload(random.nextInt(random.nextInt(4) == 0 ? 1400 : 64));
        return switch (random.nextInt(7)) {
            case 0, 1 -> udp(from, to, data, random);
            case 2 -> tcp(from, to, random);
            case 3 -> icmp(from, to, v6 ? 128 : 8, data);
            case 4 -> {
                int type = v6 ? 1 + random.nextInt(4) : new int[] {3, 3, 11, 12}[random.nextInt(4)];
                byte[] quoted = random.nextBoolean() ? udp(to, from, data, random) : tcp(to, from, random);
                yield icmp(from, to, type, Arrays.copyOf(quoted, Math.min(500, quoted.length)));
            }
            case 5 -> fragment(v6, from, to, data, random);
            default -> options(v6, from, to, data, random);
        };
    }

    private static byte[] udp(IpAddress from, IpAddress to, byte[] data, SplittableRandom random) {
        byte[] datagram = Packets.udp(from, port(random), to, port(random), data);
        return Packets.ip(from, to, IpProtocol.UDP, datagram);
    }

    private static byte[] tcp(IpAddress from, IpAddress to, SplittableRandom random) {
        int flags = random.nextBoolean() ? TcpHeader.SYN : random.nextInt(512);
        return Packets.ip(from, to, IpProtocol.TCP, Packets.tcp(from, port(random), to, port(random), flags));
    }

    private static int port(SplittableRandom random) {
        return random.nextInt(4) == 0 ? CLOSED_PORT : PORT;
    }

    private static byte[] options(boolean v6, IpAddress from, IpAddress to, byte[] data, SplittableRandom random) {
        return v6
                ? Packets.ip6(from, to, random.nextInt(2) * 60, extension(random))
                : Packets.ip4(from, to, IpProtocol.UDP, octets(random, 4 * random.nextInt(11)), 1, 0, data);
    }

    private static IpAddress destination(boolean v6, SplittableRandom random) {
        if (random.nextInt(6) != 0) {
            return OneHost.own(v6);
        }
        return IpAddress.parse(v6 ? "ff02::1" : random.nextBoolean() ? "10.0.0.255" : "224.0.0.1");
    }

    private static byte[] icmp(IpAddress from, IpAddress to, int type, byte[] body) {
        byte[] message = Packets.icmp(from, to, type, 0, 1280, body);
        return Packets.ip(from, to, from.isV6() ? IpProtocol.ICMPV6 : IpProtocol.ICMP, message);
    }

    private static byte[] fragment(boolean v6, IpAddress from, IpAddress to, byte[] data, SplittableRandom random) {
        int offset = random.nextInt(5) * 8;
        boolean more = random.nextBoolean();
        byte[] part = Arrays.copyOf(data, more ? data.length / 8 * 8 : data.length);
        int id = random.nextInt(2);
        return v6
                ? Packets.ip6(from, to, IpProtocol.FRAGMENT, Packets.fragment6(IpProtocol.UDP, offset, more, id, part))
                : Packets.ip4(from, to, IpProtocol.UDP, new byte[0], id, offset / 8 | (more ? 0x2000 : 0), part);
    }

    private static byte[] extension(SplittableRandom random) {
        byte[] headers = octets(random, 8 + 8 * random.nextInt(6));
        int[] next = {0, 6, 17, 43, 44, 51, 58, 59, 60};
        for (int at = 0; at + 8 <= headers.length; at += 8) {
            headers[at] = (byte) next[random.nextInt(next.length)];
            headers[at + 1] = (byte) random.nextInt(2);
        }
        return headers;
    }

    private static byte[] octets(SplittableRandom random, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    /** Changes a few octets or the length, and mostly makes the checksums right again. */
    private static byte[] mutate(byte[] packet, SplittableRandom random) {
        byte[] mutant = packet.clone();
        for (int n = random.nextInt(4); n > 0; n--) {
            mutant[random.nextInt(Math.min(mutant.length, 80))] = (byte) random.nextInt();
        }
        if (random.nextInt(5) == 0) {
            mutant = Arrays.copyOf(mutant, random.nextInt(2 * mutant.length));
        }
        if (random.nextInt(5) != 0) {
            repair(mutant);
        }
        return mutant;
    }

    private static void repair(byte[] packet) {
        ByteBuffer b = ByteBuffer.wrap(packet);
        Ipv4Header ipv4 = new Ipv4Header();
        Ipv6Header ipv6 = new Ipv6Header();
        if (ipv4.wrap(b, 0, packet.length)) {
            ipv4.updateChecksum();
            long pseudo = ipv4.protocol() == IpProtocol.ICMP ? 0 : ipv4.pseudoHeader();
            repair(b, ipv4.protocol(), ipv4.payloadOffset(), ipv4.payloadLength(), pseudo);
        } else if (ipv6.wrap(b, 0, packet.length)) {
            long pseudo = ipv6.pseudoHeader(ipv6.nextHeader(), ipv6.payloadLength());
            repair(b, ipv6.nextHeader(), ipv6.payloadOffset(), ipv6.payloadLength(), pseudo);
        }
    }

    private static void repair(ByteBuffer b, int protocol, int at, int length, long pseudo) {
        int field =
                switch (protocol) {
                    case IpProtocol.TCP -> 16;
                    case IpProtocol.UDP -> 6;
                    case IpProtocol.ICMP, IpProtocol.ICMPV6 -> 2;
                    default -> length;
                };
        if (field + 2 <= length) {
            b.putShort(at + field, (short) 0);
            b.putShort(at + field, Checksum.finishUdp(Checksum.sum(b, at, length, pseudo)));
        }
    }

    /** A link may hand over what it likes: memory of several pieces, on the heap, or read-only. */
    @Property(tries = 50)
    void anyKindOfBuffer(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Target target = new Target();
        for (int i = 0; i < 20; i++) {
            byte[] packet = template(random);
            int cut = random.nextInt(packet.length + 1);
            var pieces = PooledByteBufAllocator.DEFAULT
                    .compositeDirectBuffer()
                    .addComponent(true, Packets.direct(Arrays.copyOf(packet, cut)))
                    .addComponent(true, Packets.direct(OneHost.tail(packet, cut)));
            var buffer = random.nextBoolean() ? pieces : pieces.asReadOnly();
            target.one.host.onPacket(buffer, target.one.meta(), target.one.nowNs);
            pieces.release();
        }
        target.turn(1_000);
        assertEquals(
                20,
                target.one.host.counters().get(Counter.PACKETS_DELIVERED)
                        + target.one.host.counters().dropped()
                        + target.one.host.reassembly().heldFragments());
        target.close();
    }
}
