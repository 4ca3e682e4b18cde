package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.event.DropReason;
import io.sluice.host.Host;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Segments with TCP-AO in which any bit was changed that the code covers, or that are stripped of it: they change nothing, are
 * dropped, counted, and not answered (RFC 5925 §7.3). What they were made of still does what it should, and once.
 */
final class AoForgeryTest {
    private static final byte[] SECRET = "a master key".getBytes(StandardCharsets.US_ASCII);

    /** The connection, the packet that was kept from its receiver, and what the receiver has sent since. */
    private static final class Net implements AutoCloseable {
        final TwoHosts hosts = new TwoHosts(7, TcpProfile.STANDARD);
        final TcpListener listener;
        final TcpSocket client = hosts.socketsA.tcp();
        final boolean toServer;
        private final Predicate<AoPacket> wanted;

        @Nullable AoPacket held;

        int answers;

        Net(boolean ipv6, boolean toServer, Predicate<AoPacket> wanted) {
            this.toServer = toServer;
            this.wanted = wanted;
            Endpoint server = ipv6 ? hosts.serverEndpoint6 : hosts.serverEndpoint;
            hosts.filter = this::pass;
            listener = hosts.listen(server);
            TwoHosts.check(listener.authentication().add(AoConnectionTest.tuple(server, SECRET, 1, 2)));
            TwoHosts.check(client.authentication().add(AoConnectionTest.tuple(server, SECRET, 2, 1)));
            hosts.connect(client, server);
        }

        private boolean pass(boolean fromA, ByteBuf packet) {
            if (!AoPacket.isTcp(packet)) {
                return true;
            }
            if (held == null && fromA == toServer) {
                AoPacket p = new AoPacket(packet);
                held = wanted.test(p) ? p : null;
                return held == null;
            }
            answers += held != null && fromA != toServer ? 1 : 0;
            return held == null;
        }

        AoPacket await() {
            assertTrue(hosts.run(1000 * TwoHosts.MS, () -> held != null));
            AoPacket p = held;
            assertNotNull(p);
            return p;
        }

        Host receiver() {
            return toServer ? hosts.b : hosts.a;
        }

        /** Gives the receiver a packet; returns how many it answers with. */
        int inject(byte[] packet) {
            answers = 0;
            if (toServer) {
                hosts.injectToB(packet);
            } else {
                hosts.injectToA(packet);
            }
            hosts.run(1, () -> false);
            return answers;
        }

        @Nullable TcpSocket accept() {
            assertTrue(hosts.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            return listener.accept();
        }

        @Override
        public void close() {
            client.abort(hosts.nowNs);
            listener.close(hosts.nowNs);
            hosts.close();
        }
    }

    /** Every bit of the segment but those of the ports, which make it another connection's, and the checksum, which is made right. */
    private static int forge(Net net, AoPacket p, Runnable unchanged) {
        Counters counters = net.receiver().counters();
        int forged = 0;
        for (int i = p.tcp + 4; i < p.octets.length; i++) {
            if (i == p.tcp + 16 || i == p.tcp + 17) {
                continue;
            }
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                expectDropped(net, counters, p.withBitFlipped(i, bit), "octet " + (i - p.tcp) + " bit " + bit);
                unchanged.run();
                forged++;
            }
        }
        expectDropped(net, counters, p.stripped(), "stripped");
        assertEquals(DropReason.TCP_AO_MISSING, counters.lastDrop());
        unchanged.run();
        return forged + 1;
    }

