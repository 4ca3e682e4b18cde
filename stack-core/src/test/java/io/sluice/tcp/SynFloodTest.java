package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.wire.IpAddress;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** A host under a flood of SYNs from addresses that never answer (RFC 4987 §2): bounded memory, and work goes on. */
final class SynFloodTest {
    private static final int FLOOD = 100_000;
    private static final int COOKIES = 20_000;
    private static final int FLOOD_PER_MS = 50;
    private static final IpAddress CLIENT = IpAddress.parse("10.0.0.1");
    private static final IpAddress SERVER = IpAddress.parse("10.0.0.2");

    @BeforeAll
    static void letJolSeeRecords() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    /** The SYN number {@code i} of the flood: another address and port each time. */
    private static byte[] syn(int i) {
        IpAddress source = IpAddress.ofV4(10 << 24 | 10 + i % 240);
        TestSegment syn =
                new TestSegment(TcpHeader.SYN).ports(1024 + i / 240, 80).seq(i * 31);
        return syn.mss(1460).windowScale(7).sackPermitted().timestamps(i, 0).packet(source, SERVER);
    }

    /** A connection that echoes nothing and counts what it takes in. */
    private static final class Sink {
        private final TcpSocket socket;
        private final ByteBuffer scratch = ByteBuffer.allocate(65_536);
        private long octets;

        Sink(TcpSocket socket) {
            this.socket = socket;
        }

        long read() {
            for (int n = socket.read(scratch.clear()); n > 0; n = socket.read(scratch.clear())) {
                octets += n;
            }
            return octets;
        }
    }

    private static TcpSocket accept(TwoHosts net, TcpListener listener) {
        assertTrue(net.run(10_000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
        TcpSocket accepted = listener.accept();
        assertNotNull(accepted);
        return accepted;
    }

    @Test
    void transferAndNewConnectionsGoOnBehindCookies() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            net.filter = (fromA, packet) -> fromA || packet.getInt(16) == CLIENT.v4();
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            Sink sink = new Sink(accept(net, listener));
            TcpSocket late = null;
            long written = 0;
            int limit = net.b.tcp().layer().knobs().getInt(Knob.SYN_BACKLOG);
            for (int i = 0; i < COOKIES; i++) {
                net.injectToB(syn(i));
                if (i % FLOOD_PER_MS == 0) {
                    written += client.write(ByteBuffer.allocate(10_000));
                    net.run(TwoHosts.MS, () -> false);
                    sink.read();
                    assertTrue(net.b.tcp().layer().halfOpenCount() <= limit);
                }
                if (i == COOKIES / 2) {
                    late = net.connect();
                }
            }
            long expected = written;
            assertTrue(net.run(2_000 * TwoHosts.MS, () -> sink.read() == expected));
            assertTrue(expected > 500_000, "only " + expected + " octets");
            assertNotNull(late);
            assertEquals(TcpState.ESTABLISHED, late.state());
            TcpSocket accepted = accept(net, listener);
            assertEquals(1, net.b.counters().get(Counter.TCP_SYN_COOKIES_RETURNED));
            assertEquals(
                    COOKIES + 2 - limit,
                    net.b.counters().get(Counter.TCP_SYN_COOKIES_SENT) + 1); // the first connection needed none
            assertTrue(net.b.memory().usedBytes() < 1 << 20);
            accepted.abort(net.nowNs);
            late.abort(net.nowNs);
            client.abort(net.nowNs);
            sink.socket.abort(net.nowNs);
        }
    }

    @Test
    void withoutCookiesTheFloodIsDroppedBeyondTheBacklog() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD.with(Knob.SYN_COOKIES, 0))) {
            net.filter = (fromA, packet) -> fromA || packet.getInt(16) == CLIENT.v4();
            TcpListener listener = net.listen();
            int limit = net.b.tcp().layer().knobs().getInt(Knob.SYN_BACKLOG);
            for (int i = 0; i < 5000; i++) {
                net.injectToB(syn(i));
            }
            assertEquals(limit, net.b.tcp().layer().halfOpenCount());
            assertEquals(5000 - limit, net.b.counters().get(DropReason.TCP_BACKLOG_FULL));
            // RFC 4987 §3.3: entries that nobody completes go away, and then there is room again.
            net.run(100_000 * TwoHosts.MS, () -> false);
            assertEquals(0, net.b.tcp().layer().halfOpenCount());
            assertEquals(0, net.b.tcp().layer().flows().size());
            TcpSocket client = net.connect();
            TcpSocket server = accept(net, listener);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** 100 000 that are remembered, since the limits say so: at most 128 octets each beside the table's slots. */
    @Test
    void hundredThousandHalfOpenConnections() {
        TcpProfile roomy = TcpProfile.STANDARD
                .with(Knob.SYN_BACKLOG, 200_000)
                .with(Knob.SYN_CACHE_LIMIT, 200_000)
                .with(Knob.SYN_ACK_RETRIES, 0);
        try (TwoHosts net = new TwoHosts(3, roomy)) {
            net.filter = (fromA, packet) -> fromA || packet.getInt(16) == CLIENT.v4();
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            Sink sink = new Sink(accept(net, listener));
            for (int i = 0; i < FLOOD; i++) {
                net.injectToB(syn(i));
                if (i % 1000 == 0) {
                    net.run(TwoHosts.MS, () -> false);
                }
            }
            assertEquals(FLOOD, net.b.tcp().layer().halfOpenCount());
            long[] entries = {0};
            FlowTable flows = net.b.tcp().layer().flows();
            long[] octets = {0};
            flows.forEach(f -> {
                if (f instanceof HalfOpen h && entries[0]++ < 100) {
                    octets[0] += GraphLayout.parseInstance(h.key()).totalSize()
                            + ClassLayout.parseInstance(h).instanceSize();
                }
            });
            assertTrue(octets[0] / 100 <= 128, () -> octets[0] / 100 + " octets each");
            int written = client.write(ByteBuffer.allocate(1_000_000));
            assertTrue(net.run(5_000 * TwoHosts.MS, () -> sink.read() == written));
            client.abort(net.nowNs);
            sink.socket.abort(net.nowNs);
            net.run(100_000 * TwoHosts.MS, () -> false);
            assertEquals(0, flows.size());
            assertNull(listener.accept());
        }
    }
}
