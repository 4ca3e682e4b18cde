package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.SocketError;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.ip.Route;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpAddress;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.TcpHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The connections of RFC 9235 and those of two routers, with a host of ours in the place of either end: what the other end has sent
 * goes in by the host's input, and is taken; with an octet changed that the code covers it is dropped, and changes nothing; once more,
 * it is a duplicate. The host chooses its initial sequence number as ever, so it lives at the time at which that is the recorded one.
 * The checksums of RFC 9235 are those of other addresses: TCP-AO does not cover them, and they are made right.
 */
final class AoReplayTest {
    private static final long ISN_TICK_NS = 4_000;
    private static final long START_NS = 1_000_000_000L;

    /** One end's key, and how it is used. */
    private record Agreement(
            String secret, AuthenticationAlgorithm algorithm, boolean options, int clientId, int serverId) {
        MasterKey key() {
            return new MasterKey(secret.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** A recorded packet. */
    private static final class Recorded {
        final AoPacket packet;
        final ByteBuffer b;
        final boolean ofClient;
        final int isn;

        Recorded(String hex, int isn, int clientPort) {
            packet = new AoPacket(HexFormat.of().parseHex(hex)).withRightChecksum();
            b = ByteBuffer.wrap(packet.octets);
            ofClient = packet.sourcePort() == clientPort;
            this.isn = isn;
        }

        Endpoint end(boolean source) {
            int at = packet.v6 ? 8 : 12;
            int length = packet.v6 ? 16 : 4;
            int from = source ? at : at + length;
            IpAddress address =
                    packet.v6 ? IpAddress.ofV6(b.getLong(from), b.getLong(from + 8)) : IpAddress.ofV4(b.getInt(from));
            return new Endpoint(address, b.getShort(packet.tcp + (source ? 0 : 2)) & 0xFFFF);
        }

        byte[] payload() {
            byte[] payload = new byte[packet.payloadLength()];
            b.get(packet.tcp + packet.headerLength, payload);
            return payload;
        }
    }

    /** A host in the place of one end. */
    private static final class End implements AutoCloseable {
        final OneHost one;
        final boolean isClient;
        final Endpoint own;
        final @Nullable TcpListener listener;
        final ByteArrayOutputStream received = new ByteArrayOutputStream();

        @Nullable TcpSocket socket;

        End(boolean isClient, Recorded syn, Agreement agreement, long startNs) {
            this.isClient = isClient;
            one = new OneHost(new TestLink("wire"), b -> b.startNs(startNs));
            one.nowNs = startNs;
            own = syn.end(isClient);
            Endpoint peer = syn.end(!isClient);
            boolean v6 = syn.packet.v6;
            one.host.removeAddress(one.on, OneHost.OWN4);
            one.host.removeAddress(one.on, OneHost.OWN6);
            one.host.addAddress(one.on, own.address(), v6 ? 128 : 32);
            one.host.routes().add(new Route(v6 ? IpPrefix.ALL6 : IpPrefix.ALL4, one.on, null, 0));
            Sockets sockets = new Sockets(one.host);
            try (MasterKey key = agreement.key();
                    MasterKeyTuple tuple = tuple(agreement, peer, key)) {
                if (isClient) {
                    listener = null;
                    TcpSocket s = sockets.tcp();
                    assertNull(s.authentication().add(tuple));
                    assertNull(s.bind(own));
                    assertEquals(SocketError.IN_PROGRESS, s.connect(peer, startNs));
                    socket = s;
                } else {
                    TcpListener l = sockets.listener();
                    assertNull(l.authentication().add(tuple));
                    assertNull(l.bind(own));
                    assertNull(l.listen(1));
                    listener = l;
                }
            }
        }

        private MasterKeyTuple tuple(Agreement a, Endpoint peer, MasterKey key) {
            MasterKeyTuple.Builder b = MasterKeyTuple.builder(IpPrefix.of(peer.address()), key)
                    .ids(isClient ? a.clientId : a.serverId, isClient ? a.serverId : a.clientId)
                    .algorithm(a.algorithm);
            return (a.options ? b : b.withoutOptions()).build();
        }

        /** What the host sends now: all of it is signed. */
        List<AoPacket> sent() {
            List<AoPacket> sent = new ArrayList<>();
            for (byte[] octets : one.transmit()) {
                AoPacket p = new AoPacket(octets);
                assertTrue(p.option > 0, "without TCP-AO");
                sent.add(p);
            }
            return sent;
        }

        /** Takes in a packet that is right, and what it brings. */
        List<AoPacket> receive(Recorded r) {
            one.receive(r.packet.octets);
            List<AoPacket> answers = sent();
            if (socket == null && listener != null) {
                socket = listener.accept();
            }
            ByteBuffer sink = ByteBuffer.allocate(4096);
            if (socket != null && socket.read(sink) > 0) {
                received.write(sink.array(), 0, sink.position());
            }
            return answers;
        }

        String state() {
            TcpLayer layer = one.host.tcp().layer();
            String all = layer.flows().size() + " flows, " + layer.halfOpenCount() + " half open";
            return socket == null
                    ? all
                    : all + ", " + TwoHosts.connection(socket).info();
        }

        @Override
        public void close() {
            if (socket != null) {
                socket.abort(one.nowNs);
            }
            if (listener != null) {
                listener.close(one.nowNs);
            }
            one.close();
        }
    }

    private static List<String[]> rows(String file) throws IOException {
        try (InputStream in = AoReplayTest.class.getResourceAsStream("authentication/" + file)) {
            assertNotNull(in, file);
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .toList();
        }
    }

    /** Cuts rows, of which two columns are an ISN and a packet, into connections, each of which a SYN begins. */
    private static List<List<Recorded>> connections(List<String[]> rows, int isn, int packet) {
        List<List<Recorded>> all = new ArrayList<>();
        int clientPort = 0;
        for (String[] row : rows) {
            AoPacket p = new AoPacket(HexFormat.of().parseHex(row[packet]));
            if (p.has(TcpHeader.SYN) && !p.has(TcpHeader.ACK)) {
                all.add(new ArrayList<>());
                clientPort = p.sourcePort();
            }
            all.get(all.size() - 1).add(new Recorded(row[packet], Integer.parseUnsignedInt(row[isn], 16), clientPort));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the8ConnectionsOfRfc9235(boolean asClient) throws IOException {
        List<String[]> rows = rows("rfc9235.txt");
        assertEquals(32, rows.size());
        List<List<Recorded>> connections = connections(rows, 4, 7);
        assertEquals(8, connections.size());
        int taken = 0;
        for (int i = 0; i < 8; i++) {
            String[] row = rows.get(4 * i);
            boolean cmac = row[1].equals(CmacAlgorithm.AES_128_CMAC_96.name());
            Agreement agreement = new Agreement(
                    "testvector",
                    cmac ? CmacAlgorithm.AES_128_CMAC_96 : HmacAlgorithm.HMAC_SHA_1_96,
                    row[2].equals("options"),
                    61,
                    84);
            taken += replay(connections.get(i), agreement, asClient);
        }
        assertEquals(16, taken);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the3ConnectionsOfTwoRouters(boolean asClient) throws IOException {
        List<String[]> rows = rows("ios-routers.txt");
        assertEquals(26, rows.size());
        Agreement agreement = new Agreement("123", HmacAlgorithm.HMAC_SHA_1_96, false, 123, 123);
        List<List<Recorded>> connections = connections(rows, 0, 2);
        assertEquals(3, connections.size());
        int taken = 0;
        for (List<Recorded> connection : connections) {
            taken += replay(connection, agreement, asClient);
        }
        assertEquals(asClient ? 10 : 16, taken);
    }

    /** When the host of ours chooses the initial sequence number that is wanted. */
    private static long whenIsnIs(int wanted, Recorded syn, Agreement agreement, boolean asClient) {
        try (End probe = new End(asClient, syn, agreement, START_NS)) {
            List<AoPacket> first = asClient ? probe.sent() : probe.receive(syn);
            return START_NS + Integer.toUnsignedLong(wanted - first.get(0).seq()) * ISN_TICK_NS;
        }
    }

    /** Has the host of ours take its part; returns how many packets it was given. */
    private static int replay(List<Recorded> connection, Agreement agreement, boolean asClient) {
        Recorded syn = connection.get(0);
        int wanted = connection.get(asClient ? 0 : 1).isn;
        try (End end = new End(asClient, syn, agreement, whenIsnIs(wanted, syn, agreement, asClient))) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int given = 0;
            int ownEdge = wanted + 1;
            int peersEdge = connection.get(asClient ? 1 : 0).isn + 1;
            end.sent();
            for (Recorded r : connection) {
                byte[] payload = r.payload();
                int end1 = r.packet.seq() + payload.length;
                if (r.ofClient == asClient) {
                    if (payload.length > 0 && end1 - ownEdge > 0) {
                        ownEdge = end1;
                        write(end, r, payload);
                    }
                    continue;
                }
                given++;
                forge(end, r, agreement.options);
                end.receive(r);
                if (payload.length > 0 && end1 - peersEdge > 0) {
                    peersEdge = end1;
                    expected.writeBytes(payload);
                }
                assertArrayEquals(expected.toByteArray(), end.received.toByteArray());
                end.receive(r); // once more
                assertArrayEquals(expected.toByteArray(), end.received.toByteArray());
            }
            TcpSocket socket = end.socket;
            assertNotNull(socket);
            boolean reset = connection.stream().anyMatch(r -> r.ofClient != asClient && r.packet.has(TcpHeader.RST));
            assertEquals(reset ? TcpState.CLOSED : TcpState.ESTABLISHED, socket.state());
            assertEquals(2L * given - (reset ? 1 : 0), end.one.host.counters().get(Counter.TCP_AO_GOOD));
            return given;
        }
    }

    /** Sends what this end has sent in the record: to the same place in the stream, and with the same identifiers of keys. */
    private static void write(End end, Recorded r, byte[] payload) {
        TcpSocket socket = end.socket;
        assertNotNull(socket);
        assertEquals(payload.length, socket.write(ByteBuffer.wrap(payload)));
        AoPacket sent = end.sent().get(0);
        assertEquals(r.packet.seq(), sent.seq());
        assertEquals(payload.length, sent.payloadLength());
        assertEquals(r.packet.keyId(), sent.keyId());
        assertEquals(r.packet.rNextKeyId(), sent.rNextKeyId());
    }

    /** A bit of every octet that the code covers, but for those of the ports ({@link AoForgeryTest} has every bit); and without the option. */
    private static void forge(End end, Recorded r, boolean options) {
        AoPacket p = r.packet;
        String before = end.state();
        for (int i = p.tcp + 4; i < p.octets.length; i++) {
            int bit = i % Byte.SIZE;
            if (isCovered(p, i, options)) {
                expectDropped(end, p.withBitFlipped(i, bit), "octet " + (i - p.tcp) + ", bit " + bit);
            }
        }
        expectDropped(end, p.stripped(), "stripped");
        assertEquals(before, end.state());
    }

    private static boolean isCovered(AoPacket p, int i, boolean options) {
        boolean checksum = i == p.tcp + 16 || i == p.tcp + 17;
        boolean inOptions = i >= p.tcp + TcpHeader.MIN_LENGTH && i < p.tcp + p.headerLength;
        boolean inAo = i >= p.option && i < p.option + (p.octets[p.option + 1] & 0xFF);
        return !checksum && (options || !inOptions || inAo);
    }

    private static void expectDropped(End end, byte[] packet, String what) {
        Counters counters = end.one.host.counters();
        long dropped = counters.dropped();
        long delivered = counters.get(Counter.PACKETS_DELIVERED);
        end.one.receive(packet);
        assertEquals(dropped + 1, counters.dropped(), what);
        assertEquals(delivered, counters.get(Counter.PACKETS_DELIVERED), what);
        assertEquals(0, end.sent().size(), what + " is answered");
    }
}
