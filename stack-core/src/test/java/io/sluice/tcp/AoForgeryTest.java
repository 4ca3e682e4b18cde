package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Segments of every kind, with TCP-AO by every algorithm and with TCP MD5, in which any bit was changed that the code covers,
 * those of the pseudo-header among them, or that are stripped of it: they change nothing, are dropped, counted, and not answered (RFC
 * 5925 §7.3, RFC 2385 §2.0). What they were made of still does what it should, and once.
 */
final class AoForgeryTest {
    private static final byte[] SECRET = "a master key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TEXT = "authentic".getBytes(StandardCharsets.US_ASCII);
    private static final long SECOND_NS = 1000 * TwoHosts.MS;

    /** What segments are signed with. */
    @SuppressWarnings("ImmutableEnumChecker") // algorithms are immutable
    private enum Protection {
        SHA_1(HmacAlgorithm.HMAC_SHA_1_96, true),
        SHA_1_WITHOUT_OPTIONS(HmacAlgorithm.HMAC_SHA_1_96, false),
        AES(CmacAlgorithm.AES_128_CMAC_96, true),
        AES_WITHOUT_OPTIONS(CmacAlgorithm.AES_128_CMAC_96, false),
        SHA_256(HmacAlgorithm.HMAC_SHA_256_128, true),
        MD5(null, false);

        final @Nullable AuthenticationAlgorithm algorithm;
        final boolean options;

        Protection(@Nullable AuthenticationAlgorithm algorithm, boolean options) {
            this.algorithm = algorithm;
            this.options = options;
        }

        /** For all peers, so that whoever a forged address names has a key. */
        void addTo(KeyControl keys, boolean ipv6, int sendId, int receiveId) {
            IpPrefix peers = ipv6 ? IpPrefix.ALL6 : IpPrefix.ALL4;
            try (MasterKey key = new MasterKey(SECRET)) {
                AuthenticationAlgorithm a = algorithm;
                if (a == null) {
                    TwoHosts.check(keys.addMd5(peers, key));
                    return;
                }
                MasterKeyTuple.Builder b = MasterKeyTuple.builder(peers, key)
                        .ids(sendId, receiveId)
                        .algorithm(a);
                try (MasterKeyTuple tuple = (options ? b : b.withoutOptions()).build()) {
                    TwoHosts.check(keys.add(tuple));
                }
            }
        }
    }

    /** The kinds of segments. */
    private enum Kind {
        SYN,
        SYN_ACK,
        HANDSHAKE_ACK,
        DATA,
        ACK,
        FIN,
        RST,
        FAST_OPEN_SYN,
        FIN_IN_TIME_WAIT;

        boolean toServer() {
            return this != SYN_ACK;
        }

        boolean is(AoPacket p) {
            return switch (this) {
                case SYN, SYN_ACK -> p.has(TcpHeader.SYN);
                case FAST_OPEN_SYN -> p.has(TcpHeader.SYN) && p.payloadLength() > 0;
                case HANDSHAKE_ACK, ACK -> !p.has(TcpHeader.SYN) && p.payloadLength() == 0;
                case DATA -> p.payloadLength() > 0;
                case FIN, FIN_IN_TIME_WAIT -> p.has(TcpHeader.FIN);
                case RST -> p.has(TcpHeader.RST);
            };
        }
    }