    private static void expectDropped(Net net, Counters counters, byte[] packet, String what) {
        long dropped = counters.dropped();
        long delivered = counters.get(Counter.PACKETS_DELIVERED);
        assertEquals(0, net.inject(packet), what + " is answered");
        assertEquals(dropped + 1, counters.dropped(), what);
        assertEquals(delivered, counters.get(Counter.PACKETS_DELIVERED), what);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void syn(boolean ipv6) {
        try (Net net = new Net(ipv6, true, p -> p.has(TcpHeader.SYN))) {
            AoPacket syn = net.await();
            FlowTable flows = net.hosts.b.tcp().layer().flows();
            int forged = forge(net, syn, () -> assertEquals(0, flows.size()));
            assertTrue(forged > 8 * 36, () -> forged + " forged");
            assertEquals(1, net.inject(syn.octets));
            assertEquals(1, net.hosts.b.tcp().layer().halfOpenCount());
            assertEquals(1, net.inject(syn.octets), "again: the SYN-ACK is repeated");
            assertEquals(1, net.hosts.b.tcp().layer().halfOpenCount());
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void synAck(boolean ipv6) {
        try (Net net = new Net(ipv6, false, p -> p.has(TcpHeader.SYN))) {
            AoPacket synAck = net.await();
            forge(net, synAck, () -> assertEquals(TcpState.SYN_SENT, net.client.state()));
            assertEquals(1, net.inject(synAck.octets));
            assertEquals(TcpState.ESTABLISHED, net.client.state());
            net.inject(synAck.octets);
            assertEquals(TcpState.ESTABLISHED, net.client.state());
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void data(boolean ipv6) {
        try (Net net = new Net(ipv6, true, p -> p.payloadLength() > 0)) {
            TcpSocket server = net.accept();
            assertNotNull(server);
            net.client.write(ByteBuffer.wrap("authentic".getBytes(StandardCharsets.US_ASCII)));
            AoPacket data = net.await();
            TcpInfo before = TwoHosts.connection(server).info();
            forge(
                    net,
                    data,
                    () -> assertEquals(before, TwoHosts.connection(server).info()));
            assertEquals(0, server.readableBytes());
            net.inject(data.octets);
            assertEquals(9, server.readableBytes());
            assertEquals(1, net.inject(data.octets), "again: a duplicate, which is acknowledged");
            assertEquals(9, server.readableBytes());
            server.abort(net.hosts.nowNs);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void fin(boolean ipv6) {
        try (Net net = new Net(ipv6, true, p -> p.has(TcpHeader.FIN))) {
            TcpSocket server = net.accept();
            assertNotNull(server);
            net.client.shutdownOutput(net.hosts.nowNs);
            AoPacket fin = net.await();
            forge(net, fin, () -> assertEquals(TcpState.ESTABLISHED, server.state()));
            assertEquals(1, net.inject(fin.octets));
            assertEquals(TcpState.CLOSE_WAIT, server.state());
            assertEquals(1, net.inject(fin.octets));
            assertEquals(TcpState.CLOSE_WAIT, server.state());
            server.abort(net.hosts.nowNs);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void rst(boolean ipv6) {
        try (Net net = new Net(ipv6, true, p -> p.has(TcpHeader.RST))) {
            TcpSocket server = net.accept();
            assertNotNull(server);
            net.client.abort(net.hosts.nowNs);
            AoPacket rst = net.await();
            forge(net, rst, () -> assertEquals(TcpState.ESTABLISHED, server.state()));
            assertEquals(0, net.inject(rst.octets));
            assertEquals(TcpState.CLOSED, server.state());
            assertEquals(0, net.inject(rst.octets));
            assertNotNull(server.takeError());
            server.close(net.hosts.nowNs);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void whatComesInTimeWait(boolean ipv6) {
        try (Net net = new Net(ipv6, true, p -> p.has(TcpHeader.FIN))) {
            TcpSocket server = net.accept();
            assertNotNull(server);
            server.close(net.hosts.nowNs);
            assertTrue(net.hosts.run(1000 * TwoHosts.MS, net.client::isEndOfStream));
            net.client.close(net.hosts.nowNs);
            AoPacket fin = net.await();
            net.inject(fin.octets);
            TcpLayer layer = net.hosts.b.tcp().layer();
            assertEquals(1, layer.timeWaitCount());
            forge(net, fin, () -> assertEquals(1, layer.timeWaitCount()));
            assertEquals(1, net.inject(fin.octets));
        }
    }
}
