package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.ip.Packets;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.IpProtocol;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP-AO (RFC 5925) where it meets something else: SYN cookies, wraps, ICMP, Fast Open, other algorithms. */
final class AoSituationsTest {
    private static final byte[] SECRET = "a master key".getBytes(StandardCharsets.US_ASCII);
    private static final int ISN_TICK_NS = 4000;

    private static TcpSocket accept(TwoHosts net, TcpListener listener) {
        assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return server;
    }

    private static MasterKeyTuple.Builder key() {
        try (MasterKey key = new MasterKey(SECRET)) {
            return MasterKeyTuple.builder(IpPrefix.parse("10.0.0.0/24"), key.copy());
        }
    }

    /** Both ends have {@code size} octets for each other. */
    private static void exchange(TwoHosts net, TcpSocket a, TcpSocket b, int size) {
        ByteBuffer toB = ByteBuffer.allocate(size);
        ByteBuffer toA = ByteBuffer.allocate(size);
        ByteBuffer atB = ByteBuffer.allocate(size);
        ByteBuffer atA = ByteBuffer.allocate(size);
        assertTrue(net.run(300_000 * TwoHosts.MS, () -> {
            a.write(toB);
            b.write(toA);
            b.read(atB);
            a.read(atA);
            return !atA.hasRemaining() && !atB.hasRemaining();
        }));
    }

    private static void end(TwoHosts net, TcpListener listener, TcpSocket... sockets) {
        for (TcpSocket s : sockets) {
            s.abort(net.nowNs);
        }
        listener.close(net.nowNs);
    }

