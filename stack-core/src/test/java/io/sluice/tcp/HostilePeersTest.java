package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.ip.Packets;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile peers that do at random everything that {@link FloodTest}, {@link HoardingTest} and {@link AckAbuseTest} do each by
 * itself, under every profile, beside an honest connection on a link that may lose packets. Its standard error names the seed of a failure.
 */
final class HostilePeersTest {
    private static final int SEEDS = 300;
    private static final int MANY_SEEDS = 2000;
    private static final int PACKETS = 200;
    private static final long LIMIT = 2 << 20;
    private static final int MOST_PEERS = 12;

    /** Twelve repetitions from a second to a minute, as FreeBSD has them, and more. */
    private static final long END_NS = 900_000_000_000L;

    private static final TcpProfile[] PROFILES = {TcpProfile.STANDARD, TcpProfile.FREEBSD, TcpProfile.LINUX};
    private static final int[] FLAGS = {
        TcpHeader.ACK,
        TcpHeader.ACK | TcpHeader.PSH,
        TcpHeader.ACK | TcpHeader.FIN,
        TcpHeader.RST,
        TcpHeader.RST | TcpHeader.ACK,
        TcpHeader.SYN,
        TcpHeader.SYN | TcpHeader.ACK,
        TcpHeader.SYN | TcpHeader.FIN,
        TcpHeader.FIN,
        0,
        0xFF
    };
    private static final int[] OFFSETS = {0, 0, 0, 1, -1, 10, -10, 1000, 1460, 3000, 20_000, 60_000, -5000, 1 << 30};

    /** One run: a host, an honest client, and peers that are connected and mean harm. */
    private static final class Run {
        final SplittableRandom random;
        final Siege siege;
        final List<TcpSocket> sockets = new ArrayList<>();
        final List<TcpConnection> peers = new ArrayList<>();

        Run(long seed) {
            random = new SplittableRandom(seed);
            TcpProfile profile = PROFILES[random.nextInt(PROFILES.length)]
                    .with(Knob.MAX_ORPHANS, random.nextInt(1, 8))
                    .with(Knob.MAX_TIME_WAIT, random.nextInt(1, 8))
                    .with(Knob.SYN_BACKLOG, random.nextInt(1, 32));
            siege = new Siege(seed, profile, LIMIT);
            siege.net.loss = random.nextInt(3) == 0 ? 0.01 : 0;
        }

        private int pick(int[] values) {
            return values[random.nextInt(values.length)];
        }

        private byte[] any() {
            if (random.nextInt(12) == 0) {
                user();
            }
            return switch (random.nextInt(12)) {
                case 0 -> forged();
                case 1 -> icmp();
                case 2 -> fragment();
                case 3 -> syn();
                case 4 -> stranger();
                default -> ofPeer();
            };
        }

        /** What the server's user does meanwhile: opens, answers, reads, closes. */
        private void user() {
            if (peers.size() < MOST_PEERS && random.nextBoolean()) {
                TcpSocket socket = siege.tryOpen(2000 + peers.size(), random.nextBoolean());
                if (socket != null) {
                    sockets.add(socket);
                    peers.add(TwoHosts.connection(socket));
                    socket.write(ByteBuffer.allocate(random.nextInt(1, 50_000)));
                }
            }
            if (sockets.isEmpty()) {
                return;
            }
            TcpSocket socket = sockets.get(random.nextInt(sockets.size()));
            switch (random.nextInt(4)) {
                case 0 -> socket.write(ByteBuffer.allocate(random.nextInt(1, 50_000)));
                case 1 -> socket.read(ByteBuffer.allocate(random.nextInt(1, 5000)));
                case 2 -> socket.shutdownOutput(siege.net.nowNs);
                default -> {
                    socket.close(siege.net.nowNs);
                    sockets.remove(socket);
                }
            }
        }

        private TestSegment fill(TestSegment s) {
            int left = s.ack + pick(OFFSETS);
            if (random.nextInt(4) == 0) {
                s.sack(left, left + pick(OFFSETS), left + 5000, left + 5000 + random.nextInt(3000));
            }
            if (random.nextInt(4) == 0) {
                s.timestamps(random.nextInt(), random.nextInt());
            }
            if (random.nextInt(8) == 0) {
                s.urgent(random.nextInt(65_536));
            }
            return s.window(random.nextInt(3) == 0 ? 0 : random.nextInt(65_536))
                    .payload(new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(1, 1400)]);
        }

