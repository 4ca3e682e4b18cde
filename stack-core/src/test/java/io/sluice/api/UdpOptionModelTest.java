package io.sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.Experiment;
import io.sluice.udp.ReceivedOptions;
import io.sluice.udp.ReceivedOptions.Outcome;
import io.sluice.udp.SendOptions;
import io.sluice.udp.UdpDatagram;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import io.sluice.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * RFC 9868 against a model: datagrams with any options, in fragments or not, over a network that loses, doubles, reorders,
 * cuts and damages packets. What is delivered was sent, with the options it was sent with or none of them; and all of it
 * arrives where nothing is done to it.
 */
class UdpOptionModelTest {
    private static final int PORT = 7000;

    /** The network does nothing but reorder. */
    @Property(tries = 40)
    void everythingArrivesInAnyOrder(@ForAll long seed) {
        run(seed, false);
    }

    @Property(tries = 80)
    void nothingElseArrives(@ForAll long seed) {
        run(seed, true);
    }

    private static void run(long seed, boolean harm) {
        Random random = new Random(seed);
        boolean ipv6 = random.nextBoolean();
        OneHost a = new OneHost(new TestLink("a", 1280, random.nextBoolean()), b -> b);
        OneHost b = OneHost.peer(new TestLink("b"));
        UdpSocket from = socket(a, ipv6, false);
        UdpSocket to = socket(b, ipv6, true);
        Map<String, DatagramOptions> sent = new HashMap<>();
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            byte[] data = new byte[random.nextInt(4) == 0 ? random.nextInt(5000) + 4 : random.nextInt(60) + 4];
            random.nextBytes(data);
            ByteBuffer.wrap(data).putInt(0, i); // no two are the same
            DatagramOptions o = options(random);
            sent.put(ByteBufUtil.hexDump(data), o);
            ByteBuf payload = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(data);
            assertNull(from.send(payload, new Endpoint(OneHost.peer(ipv6), PORT), SendOptions.of(o), 0));
            packets.addAll(a.transmit());
        }
        Collections.shuffle(packets, random);
        int arrived = 0;
        UdpDatagram received = new UdpDatagram();
        for (byte[] packet : harm ? harmed(packets, random, ipv6) : packets) {
            b.receive(packet);
            while (to.receive(received)) {
                arrived += check(received, sent);
            }
        }
        if (!harm) {
            assertEquals(sent.size(), arrived);
            assertEquals(0, b.host.udp().heldFragments());
        }
        received.release();
        b.advance(200_000_000_000L); // the time of what is incomplete is up
        assertEquals(0, b.host.udp().heldFragments());
        b.assertNothingLost();
        a.close();
        b.close();
    }

    private static UdpSocket socket(OneHost h, boolean ipv6, boolean receiver) {
        UdpSocket socket = new Sockets(h.host).udp(ipv6);
        socket.options().optionReception = OptionReception.PROCESS;
        socket.options().peerMaxReassembledBytes = 65_535;
        socket.options().peerMaxReassembledSegments = 64;
        assertNull(socket.bind(new Endpoint(receiver ? OneHost.peer(ipv6) : OneHost.own(ipv6), PORT)));
        return socket;
    }

    private static DatagramOptions options(Random random) {
        DatagramOptions.Builder o = DatagramOptions.builder();
        if (random.nextBoolean()) {
            o.payloadChecksum();
        }
        if (random.nextBoolean()) {
            o.maxDatagramSize(random.nextInt(65_536));
        }
        if (random.nextBoolean()) {
            o.maxReassembled(random.nextInt(65_536), random.nextInt(256));
        }
        if (random.nextBoolean()) {
            o.request(random.nextInt());
        }
        if (random.nextBoolean()) {
            o.time(random.nextInt() | 1, random.nextInt());
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            byte[] contents = new byte[random.nextInt(5) == 0 ? 300 : random.nextInt(9)];
            random.nextBytes(contents);
            // ascending, as they are told of
            o.experiment(new Experiment(false, 20_000 * (2 - i) + random.nextInt(20_000), contents));
        }
        if (random.nextInt(3) == 0) {
            o.minLengthBytes(random.nextInt(700));
        }
        if (random.nextInt(4) == 0) {
            o.perFragment(
                    DatagramOptions.builder().request(1).maxDatagramSize(900).build());
        }
        return o.fragments(random.nextInt(3) == 0 ? Fragments.ALWAYS : Fragments.WHERE_NEEDED)
                .maxFragmentBytes(random.nextInt(3) == 0 ? 200 + random.nextInt(900) : 0)
                .build();
    }

    private static List<byte[]> harmed(List<byte[]> packets, Random random, boolean ipv6) {
        List<byte[]> harmed = new ArrayList<>();
        for (byte[] packet : packets) {
            switch (random.nextInt(6)) {
                case 0 -> {} // lost
                case 1 -> {
                    harmed.add(packet);
                    harmed.add(packet.clone());
                }
                case 2 -> {
                    byte[] flipped = packet.clone();
                    flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                    harmed.add(flipped);
                }
                case 3 -> harmed.add(cut(packet, random, ipv6));
                default -> harmed.add(packet);
            }
        }
        return harmed;
    }

    /** As a middlebox does that believes UDP's Length, or something shorter than what came (RFC 9868 §25.6). */
    private static byte[] cut(byte[] packet, Random random, boolean ipv6) {
        int udp = ipv6 ? 40 : 20;
        ByteBuffer b = ByteBuffer.wrap(packet.clone());
        int least = udp + (b.getShort(udp + 4) & 0xFFFF);
        int length = random.nextBoolean() ? least : least + random.nextInt(packet.length - least + 1);
        if (ipv6) {
            b.putShort(4, (short) (length - 40));
        } else {
            b.putShort(2, (short) length);
            Ipv4Header header = new Ipv4Header();
            assertTrue(header.wrap(b, 0, length));
            header.updateChecksum();
        }
        byte[] shorter = new byte[length];
        b.get(0, shorter);
        return shorter;
    }

    /** Returns 1 if something was delivered that was sent; 0 for the empty datagram that a spoilt fragment is. */
    private static int check(UdpDatagram received, Map<String, DatagramOptions> sent) {
        ByteBuf payload = received.payload();
        assertNotNull(payload);
        ReceivedOptions r = received.options();
        if (!payload.isReadable()) {
            assertTrue(r == null || r.outcome() != Outcome.PROCESSED);
            return 0;
        }
        DatagramOptions wanted = sent.get(ByteBufUtil.hexDump(payload));
        assertNotNull(wanted, "never sent");
        if (r != null && r.outcome() == Outcome.PROCESSED) {
            assertEquals(wanted.toString(), r.options().toString());
            assertTrue(!r.isPayloadChecksumWrong() && r.ignoredKinds().isEmpty());
        }
        return 1;
    }

    /** A socket that takes everything does not fall over anything: random surplus areas with a good checksum. */
    @Property(tries = 400)
    void randomOptionsWithAGoodChecksum(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OneHost h = new OneHost();
        UdpSocket socket = socket(h, false, false);
        byte[] kinds = {0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 100, 127, (byte) 192, (byte) 254, 6, 10, 12, (byte) 255};
        UdpDatagram received = new UdpDatagram();
        for (int n = 0; n < 20; n++) {
            byte[] area = new byte[random.nextInt(40)];
            for (int i = 0; i < area.length; i++) {
                area[i] = kinds[random.nextInt(kinds.length)];
            }
            h.receive(UdpAreas.packet(random.nextInt(3) == 0 ? random.nextInt(9) : 0, area));
            socket.receive(received);
        }
        received.release();
        h.advance(200_000_000_000L);
        h.assertNothingLost();
        h.close();
    }
}
