package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP-AO (RFC 5925) on connections between two hosts. */
final class AoConnectionTest {
    private static final byte[] SECRET = "a master key".getBytes(StandardCharsets.US_ASCII);

    static MasterKeyTuple tuple(Endpoint peer, byte[] secret, int sendId, int receiveId) {
        try (MasterKey key = new MasterKey(secret)) {
            return MasterKeyTuple.builder(
                            new IpPrefix(peer.address(), peer.address().isV6() ? 64 : 24), key)
                    .ids(sendId, receiveId)
                    .build();
        }
    }

    private static void run(TwoHosts net, TcpSocket from, TcpSocket to, int size) {
        ByteBuffer data = ByteBuffer.allocate(size);
        ByteBuffer sink = ByteBuffer.allocate(size);
        assertTrue(net.run(300_000 * TwoHosts.MS, () -> {
            from.write(data);
            to.read(sink);
            return !sink.hasRemaining();
        }));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySegmentIsSignedAsTheRfcSays(boolean ipv6) {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            List<AoPacket> packets = new ArrayList<>();
            net.filter = (fromA, packet) -> !AoPacket.isTcp(packet) || packets.add(new AoPacket(packet));
            net.loss = 0.1;
            Endpoint server = ipv6 ? net.serverEndpoint6 : net.serverEndpoint;
            TcpListener listener = net.listen(server);
            TwoHosts.check(listener.authentication().add(tuple(server, SECRET, 100, 84)));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(tuple(server, SECRET, 84, 100)));
            net.connect(client, server);
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket accepted = listener.accept();
            assertNotNull(accepted);
            run(net, client, accepted, 300_000);
            client.abort(net.nowNs); // a reset, too
            net.run(1000 * TwoHosts.MS, () -> accepted.state() == TcpState.CLOSED);
            assertTrue(packets.size() > 300_000 / 1460);
            assertAllSigned(packets);
            accepted.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** All of them up to the client's reset, after which it knows neither the connection nor the keys. */
    private static void assertAllSigned(List<AoPacket> packets) {
        int[] isns = {0, 0};
        for (AoPacket p : packets) {
            boolean fromServer = p.sourcePort() == 80;
            if (p.has(TcpHeader.SYN)) {
                isns[fromServer ? 1 : 0] = p.seq();
            }
            int peer = p.has(TcpHeader.SYN) && !fromServer ? 0 : isns[fromServer ? 0 : 1];
            assertArrayEquals(p.expected(SECRET, isns[fromServer ? 1 : 0], peer, 0), p.code());
            assertEquals(fromServer ? 100 : 84, p.keyId());
            assertEquals(fromServer ? 84 : 100, p.rNextKeyId());
            assertTrue(p.octets.length <= 1500);
            if (p.has(TcpHeader.RST)) {
                assertFalse(fromServer);
                return;
            }
        }
        fail("no reset");
    }

    @Test
    void whoLacksTheKeyDoesNotConnect() {
        for (int kind = 0; kind < 4; kind++) {
            try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
                TcpListener listener = net.listen();
                if (kind < 3) {
                    TwoHosts.check(listener.authentication().add(tuple(net.serverEndpoint, SECRET, 1, 2)));
                }
                TcpSocket client = net.socketsA.tcp();
                byte[] secret = kind == 1 ? "another key".getBytes(StandardCharsets.US_ASCII) : SECRET;
                if (kind > 0) {
                    TwoHosts.check(
                            client.authentication().add(tuple(net.serverEndpoint, secret, kind == 2 ? 3 : 2, 1)));
                }
                net.connect(client, net.serverEndpoint);
                boolean came = net.run(3000 * TwoHosts.MS, () -> listener.waitingCount() > 0);
                assertFalse(came);
                AoInfo info = listener.authentication().info();
                assertNotNull(info);
                assertEquals(kind == 0 ? 2 : 0, info.missing());
                assertEquals(kind == 1 ? 2 : 0, info.bad());
                assertEquals(kind == 2 ? 2 : 0, info.unknownKey());
                assertEquals(info.missing(), net.b.counters().get(DropReason.TCP_AO_MISSING));
                assertEquals(info.bad(), net.b.counters().get(DropReason.TCP_AO_WRONG));
                assertEquals(info.unknownKey(), net.b.counters().get(DropReason.TCP_AO_UNKNOWN_KEY));
                if (kind == 3) { // the SYN is taken as one without TCP-AO; the SYN-ACK lacks it
                    assertTrue(net.a.counters().get(DropReason.TCP_AO_MISSING) > 0);
                }
                client.abort(net.nowNs);
                listener.close(net.nowNs);
            }
        }
    }