        /** Of a connection of its own, whose numbers it knows. */
        private byte[] ofPeer() {
            if (peers.isEmpty()) {
                return stranger();
            }
            TcpConnection c = peers.get(random.nextInt(peers.size()));
            int flags = random.nextInt(3) == 0 ? pick(FLAGS) : TcpHeader.ACK;
            int ack = random.nextBoolean() ? c.tcb.snd.nxt : c.tcb.snd.una + pick(OFFSETS);
            return fill(Siege.own(c.key().remotePort(), flags, c.tcb.rcv.nxt + pick(OFFSETS), ack))
                    .packet(Siege.ATTACKER, Siege.SERVER);
        }

        /** With the honest client's address and port, and numbers that are guessed: never the right ones. */
        private byte[] forged() {
            int guess = (random.nextInt() | 1 << 29) & ~(1 << 31); // beyond the window, and not behind it
            int flags = pick(FLAGS);
            TestSegment s = siege.forged(flags, guess, 0);
            return fill(s.ack(random.nextInt())).packet(Siege.CLIENT, Siege.SERVER);
        }

        private byte[] stranger() {
            return fill(Siege.own(random.nextInt(1, 65_536), pick(FLAGS), random.nextInt(), random.nextInt()))
                    .packet(IpAddress.ofV4(10 << 24 | 70 + random.nextInt(100)), Siege.SERVER);
        }

        private byte[] syn() {
            return Siege.own(random.nextInt(10_000, 60_000), TcpHeader.SYN, random.nextInt(), 0)
                    .mss(random.nextInt(65_536))
                    .windowScale(random.nextInt(20))
                    .packet(IpAddress.ofV4(10 << 24 | 70 + random.nextInt(100)), Siege.SERVER);
        }

        private byte[] icmp() {
            int port = peers.isEmpty()
                    ? 1
                    : peers.get(random.nextInt(peers.size())).key().remotePort();
            ByteBuffer quoted = ByteBuffer.wrap(Packets.ip(
                    Siege.SERVER,
                    Siege.ATTACKER,
                    IpProtocol.TCP,
                    Packets.tcp(Siege.SERVER, 80, Siege.ATTACKER, port, TcpHeader.ACK)));
            quoted.putInt(
                    24,
                    peers.isEmpty()
                            ? random.nextInt()
                            : peers.get(random.nextInt(peers.size())).tcb.snd.una + pick(OFFSETS));
            int type = random.nextBoolean() ? 3 : random.nextInt(20);
            byte[] message = Packets.icmp(
                    Siege.ATTACKER, Siege.SERVER, type, random.nextInt(16), random.nextInt(2000), quoted.array());
            return Packets.ip(Siege.ATTACKER, Siege.SERVER, IpProtocol.ICMP, message);
        }

        private byte[] fragment() {
            int field = (random.nextBoolean() ? 0x2000 : 0) | random.nextInt(100);
            return Packets.ip4(
                    Siege.ATTACKER,
                    Siege.SERVER,
                    random.nextBoolean() ? IpProtocol.TCP : IpProtocol.UDP,
                    new byte[0],
                    random.nextInt(8),
                    field,
                    new byte[8 * random.nextInt(1, 100)]);
        }

        void run() {
            siege.attack(PACKETS, i -> any());
            siege.net.loss = 0;
            long most = LIMIT + (MOST_PEERS + 2) * 40_000L;
            assertTrue(siege.mostBytes() <= most, () -> siege.mostBytes() + " octets");
            assertTrue(siege.net.b.tcp().layer().orphanCount() <= 8);
            assertTrue(siege.net.b.tcp().layer().timeWaitCount() <= 8);
            siege.assertHonestTransfer(20_000);
            sockets.forEach(s -> s.abort(siege.net.nowNs));
            siege.net.run(END_NS, () -> false);
            assertEquals(0, siege.net.b.tcp().layer().orphanCount());
            assertEquals(0, siege.net.b.tcp().layer().halfOpenCount());
            siege.close();
        }
    }

    private static void run(long first, int count) {
        for (long seed = first; seed < first + count; seed++) {
            boolean done = false;
            try {
                new Run(seed).run();
                done = true;
            } finally {
                if (!done) {
                    System.err.println("HostilePeersTest: seed " + seed);
                }
            }
        }
    }

    @Test
    void honestConnectionsGoOn() {
        run(1, SEEDS);
    }

    @Test
    @Tag("slow")
    void honestConnectionsGoOnForLong() {
        run(100_000, MANY_SEEDS);
    }
}
