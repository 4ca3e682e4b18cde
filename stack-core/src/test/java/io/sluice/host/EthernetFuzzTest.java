package io.sluice.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.UdpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.host.EthernetWire.Station;
import io.sluice.ip.NeighborLimits;
import io.sluice.ip.Packets;
import io.sluice.wire.ArpHeader;
import io.sluice.wire.Checksum;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * ARP, neighbour and router discovery, redirects, IGMP and MLD as nobody should send them: random fields, random options, cut short,
 * with right checksums mostly. Nothing is thrown, each frame ends once, what is remembered has its bounds, no memory stays behind.
 */
final class EthernetFuzzTest {
    private static final long MS = 1_000_000L;
    private static final long MAC = 0x0200_0000_000AL;
    private static final NeighborLimits LIMITS = new NeighborLimits(32, 8, 2, 1000 * MS, 100 * MS, 100 * MS, 3);
    private static final int MOST_ROUTES = 80;
    private static final int MOST_ADDRESSES = 24;
    private static final int FRAMES = 300;
    private static final int ROUTER_ALERT = 0x9404_0000;
    private static final byte[] HOP_BY_HOP = {58, 0, 5, 2, 0, 0, 1, 0};

    private static final int[] NDP_TYPES = {133, 134, 135, 136, 137};
    private static final int[] MLD_TYPES = {130, 131, 132, 143};
    private static final int[] IGMP_TYPES = {0x11, 0x12, 0x16, 0x17, 0x22};

    /** A station that listens to groups, asks for neighbours and configures itself, and what torments it. */
    private static final class Siege {
        final EthernetWire wire = new EthernetWire();
        final Station host = wire.station(MAC, LIMITS).with("10.0.0.1", 24).with("fe80::1", 64);
        final SplittableRandom random;
        final UdpSocket socket4;
        final UdpSocket socket6;

        Siege(long seed) {
            random = new SplittableRandom(seed);
            host.host.autoconfigure(host.on);
            Sockets sockets = new Sockets(host.host);
            socket4 = sockets.udp(false);
            socket6 = sockets.udp(true);
            assertNull(socket4.join(host.on, IpAddress.parse("239.1.2.3")));
            assertNull(socket6.join(host.on, IpAddress.parse("ff05::77")));
            wire.run(3000 * MS);
        }

        int pick(int... of) {
            return of[random.nextInt(of.length)];
        }

        long anyMac() {
            return switch (random.nextInt(5)) {
                case 0 -> MAC;
                case 1 -> EthernetHeader.BROADCAST;
                case 2 -> 0x3333_0000_0001L;
                case 3 -> 0;
                default -> 0x0200_0000_0000L | random.nextInt(64);
            };
        }

        IpAddress address4() {
            return switch (random.nextInt(8)) {
                case 0 -> IpAddress.parse("10.0.0.1");
                case 1 -> IpAddress.ANY4;
                case 2 -> IpAddress.parse("224.0.0.1");
                case 3 -> IpAddress.parse("239.1.2.3");
                case 4 -> IpAddress.ofV4(random.nextInt());
                default -> IpAddress.ofV4(0x0A00_0000 | random.nextInt(256));
            };
        }

        IpAddress address6() {
            return switch (random.nextInt(8)) {
                case 0 -> IpAddress.parse("fe80::1");
                case 1 -> IpAddress.ANY6;
                case 2 -> IpAddress.parse("ff02::1");
                case 3 -> IpAddress.parse("ff05::77");
                case 4 -> IpAddress.ofV6(random.nextLong(), random.nextLong());
                case 5 -> IpAddress.parse("ff02::1:ff00:1");
                default -> IpAddress.ofV6(0xFE80_0000_0000_0000L, random.nextInt(256));
            };
        }

        /** Mostly a neighbour, seldom what no packet can come from. */
        IpAddress source(boolean ipv6) {
            if (random.nextInt(10) == 0) {
                return ipv6 ? address6() : address4();
            }
            return ipv6
                    ? IpAddress.ofV6(0xFE80_0000_0000_0000L, 2 + random.nextInt(256))
                    : IpAddress.ofV4(0x0A00_0002 + random.nextInt(200));
        }

        /** Mostly something that this host listens to. */
        IpAddress destination(boolean ipv6) {
            if (random.nextInt(8) == 0) {
                return ipv6 ? address6() : address4();
            }
            return IpAddress.parse(
                    ipv6
                            ? new String[] {"fe80::1", "ff02::1", "ff05::77", "ff02::1:ff00:1"}[random.nextInt(4)]
                            : new String[] {"10.0.0.1", "224.0.0.1", "239.1.2.3"}[random.nextInt(3)]);
        }

        byte[] frame() {
            return switch (random.nextInt(5)) {
                case 0 -> arp();
                case 1 -> igmp();
                case 2 -> ndp(pick(MLD_TYPES), true);
                default -> ndp(pick(NDP_TYPES), false);
            };
        }

        private byte[] arp() {
            ByteBuffer b = ByteBuffer.allocate(60);
            EthernetHeader.write(b, 0, random.nextInt(4) != 0 ? MAC : anyMac(), anyMac(), EthernetHeader.ARP);
            int operation = random.nextInt(4) == 0 ? random.nextInt() : 1 + random.nextInt(2);
            ArpHeader.write(
                    b,
                    14,
                    operation,
                    anyMac(),
                    address4().v4(),
                    anyMac(),
                    address4().v4());
            return b.array();
        }