    @Test
    void synCookies() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD.with(Knob.SYN_COOKIES, 2))) {
            List<AoPacket> fromA = new ArrayList<>();
            net.filter = (a, packet) -> !a || fromA.add(new AoPacket(packet));
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
            net.connect(client, net.serverEndpoint);
            assertTrue(net.run(12 * TwoHosts.MS, () -> fromA.size() > 1));
            AoPacket ack = fromA.get(1);
            net.injectToB(ack.withBitFlipped(ack.tcp + 14, 0)); // the window
            net.injectToB(ack.stripped());
            assertEquals(0, net.b.tcp().layer().flows().size());
            assertEquals(1, net.b.counters().get(DropReason.TCP_AO_ISN_UNKNOWN));
            assertEquals(1, net.b.counters().get(DropReason.TCP_AO_MISSING));
            TcpSocket server = accept(net, listener);
            assertEquals(1, net.b.counters().get(Counter.TCP_SYN_COOKIES_RETURNED));
            exchange(net, client, server, 50_000);
            end(net, listener, client, server);
        }
    }

    /** The ISN of each side in turn is just before 2^32, so that its data wraps, with losses before, at and after it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sequenceNumbersWrap(boolean ofClient) {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            int[] isns = new int[2];
            long[] isnsAtNs = new long[2];
            boolean[] wrapped = new boolean[1];
            int[] packets = new int[1];
            net.filter = (fromA, packet) -> {
                if (!AoPacket.isTcp(packet)) {
                    return true;
                }
                AoPacket p = new AoPacket(packet);
                int sender = fromA ? 0 : 1;
                if (p.has(TcpHeader.SYN)) {
                    isns[sender] = p.seq();
                    isnsAtNs[sender] = net.nowNs;
                }
                long sequence = Integer.toUnsignedLong(isns[sender]) + (p.seq() - isns[sender] & 0xFFFF_FFFFL);
                wrapped[0] |= sequence >>> 32 == 1;
                boolean syn = p.has(TcpHeader.SYN) && fromA;
                assertArrayEquals(
                        p.expected(SECRET, isns[sender], syn ? 0 : isns[1 - sender], (int) (sequence >>> 32)),
                        p.code());
                packets[0]++;
                return true;
            };
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            TcpSocket first = openFrom(net, 5000);
            TcpSocket accepted = accept(net, listener);
            end2(net, first, accepted);
            int from = ofClient ? 0 : 1;
            int ticks = -isns[from] - 100_000 - (int) ((net.nowNs - isnsAtNs[from]) / ISN_TICK_NS);
            net.run(Integer.toUnsignedLong(ticks) * ISN_TICK_NS, () -> false);
            net.loss = 0.05;
            TcpSocket client = openFrom(net, 5000);
            TcpSocket server = accept(net, listener);
            exchange(net, client, server, 600_000);
            assertTrue(wrapped[0] && packets[0] > 800, () -> packets[0] + " packets, ISN " + isns[ofClient ? 0 : 1]);
            assertEquals(0, net.a.counters().get(DropReason.TCP_AO_WRONG));
            assertEquals(0, net.b.counters().get(DropReason.TCP_AO_WRONG));
            end(net, listener, client, server);
        }
    }

    private static void end2(TwoHosts net, TcpSocket client, TcpSocket server) {
        client.abort(net.nowNs);
        server.abort(net.nowNs);
        net.run(100 * TwoHosts.MS, () -> false);
    }

    private static TcpSocket openFrom(TwoHosts net, int port) {
        TcpSocket client = net.socketsA.tcp();
        TwoHosts.check(client.bind(Endpoint.of("10.0.0.1", port)));
        TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
        return net.connect(client, net.serverEndpoint);
    }

    @Test
    void bothOpenAtOnce() {
        try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
            TcpSocket a = net.socketsA.tcp();
            TcpSocket b = net.socketsB.tcp();
            TwoHosts.check(a.bind(Endpoint.of("10.0.0.1", 179)));
            TwoHosts.check(b.bind(Endpoint.of("10.0.0.2", 179)));
            TwoHosts.check(a.authentication().add(key().ids(5, 6).build()));
            TwoHosts.check(b.authentication().add(key().ids(6, 5).build()));
            assertEquals(SocketError.IN_PROGRESS, a.connect(Endpoint.of("10.0.0.2", 179), net.nowNs));
            assertEquals(SocketError.IN_PROGRESS, b.connect(Endpoint.of("10.0.0.1", 179), net.nowNs));
            assertTrue(net.run(
                    1000 * TwoHosts.MS, () -> a.state() == TcpState.ESTABLISHED && b.state() == TcpState.ESTABLISHED));
            exchange(net, a, b, 50_000);
            assertEquals(0, net.a.counters().get(DropReason.TCP_AO_WRONG));
            assertEquals(0, net.b.counters().get(DropReason.TCP_AO_WRONG));
            a.abort(net.nowNs);
            b.abort(net.nowNs);
        }
    }

    @Test
    void aSynToNobodyIsRefusedWithASignature() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            TwoHosts.check(net.socketsA.authentication().add(key().ids(1, 2).build()));
            TwoHosts.check(net.socketsB.authentication().add(key().ids(2, 1).build()));
            TcpSocket client = net.connect();
            assertTrue(net.run(100 * TwoHosts.MS, () -> client.state() == TcpState.CLOSED));
            assertEquals(SocketError.CONNECTION_REFUSED, client.takeError());
            client.close(net.nowNs);
        }
    }

    private static byte[] portUnreachable(TcpConnection about) {
        byte[] quoted = Packets.ip(
                IpAddress.parse("10.0.0.2"),
                about.key().remote(),
                IpProtocol.TCP,
                ByteBuffer.allocate(20)
                        .putShort((short) 80)
                        .putShort((short) about.key().remotePort())
                        .putInt(about.tcb.snd.una)
                        .array());
        IpAddress from = IpAddress.parse("10.0.0.1");
        IpAddress to = IpAddress.parse("10.0.0.2");
        return Packets.ip(from, to, IpProtocol.ICMP, Packets.icmp(from, to, 3, 3, 0, quoted));
    }

    @Test
    void hardIcmpErrorsCountOnlyIfTheyMay() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
            net.connect(client, net.serverEndpoint);
            TcpSocket server = accept(net, listener);
            server.write(ByteBuffer.allocate(10));
            net.run(1, () -> false);
            TcpConnection c = TwoHosts.connection(server);
            net.injectToB(portUnreachable(c));
            assertNull(server.softError());
            AoInfo info = server.authentication().info();
            assertNotNull(info);
            assertEquals(1, info.droppedIcmps());
            assertEquals(1, net.b.counters().get(Counter.TCP_AO_DROPPED_ICMPS));
            TwoHosts.check(server.authentication().acceptIcmps(true));
            net.injectToB(portUnreachable(c));
            assertEquals(SocketError.CONNECTION_REFUSED, server.softError());
            end(net, listener, client, server);
        }
    }

    @Test
    void fastOpenGoesWithItWhereACookieFits() {
        TcpProfile roomy = TcpProfile.STANDARD.with(Knob.TIMESTAMPS, 0);
        try (TwoHosts net = new TwoHosts(6, roomy)) {
            TcpListener listener = net.listen();
            assertNull(listener.set(TcpOption.TCP_FASTOPEN, 5));
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            for (int i = 0; i < 2; i++) {
                TcpSocket client = net.socketsA.tcp();
                TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
                assertEquals(SocketError.IN_PROGRESS, client.connectFastOpen(net.serverEndpoint, net.nowNs));
                client.write(ByteBuffer.allocate(100));
                TcpSocket server = accept(net, listener);
                assertTrue(net.run(1000 * TwoHosts.MS, () -> server.readableBytes() == 100));
                assertEquals(i, net.b.counters().get(Counter.TCP_FAST_OPEN_PASSIVE));
                end2(net, client, server);
            }
            listener.close(net.nowNs);
        }
    }

    /** RFC 2883 §4: a duplicate that no segment has room to report, beside timestamps and a long code, keeps nothing from being sent. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDuplicateForWhoseReportThereIsNoRoom(boolean longCode) {
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
            net.connect(client, net.serverEndpoint);
            TcpSocket server = accept(net, listener);
            if (longCode) { // later than the SYN, with which timestamps and SACK were agreed
                MasterKeyTuple.Builder next = key().algorithm(HmacAlgorithm.HMAC_SHA_256_128);
                TwoHosts.check(server.authentication().add(next.ids(3, 4).build()));
                TwoHosts.check(client.authentication().add(next.ids(4, 3).build()));
                TwoHosts.check(server.authentication().rnext(4));
                TwoHosts.check(client.authentication().rnext(3));
            }
            exchange(net, client, server, 20_000);
            List<byte[]> fromClient = new ArrayList<>();
            int[] bare = {0};
            int[] withText = {0};
            net.filter = (fromA, packet) -> {
                AoPacket p = new AoPacket(packet);
                if (fromA && p.payloadLength() > 0) {
                    fromClient.add(p.octets);
                }
                bare[0] += fromA || p.payloadLength() > 0 ? 0 : 1;
                withText[0] += !fromA && p.payloadLength() > 0 ? 1 : 0;
                return true;
            };
            client.write(ByteBuffer.allocate(100));
            assertTrue(net.run(1000 * TwoHosts.MS, () -> server.readableBytes() == 100));
            net.run(1000 * TwoHosts.MS, () -> false);
            bare[0] = 0;
            server.write(ByteBuffer.allocate(20_000));
            net.injectToB(fromClient.get(0)); // again
            assertTrue(net.run(1000 * TwoHosts.MS, () -> client.readableBytes() == 20_000));
            assertTrue(withText[0] > 10);
            assertEquals(1, bare[0], "acknowledgments by themselves");
            end(net, listener, client, server);
            server.read(ByteBuffer.allocate(100));
            client.read(ByteBuffer.allocate(20_000));
        }
    }

    @Test
    void keysOfEveryKindGoTogether() {
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD)) {
            net.loss = 0.02;
            TcpListener listener = net.listen();
            KeyControl ofServer = listener.authentication();
            TcpSocket client = net.socketsA.tcp();
            KeyControl ofClient = client.authentication();
            TwoHosts.check(ofServer.add(key().ids(0, 255).nat(true, false).build()));
            TwoHosts.check(ofClient.add(key().ids(255, 0).nat(false, true).build()));
            net.connect(client, net.serverEndpoint);
            TcpSocket server = accept(net, listener);
            exchange(net, client, server, 50_000);
            List<MasterKeyTuple.Builder> kinds = List.of(
                    key().algorithm(CmacAlgorithm.AES_128_CMAC_96),
                    key().algorithm(HmacAlgorithm.HMAC_SHA_256_128),
                    key().withoutOptions(),
                    key().macLength(20),
                    key().macLength(4));
            for (int i = 0; i < kinds.size(); i++) {
                int id = i + 1;
                TwoHosts.check(server.authentication()
                        .add(kinds.get(i).ids(id, 100 + id).build()));
                TwoHosts.check(client.authentication()
                        .add(kinds.get(i).ids(100 + id, id).build()));
                TwoHosts.check(server.authentication().rnext(100 + id));
                TwoHosts.check(client.authentication().rnext(id));
                exchange(net, client, server, 50_000);
                AoInfo info = client.authentication().info();
                assertNotNull(info);
                assertEquals(100 + id, info.currentKey());
                assertEquals(id, info.lastKeyId());
                assertEquals(0, info.bad() + info.unknownKey() + info.missing());
            }
            assertEquals(6, client.authentication().keys().size());
            assertTrue(client.authentication().keys().stream().allMatch(k -> k.good() > 0 && k.bad() == 0));
            end(net, listener, client, server);
        }
    }

    @Test
    void whoRequiresItRefusesOthers() {
        try (TwoHosts net = new TwoHosts(8, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().required(true));
            TcpSocket plain = net.connect();
            net.run(3000 * TwoHosts.MS, () -> false);
            assertEquals(TcpState.SYN_SENT, plain.state());
            assertTrue(net.b.counters().get(DropReason.TCP_AO_MISSING) > 0);
            TcpSocket strict = net.socketsA.tcp();
            TwoHosts.check(strict.authentication().required(true));
            assertEquals(SocketError.KEY_REJECTED, strict.connect(net.serverEndpoint, net.nowNs));
            KeyControl keys = strict.authentication();
            TwoHosts.check(keys.add(key().ids(1, 2).build()));
            assertEquals(SocketError.EXISTS, keys.add(key().ids(1, 3).build()));
            assertEquals(SocketError.KEY_REJECTED, keys.addMd5(IpPrefix.parse("10.0.0.2"), new MasterKey(SECRET)));
            assertEquals(SocketError.NO_SUCH_NAME, keys.current(9));
            assertEquals(SocketError.NO_SUCH_NAME, keys.rnext(1));
            assertEquals(SocketError.NO_SUCH_NAME, keys.remove(IpPrefix.parse("10.0.0.0/24"), 2, 1));
            end(net, listener, plain, strict);
        }
    }

    @Test
    void withoutKeysItIsPassedOverOrDropped() {
        for (long drop = 0; drop < 2; drop++) {
            try (TwoHosts net = new TwoHosts(9, TcpProfile.STANDARD.with(Knob.DROP_UNEXPECTED_AO, drop))) {
                TcpListener listener = net.listen();
                TcpSocket client = net.socketsA.tcp();
                TwoHosts.check(client.authentication().add(key().ids(1, 2).build()));
                net.connect(client, net.serverEndpoint);
                net.run(100 * TwoHosts.MS, () -> false);
                assertEquals(1 - drop, net.b.tcp().layer().halfOpenCount());
                assertEquals(drop, net.b.counters().get(DropReason.TCP_AO_UNEXPECTED));
                assertEquals(TcpState.SYN_SENT, client.state(), "who has a key takes no SYN-ACK without");
                end(net, listener, client);
            }
        }
    }

    @Test
    void keysAreWipedWhenTheyAreNotNeeded() {
        Authentication stored = new Authentication();
        MasterKeyTuple tuple = key().ids(1, 2).build();
        assertTrue(stored.add(tuple));
        MasterKeyTuple kept = stored.tuples().get(0);
        tuple.close();
        assertTrue(tuple.key().isWiped() && !kept.key().isWiped(), "a copy");
        stored.close();
        assertTrue(kept.key().isWiped());
        try (TwoHosts net = new TwoHosts(10, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(key().ids(1, 2).build()));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(key().ids(2, 1).build()));
            Authentication ofSocket = client.options().keys();
            MasterKeyTuple own = ofSocket.tuples().get(0);
            net.connect(client, net.serverEndpoint);
            assertTrue(own.key().isWiped(), "the connection has its own");
            TcpSocket server = accept(net, listener);
            TcpConnection c = TwoHosts.connection(server);
            AoSignature s = (AoSignature) Authenticator.of(c);
            assertNotNull(s);
            MasterKeyTuple ofConnection = s.current().tuple;
            assertTrue(!ofConnection.key().isWiped());
            String secret = new String(SECRET, StandardCharsets.US_ASCII);
            for (Object shown : List.of(c, s, ofConnection, ofConnection.key(), ofConnection.algorithm())) {
                String text = shown.toString();
                assertTrue(!text.contains(secret) && !text.contains(Arrays.toString(SECRET)), text);
            }
            end(net, listener, client, server);
            assertTrue(ofConnection.key().isWiped());
        }
    }
}
