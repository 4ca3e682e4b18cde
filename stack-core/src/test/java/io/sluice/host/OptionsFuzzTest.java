package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.SocketError;
import io.sluice.ip.Packets;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.FragmentLimits;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.Checksum;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import io.sluice.wire.UdpHeader;
import io.sluice.wire.UdpOptionWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Surplus areas of UDP, Fast Open cookies, and signatures of TCP as nobody should send them: random kinds, lengths and contents, cut
 * short, with right checksums mostly. Nothing is thrown, each packet ends once, what waits has its bounds, no memory stays behind.
 */
final class OptionsFuzzTest {
    private static final int PORT = 4000;
    private static final int SIGNED_PORT = 4001;
    private static final int MD5_PORT = 4002;
    private static final int QUEUE = 8;
    private static final FragmentLimits LIMITS = new FragmentLimits(4000, 8, 1_000_000_000L, 2, 4, 16_384);
    private static final int[] UDP_KINDS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 126, 127, 191, 192, 193, 194, 195, 253, 254, 255
    };
    private static final int[] TCP_KINDS = {0, 1, 2, 3, 4, 5, 8, 19, 28, 29, 34, 172, 174, 253, 254};

    /** A host with every kind of socket that options matter to, and what torments it. */
    private static final class Siege {
        private final SplittableRandom random;
        private final OneHost one = new OneHost();
        private final UdpDatagram received = new UdpDatagram();
        private final List<UdpSocket> udp = new ArrayList<>();
        private final List<TcpListener> listeners = new ArrayList<>();
        private final List<TcpSocket> streams = new ArrayList<>();

        Siege(long seed) {
            random = new SplittableRandom(seed);
            Sockets sockets = new Sockets(one.host);
            for (boolean ipv6 : new boolean[] {false, true}) {
                UdpSocket bound = sockets.udp(ipv6);
                bound.options().v6Only = ipv6;
                configure(bound);
                assertNull(bound.bind(new Endpoint(ipv6 ? IpAddress.ANY6 : IpAddress.ANY4, PORT)));
                UdpSocket searching = sockets.udp(ipv6);
                configure(searching);
                assertNull(searching.bind(new Endpoint(OneHost.own(ipv6), PORT + 5)));
                assertNull(searching.connect(new Endpoint(OneHost.peer(ipv6), PORT), 0));
                assertNull(searching.startPathMtuDiscovery(DplpmtudConfig.STANDARD, 0));
                for (int port = PORT; port <= MD5_PORT; port++) {
                    listen(sockets, new Endpoint(OneHost.own(ipv6), port), ipv6);
                }
                open(sockets, ipv6);
            }
        }

        private void configure(UdpSocket s) {
            s.options().optionReception = OptionReception.PROCESS;
            s.options().answerProbes = true;
            s.options().fragmentLimits = LIMITS;
            s.options().reportFragmentOptions = random.nextBoolean();
            s.options().unsafeExperiments = random.nextBoolean() ? Set.of(7) : Set.of();
            s.options().requiredOptions = random.nextInt(4) == 0 ? Set.of(pick(UDP_KINDS)) : Set.of();
            udp.add(s);
        }

        private void listen(Sockets sockets, Endpoint at, boolean ipv6) {
            TcpListener l = sockets.listener();
            IpPrefix all = ipv6 ? IpPrefix.ALL6 : IpPrefix.ALL4;
            try (MasterKey key = new MasterKey(new byte[] {1, 2, 3});
                    MasterKeyTuple tuple =
                            MasterKeyTuple.builder(all, key).ids(1, 2).build()) {
                if (at.port() == SIGNED_PORT) {
                    assertNull(l.authentication().add(tuple));
                } else if (at.port() == MD5_PORT) {
                    assertNull(l.authentication().addMd5(all, key));
                }
            }
            assertNull(l.bind(at));
            assertNull(l.listen(QUEUE));
            assertNull(l.set(TcpOption.TCP_FASTOPEN, QUEUE));
            assertNull(l.set(TcpOption.TCP_FASTOPEN_NO_COOKIE, random.nextInt(3) == 0));
            listeners.add(l);
        }

        /** A client whose SYN asks for a cookie: what comes back may be anything. */
        private void open(Sockets sockets, boolean ipv6) {
            TcpSocket s = sockets.tcp();
            assertNull(s.bind(new Endpoint(OneHost.own(ipv6), PORT + 10)));
            assertEquals(SocketError.IN_PROGRESS, s.connectFastOpen(new Endpoint(OneHost.peer(ipv6), PORT), 0));
            streams.add(s);
        }

        private int pick(int... of) {
            return of[random.nextInt(of.length)];
        }

        private byte[] octets(int length) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            return octets;
        }

        /** Options of random kinds; their lengths are mostly such that they could be meant. */
        private byte[] options(int[] kinds, int room) {
            byte[] options = octets(room);
            for (int at = 0; at + 2 <= room; ) {
                int kind = pick(kinds);
                int length = kind < 2 ? 1 : pick(2, 4, 5, 6, 8, 10, 12, 16, 18, 20, random.nextInt(256));
                options[at] = (byte) kind;
                options[at + 1] = (byte) length;
                at += random.nextInt(20) == 0 ? 1 : Math.max(1, length);
            }
            return options;
        }

        /** A datagram with a surplus area: fragments that fit together, or anything. */
        private byte[] datagram(boolean ipv6) {
            int port = random.nextBoolean() ? PORT : PORT + 5;
            IpAddress from = OneHost.peer(ipv6);
            boolean fragment = random.nextInt(3) == 0;
            byte[] data = octets(fragment ? 0 : random.nextInt(50));
            byte[] head = Packets.udp(from, random.nextInt(6) == 0 ? 0 : PORT, OneHost.own(ipv6), port, data);
            byte[] options = options(UDP_KINDS, random.nextInt(random.nextInt(4) == 0 ? 400 : 60));
            boolean odd = (data.length & 1) != 0;
            ByteBuffer b = ByteBuffer.allocate(head.length + (odd ? 1 : 0) + 2 + 12 + options.length);
            b.put(0, head);
            int at = UdpOptionWriter.begin(b, head.length, odd);
            if (fragment) {
                int start = UdpHeader.LENGTH + 2 + 12;
                int offset = 8 + 40 * random.nextInt(8);
                at = random.nextBoolean()
                        ? UdpOptionWriter.frag(b, at, start - 2, random.nextInt(3), offset)
                        : UdpOptionWriter.terminalFrag(b, at, start, random.nextInt(3), offset, 0);
            }
            b.put(at, options);
            if (random.nextInt(10) != 0) {
                UdpOptionWriter.end(b, head.length, odd, b.limit());
            }
            return Packets.ip(from, OneHost.own(ipv6), IpProtocol.UDP, b.array());
        }

        private byte[] segment(boolean ipv6) {
            IpAddress from = OneHost.peer(ipv6);
            IpAddress to = OneHost.own(ipv6);
            byte[] options = options(TCP_KINDS, 4 * random.nextInt(11));
            byte[] data = octets(random.nextInt(40));
            boolean answer = random.nextInt(4) == 0; // to the SYN of the client
            int flags = answer
                    ? TcpHeader.SYN | TcpHeader.ACK
                    : random.nextInt(3) == 0 ? random.nextInt(256) : TcpHeader.SYN;
            byte[] plain = Packets.tcp(
                    from,
                    answer ? PORT : 1024 + random.nextInt(8),
                    to,
                    answer ? PORT + 10 : PORT + random.nextInt(3),
                    flags);
            ByteBuffer b = ByteBuffer.allocate(plain.length + options.length + data.length);
            b.put(0, plain).put(plain.length, options).put(plain.length + options.length, data);
            b.put(12, (byte) ((plain.length + options.length) << 2)).putInt(4, random.nextInt());
            int ack = random.nextInt();
            b.putInt(8, ack).putShort(14, (short) random.nextInt()).putShort(16, (short) 0);
            byte[] packet = Packets.ip(from, to, IpProtocol.TCP, b.array());
            ByteBuffer p = ByteBuffer.wrap(packet);
            int tcp = ipv6 ? 40 : 20;
            long pseudo = Checksum.sum(p, ipv6 ? 8 : 12, ipv6 ? 32 : 8, IpProtocol.TCP + (long) b.capacity());
            p.putShort(tcp + 16, Checksum.finish(Checksum.sum(p, tcp, b.capacity(), pseudo)));
            return packet;
        }

        private void receive(byte[] packet) {
            Counters c = one.host.counters();
            long in = c.get(Counter.PACKETS_IN);
            long ended = ended();
            one.receive(packet);
            assertEquals(in + 1, c.get(Counter.PACKETS_IN));
            assertEquals(ended + 1, ended());
            assertEquals(0, c.get(Counter.INTERNAL_ERRORS));
            assertTrue(one.host.udp().heldFragments() <= 8L * udp.size() * 4);
        }

        private long ended() {
            return one.host.counters().get(Counter.PACKETS_DELIVERED)
                    + one.host.counters().dropped()
                    + one.host.reassembly().heldFragments()
                    + one.host.udp().heldFragments();
        }

        private void turn() {
            one.advance(one.nowNs + (1L << random.nextInt(34)));
            for (UdpSocket s : udp) {
                while (s.receive(received)) {
                    // that is all
                }
                s.takeError();
                Dplpmtud search = s.pathMtuDiscovery();
                assertTrue(search == null || (search.plpmtu() >= 68 && search.plpmtu() <= one.link.mtu()));
            }
            for (TcpListener l : listeners) {
                for (TcpSocket s = l.accept(); s != null; s = l.accept()) {
                    s.abort(one.nowNs);
                }
            }
            while (one.host.pollReady() != null) {
                // taken from the list, as a driver does
            }
            one.transmit();
        }

        private void end() {
            turn();
            udp.forEach(UdpSocket::close);
            listeners.forEach(l -> l.close(one.nowNs));
            streams.forEach(s -> s.abort(one.nowNs));
            received.release();
            one.transmit();
            one.close();
            assertEquals(0, one.host.memory().usedBytes());
            assertEquals(0, one.memoryInUse());
        }
    }

    @Property(tries = 30)
    void anyOptions(@ForAll long seed) {
        Siege f = new Siege(seed);
        for (int i = 0; i < 300; i++) {
            boolean ipv6 = f.random.nextBoolean();
            byte[] packet = f.random.nextBoolean() ? f.datagram(ipv6) : f.segment(ipv6);
            if (f.random.nextInt(8) == 0) {
                packet = Arrays.copyOf(packet, f.random.nextInt(packet.length));
            }
            f.receive(packet);
            if (f.random.nextInt(15) == 0) {
                f.turn();
            }
        }
        f.end();
    }
}