    @Test
    void aKeyIsChangedUnderLoadAndLossWithoutASegmentThatIsRefused() {
        byte[] other = "the next master key".getBytes(StandardCharsets.US_ASCII);
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            net.loss = 0.05;
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(tuple(net.serverEndpoint, SECRET, 1, 2)));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(tuple(net.serverEndpoint, SECRET, 2, 1)));
            net.connect(client, net.serverEndpoint);
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            run(net, client, server, 100_000);
            TwoHosts.check(server.authentication().add(tuple(net.serverEndpoint, other, 3, 4)));
            run(net, client, server, 100_000);
            TwoHosts.check(client.authentication().add(tuple(net.serverEndpoint, other, 4, 3)));
            TwoHosts.check(client.authentication().rnext(3));
            run(net, client, server, 100_000);
            assertEquals(3, info(server).currentKey(), "the server has been asked for it");
            assertEquals(2, info(client).currentKey(), "the client has not");
            TwoHosts.check(server.authentication().rnext(4));
            run(net, client, server, 100_000);
            assertEquals(4, info(client).currentKey());
            for (TcpSocket s : new TcpSocket[] {client, server}) {
                AoInfo i = info(s);
                assertEquals(0, i.bad() + i.unknownKey() + i.missing());
                KeyControl keys = s.authentication();
                AoKeyInfo old = keys.keys().get(0);
                TwoHosts.check(keys.remove(old.peer(), old.sendId(), old.receiveId()));
                assertEquals(1, keys.keys().size());
            }
            run(net, server, client, 100_000);
            assertEquals(0, net.a.counters().get(DropReason.TCP_AO_WRONG));
            assertEquals(0, net.b.counters().get(DropReason.TCP_AO_UNKNOWN_KEY));
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** A longer code, beside which timestamps would not have been offered, changes nothing of what the SYN has offered. */
    @Test
    void aKeyIsChangedBeforeTheSynIsAnswered() {
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD)) {
            boolean[] deaf = {true};
            net.filter = (fromA, packet) -> fromA || !deaf[0];
            TcpListener listener = net.listen();
            TwoHosts.check(listener.set(TcpOption.TCP_FASTOPEN, 1));
            TwoHosts.check(listener.set(TcpOption.TCP_FASTOPEN_NO_COOKIE, true));
            TwoHosts.check(listener.authentication().add(tuple(net.serverEndpoint, SECRET, 1, 2)));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.set(TcpOption.TCP_FASTOPEN_NO_COOKIE, true, net.nowNs));
            TwoHosts.check(client.authentication().add(tuple(net.serverEndpoint, SECRET, 2, 1)));
            assertEquals(SocketError.IN_PROGRESS, client.connectFastOpen(net.serverEndpoint, net.nowNs));
            client.write(ByteBuffer.allocate(100));
            assertTrue(net.run(500 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertTrue(net.run(500 * TwoHosts.MS, () -> server.readableBytes() == 100));
            server.read(ByteBuffer.allocate(100));
            assertEquals(TcpState.SYN_SENT, client.state());
            TwoHosts.check(client.authentication().add(longer(net.serverEndpoint, 4, 3)));
            TwoHosts.check(server.authentication().add(longer(net.serverEndpoint, 3, 4)));
            TwoHosts.check(server.authentication().rnext(4)); // what the SYN-ACK asks for
            deaf[0] = false;
            run(net, client, server, 100_000);
            run(net, server, client, 100_000);
            assertEquals(4, info(client).currentKey());
            assertEquals(0, net.b.counters().get(DropReason.TCP_PAWS));
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    private static MasterKeyTuple longer(Endpoint peer, int sendId, int receiveId) {
        try (MasterKey key = new MasterKey(SECRET)) {
            return MasterKeyTuple.builder(new IpPrefix(peer.address(), 24), key)
                    .ids(sendId, receiveId)
                    .algorithm(HmacAlgorithm.HMAC_SHA_256_128)
                    .build();
        }
    }

    private static AoInfo info(TcpSocket socket) {
        AoInfo info = socket.authentication().info();
        assertNotNull(info);
        return info;
    }

    @Test
    void aConnectionThatIsClosedGoesThroughTimeWaitSigned() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD)) {
            List<AoPacket> packets = new ArrayList<>();
            net.filter = (fromA, packet) -> !AoPacket.isTcp(packet) || packets.add(new AoPacket(packet));
            TcpListener listener = net.listen();
            TwoHosts.check(listener.authentication().add(tuple(net.serverEndpoint, SECRET, 1, 2)));
            TcpSocket client = net.socketsA.tcp();
            TwoHosts.check(client.authentication().add(tuple(net.serverEndpoint, SECRET, 2, 1)));
            net.connect(client, net.serverEndpoint);
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            server.close(net.nowNs);
            assertTrue(net.run(1000 * TwoHosts.MS, client::isEndOfStream));
            int before = packets.size();
            client.close(net.nowNs);
            net.run(100 * TwoHosts.MS, () -> false);
            assertEquals(1, net.b.tcp().layer().timeWaitCount());
            AoPacket fin = packets.get(before);
            assertTrue(fin.has(TcpHeader.FIN));
            AoPacket lastAck = packets.get(packets.size() - 1);
            packets.clear();
            long wrong = net.b.counters().get(DropReason.TCP_AO_WRONG);
            net.injectToB(fin.withBitFlipped(fin.tcp + 5, 1));
            net.injectToB(fin.stripped());
            net.run(TwoHosts.MS, () -> false);
            assertEquals(0, packets.size());
            assertEquals(wrong + 1, net.b.counters().get(DropReason.TCP_AO_WRONG));
            assertEquals(1, net.b.counters().get(DropReason.TCP_AO_MISSING));
            net.injectToB(fin.octets);
            net.run(TwoHosts.MS, () -> false);
            assertEquals(1, packets.size(), "it is acknowledged again");
            assertEquals(lastAck.seq(), packets.get(0).seq());
            assertTrue(packets.get(0).option > 0);
            assertNull(client.takeError());
            listener.close(net.nowNs);
        }
    }
}