    static List<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Protection protection : Protection.values()) {
                all.add(Arguments.of(kind, protection, false));
                all.add(Arguments.of(kind, protection, true));
            }
        }
        return all;
    }

    /** Two hosts, the segment that was kept from its receiver, and what the receiver has sent since. */
    private static final class Net implements AutoCloseable {
        final TwoHosts hosts;
        final Kind kind;
        final Protection protection;
        final boolean ipv6;
        final Endpoint address;
        final TcpListener listener;
        TcpSocket client;

        @Nullable TcpSocket server;

        @Nullable AoPacket held;

        private boolean armed;
        private int answers;

        Net(Kind kind, Protection protection, boolean ipv6) {
            this.kind = kind;
            this.protection = protection;
            this.ipv6 = ipv6;
            // Without timestamps and SACK a cookie has room beside the longest code.
            TcpProfile roomy = TcpProfile.STANDARD.with(Knob.TIMESTAMPS, 0).with(Knob.SACK, 0);
            hosts = new TwoHosts(7, kind == Kind.FAST_OPEN_SYN ? roomy : TcpProfile.STANDARD);
            address = ipv6 ? hosts.serverEndpoint6 : hosts.serverEndpoint;
            hosts.filter = this::pass;
            listener = hosts.listen(address);
            TwoHosts.check(listener.set(TcpOption.TCP_FASTOPEN, 8));
            protection.addTo(listener.authentication(), ipv6, 1, 2);
            client = socket();
        }

        TcpSocket socket() {
            TcpSocket socket = hosts.socketsA.tcp();
            protection.addTo(socket.authentication(), ipv6, 2, 1);
            return socket;
        }

        private boolean pass(boolean fromA, ByteBuf packet) {
            if (!AoPacket.isTcp(packet)) {
                return true;
            }
            if (held == null && armed && fromA == kind.toServer()) {
                AoPacket p = new AoPacket(packet);
                held = kind.is(p) ? p : null;
                return held == null;
            }
            answers += held != null && fromA != kind.toServer() ? 1 : 0;
            return held == null;
        }

        /** Has both ends do what leads to the segment. */
        AoPacket provoke() {
            switch (kind) {
                case SYN, SYN_ACK, HANDSHAKE_ACK -> {
                    armed = true;
                    hosts.connect(client, address);
                }
                case FAST_OPEN_SYN -> {
                    openFast();
                    TcpSocket first = accept();
                    assertTrue(hosts.run(SECOND_NS, () -> first.readableBytes() == TEXT.length));
                    first.abort(hosts.nowNs);
                    client.abort(hosts.nowNs);
                    hosts.run(SECOND_NS, () -> false);
                    client = socket();
                    armed = true;
                    openFast();
                }
                default -> {
                    hosts.connect(client, address);
                    open(accept());
                }
            }
            assertTrue(hosts.run(SECOND_NS, () -> held != null));
            AoPacket p = held;
            assertNotNull(p);
            return p;
        }

        private void openFast() {
            assertEquals(SocketError.IN_PROGRESS, client.connectFastOpen(address, hosts.nowNs));
            assertEquals(TEXT.length, client.write(ByteBuffer.wrap(TEXT)));
        }

        /** The connection is open. */
        private void open(TcpSocket peer) {
            server = peer;
            armed = kind != Kind.FIN_IN_TIME_WAIT;
            switch (kind) {
                case DATA -> client.write(ByteBuffer.wrap(TEXT));
                case ACK -> peer.write(ByteBuffer.wrap(TEXT));
                case FIN -> client.shutdownOutput(hosts.nowNs);
                case RST -> client.abort(hosts.nowNs);
                default -> {
                    peer.close(hosts.nowNs);
                    assertTrue(hosts.run(SECOND_NS, client::isEndOfStream));
                    armed = true;
                    client.close(hosts.nowNs);
                }
            }
        }

        TcpSocket accept() {
            assertTrue(hosts.run(SECOND_NS, () -> listener.waitingCount() > 0));
            TcpSocket accepted = listener.accept();
            assertNotNull(accepted);
            return accepted;
        }

        Host receiver() {
            return kind.toServer() ? hosts.b : hosts.a;
        }

        /** Gives the receiver a packet; returns how many it answers with. */
        int inject(byte[] packet) {
            answers = 0;
            if (kind.toServer()) {
                hosts.injectToB(packet);
            } else {
                hosts.injectToA(packet);
            }
            hosts.run(1, () -> false);
            return answers;
        }

        /** What the receiver has of connections. */
        String state() {
            TcpLayer layer = receiver().tcp().layer();
            String s = layer.flows().size() + " flows, " + layer.halfOpenCount() + " half open, "
                    + layer.timeWaitCount() + " in TIME-WAIT, " + listener.waitingCount() + " to be accepted";
            TcpSocket end = end();
            return end == null ? s : s + ", " + end.state() + ", " + end.readableBytes() + " octets";
        }

        /** The same, and all that is known of the connection. */
        String stateInFull() {
            TcpSocket end = end();
            return end == null
                    ? state()
                    : state() + ", " + TwoHosts.connection(end).info();
        }

        /** The receiver's end, if it has one. */
        private @Nullable TcpSocket end() {
            return kind == Kind.FIN_IN_TIME_WAIT ? null : kind.toServer() ? server : client;
        }

        @Override
        public void close() {
            client.abort(hosts.nowNs);
            if (server != null) {
                server.takeError();
                server.abort(hosts.nowNs);
            }
            listener.close(hosts.nowNs);
            hosts.close();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsForgedOrStrippedDoesNothingAndWhatIsRepeatedNothingMore(Kind kind, Protection protection, boolean ipv6) {
        try (Net net = new Net(kind, protection, ipv6)) {
            AoPacket p = net.provoke();
            assertTrue(p.option > 0, "signed");
            int forged = forge(net, p, protection);
            int codeOctets = p.octets[p.option + 1] & 0xFF;
            int leastOctets = (ipv6 ? 32 : 8) + 18 + codeOctets + p.payloadLength();
            assertTrue(forged > Byte.SIZE * leastOctets, () -> forged + " forged");

            String before = net.stateInFull();
            int first = net.inject(p.octets);
            assertEquals(isAnswered(kind) ? 1 : 0, first, "answers to the segment itself");
            assertNotEquals(before, kind == Kind.FIN_IN_TIME_WAIT ? "the same" : net.stateInFull());
            effect(net, kind);
            String after = net.state();
            int again = net.inject(p.octets);
            assertEquals(after, net.state(), "again: a duplicate");
            boolean repeats = kind != Kind.ACK && kind != Kind.RST && kind != Kind.HANDSHAKE_ACK;
            assertEquals(repeats ? 1 : 0, again, "acknowledged again, or the SYN-ACK repeated");
        }
    }

    private static boolean isAnswered(Kind kind) {
        return kind != Kind.HANDSHAKE_ACK && kind != Kind.ACK && kind != Kind.RST;
    }

    /** What the segment itself has to do. */
    private static void effect(Net net, Kind kind) {
        TcpLayer layer = net.receiver().tcp().layer();
        switch (kind) {
            case SYN -> assertEquals(1, layer.halfOpenCount());
            case SYN_ACK -> assertEquals(TcpState.ESTABLISHED, net.client.state());
            case HANDSHAKE_ACK -> assertEquals(1, net.listener.waitingCount());
            case FAST_OPEN_SYN -> {
                TcpSocket server = net.accept();
                net.server = server;
                assertEquals(TcpState.SYN_RECEIVED, server.state());
                assertEquals(TEXT.length, server.readableBytes());
            }
            case FIN_IN_TIME_WAIT -> assertEquals(1, layer.timeWaitCount());
            default -> {
                TcpSocket server = net.server;
                assertNotNull(server);
                switch (kind) {
                    case DATA -> assertEquals(TEXT.length, server.readableBytes());
                    case ACK ->
                        assertEquals(0, TwoHosts.connection(server).info().unackedBytes());
                    case FIN -> assertEquals(TcpState.CLOSE_WAIT, server.state());
                    default -> assertEquals(TcpState.CLOSED, server.state());
                }
            }
        }
    }

    /** Every bit that the code covers, checksums being made right, and the segment without its code; returns how many. */
    private static int forge(Net net, AoPacket p, Protection protection) {
        Counters counters = net.receiver().counters();
        String before = net.stateInFull();
        int forged = 0;
        for (int i = p.v6 ? 4 : 2; i < p.octets.length; i++) {
            if (!isCovered(p, i, protection)) {
                continue;
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                expectDropped(net, counters, p.withBitFlipped(i, bit), i, bit);
                forged++;
            }
        }
        expectDropped(net, counters, p.stripped(), -1, 0);
        boolean md5 = protection == Protection.MD5;
        assertEquals(md5 ? DropReason.TCP_MD5_MISSING : DropReason.TCP_AO_MISSING, counters.lastDrop());
        assertEquals(before, net.stateInFull());
        return forged;
    }

    /** Of the IP header what the pseudo-header has; the code itself counts as covered. */
    private static boolean isCovered(AoPacket p, int i, Protection protection) {
        if (i < p.tcp) {
            boolean addresses = i >= (p.v6 ? 8 : 12);
            return addresses || (p.v6 ? i <= 6 : i == 2 || i == 3 || i == 9);
        }
        if (i < p.tcp + TcpHeader.MIN_LENGTH) {
            return i != p.tcp + 16 && i != p.tcp + 17; // the checksum
        }
        boolean inOption = i >= p.option && i < p.option + (p.octets[p.option + 1] & 0xFF);
        return i >= p.tcp + p.headerLength || inOption || protection.options;
    }

    private static void expectDropped(Net net, Counters counters, byte[] packet, int octet, int bit) {
        long dropped = counters.dropped();
        long delivered = counters.get(Counter.PACKETS_DELIVERED);
        String before = net.state();
        int answers = net.inject(packet);
        AoPacket p = net.held;
        assertNotNull(p);
        String what = octet < 0 ? "stripped" : octet < p.tcp ? "IP octet " + octet : "octet " + (octet - p.tcp);
        if (!isNobodys(net, p, octet)) {
            assertEquals(0, answers, () -> what + " is answered");
        }
        assertEquals(dropped + 1, counters.dropped(), () -> what + " bit " + bit);
        assertEquals(delivered, counters.get(Counter.PACKETS_DELIVERED), what);
        assertEquals(before, net.state(), () -> what + " bit " + bit);
    }

    /** Whether the octet makes it a segment for a port of which nobody has keys: which may be refused, as any other. */
    private static boolean isNobodys(Net net, AoPacket p, int octet) {
        boolean port = octet >= p.tcp && octet < p.tcp + 4;
        boolean ofServer = octet >= p.tcp + 2;
        return net.kind.toServer() ? port && ofServer : port || (octet >= 0 && octet < p.tcp);
    }
}