        private byte[] igmp() {
            byte[] message = octets(8 + 4 * random.nextInt(8));
            message[0] = (byte) pick(IGMP_TYPES);
            ByteBuffer m = ByteBuffer.wrap(message).putInt(4, address4().v4());
            m.putShort(2, (short) 0).putShort(2, Checksum.finish(Checksum.sum(m, 0, message.length, 0)));
            boolean alert = random.nextInt(4) != 0;
            byte[] options = ByteBuffer.allocate(alert ? 4 : 0).array();
            if (alert) {
                ByteBuffer.wrap(options).putInt(ROUTER_ALERT);
            }
            byte[] packet = Packets.ip4(source(false), destination(false), IpProtocol.IGMP, options, 1, 0, message);
            return framed(packet, EthernetHeader.IPV4);
        }

        /** An ICMPv6 message: fixed part, and options of random kinds and lengths. */
        private byte[] ndp(int type, boolean mld) {
            byte[] body = octets(4 + random.nextInt(8) * 8 + (random.nextInt(8) == 0 ? random.nextInt(8) : 4));
            ByteBuffer b = ByteBuffer.wrap(body);
            if (body.length >= 20) {
                b.putLong(4, address6().hi()).putLong(12, address6().lo());
            }
            for (int at = 20; at + 8 <= body.length; at += 8) {
                b.put(at, (byte) random.nextInt(6)).put(at + 1, (byte) random.nextInt(5));
            }
            IpAddress from = source(true);
            IpAddress to = destination(true);
            byte[] tail = body.length > 4 ? OneHost.tail(body, 4) : new byte[0];
            int code = random.nextInt(8) == 0 ? 1 : 0;
            byte[] message = Packets.icmp(from, to, type, code, b.getInt(0), tail);
            byte[] payload = message;
            boolean optioned = mld && random.nextInt(4) != 0;
            if (optioned) {
                payload = Arrays.copyOf(HOP_BY_HOP, HOP_BY_HOP.length + message.length);
                System.arraycopy(message, 0, payload, HOP_BY_HOP.length, message.length);
            }
            byte[] packet = Packets.ip6(from, to, optioned ? 0 : IpProtocol.ICMPV6, payload);
            packet[7] = (byte) (mld ? pick(1, 1, 1, 64) : pick(255, 255, 255, 64));
            return framed(packet, EthernetHeader.IPV6);
        }

        private byte[] framed(byte[] packet, int type) {
            ByteBuffer frame = ByteBuffer.allocate(EthernetHeader.LENGTH + packet.length);
            EthernetHeader.write(frame, 0, random.nextInt(8) == 0 ? anyMac() : MAC, anyMac(), type);
            return frame.put(EthernetHeader.LENGTH, packet).array();
        }

        private byte[] octets(int length) {
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            return octets;
        }

        /** One frame in, which has to end once. */
        void receive(byte[] frame) {
            Counters c = host.host.counters();
            long in = c.get(Counter.PACKETS_IN);
            long ended = ended();
            host.receive(frame, wire.nowNs);
            assertEquals(in + 1, c.get(Counter.PACKETS_IN));
            assertEquals(ended + 1, ended());
            assertEquals(0, c.get(Counter.INTERNAL_ERRORS));
            assertTrue(host.neighbors().size() <= LIMITS.maxNeighbors());
            assertTrue(host.neighbors().unresolved() <= LIMITS.maxUnresolved());
        }

        private long ended() {
            Counters c = host.host.counters();
            return c.get(Counter.PACKETS_DELIVERED)
                    + c.dropped()
                    + host.host.reassembly().heldFragments();
        }

        void send() {
            IpAddress to = random.nextBoolean() ? address4() : address6();
            UdpSocket s = to.isV6() ? socket6 : socket4;
            var payload = PooledByteBufAllocator.DEFAULT.directBuffer().writeByte(1);
            if (s.send(payload, new Endpoint(to, 9), wire.nowNs) != null) {
                payload.release();
            }
            s.takeError();
        }

        void assertBounded() {
            assertTrue(
                    host.host.routes().all().size() < MOST_ROUTES,
                    () -> host.host.routes().all() + "");
            assertTrue(host.on.addresses().size() < MOST_ADDRESSES);
        }

        void close() {
            socket4.close();
            socket6.close();
            wire.close(); // looks for leaks of memory and timers
        }
    }

    @Property(tries = 25)
    void anythingOnTheWire(@ForAll long seed) {
        Siege siege = new Siege(seed);
        SplittableRandom random = siege.random;
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = siege.frame();
            if (random.nextInt(6) == 0) {
                frame[14 + random.nextInt(frame.length - 14)] = (byte) random.nextInt();
            }
            if (random.nextInt(8) == 0) {
                frame = Arrays.copyOf(frame, random.nextInt(frame.length));
            }
            siege.receive(frame);
            if (random.nextInt(10) == 0) {
                siege.send();
            }
            if (random.nextInt(20) == 0) {
                siege.wire.run(siege.wire.nowNs + (1L << random.nextInt(36)));
                siege.wire.take();
            }
        }
        siege.assertBounded();
        siege.wire.run(siege.wire.nowNs + 100_000 * MS);
        siege.close();
    }

    /** Each kind of message, cut at every length: the host says why it is dropped, or takes it. */
    @Property(tries = 8)
    void cutAnywhere(@ForAll long seed) {
        Siege siege = new Siege(seed);
        for (int n = 0; n < 5; n++) {
            byte[] frame = siege.frame();
            for (int length = 0; length <= frame.length; length++) {
                siege.receive(Arrays.copyOf(frame, length));
            }
            siege.wire.run(siege.wire.nowNs + MS);
        }
        siege.assertBounded();
        siege.close();
    }
}
