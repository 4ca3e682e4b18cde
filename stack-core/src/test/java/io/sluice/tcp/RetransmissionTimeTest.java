package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Lost acknowledgments lengthen neither the retransmission timeout nor, by keepalives, a wait for it. */
class RetransmissionTimeTest {
    @Test
    void lostAcknowledgmentsAreNoMeasurement() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accept(net, listener);
            Tcb.RoundTrip rtt = TwoHosts.connection(client).tcb.rtt;
            exchange(net, client, server);
            exchange(net, client, server);
            long before = rtt.rtoNs;
            long lostUntilNs = net.nowNs + 10_000 * TwoHosts.MS;
            net.filter = (fromA, packet) -> fromA || net.nowNs > lostUntilNs;
            exchange(net, client, server);
            assertTrue(net.a.counters().get(Counter.TCP_RTO) >= 4, "repeated");
            assertEquals(0, TwoHosts.connection(client).flightBytes());
            assertEquals(before, rtt.rtoNs);
            exchange(net, client, server);
            assertEquals(0, rtt.backoff);
            assertTrue(rtt.rtoNs <= 2 * before, () -> rtt.rtoNs + " ns");
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void keepAliveWaitsWhileDataIsOutstanding() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = connectWithKeepAlive(net, 1_000 * TwoHosts.MS, 1_000 * TwoHosts.MS);
            TcpSocket server = accept(net, listener);
            exchange(net, client, server);
            net.filter = (fromA, packet) -> false;
            client.write(ByteBuffer.allocate(100));
            net.run(30_000 * TwoHosts.MS, () -> false);
            assertEquals(0, net.a.counters().get(Counter.TCP_KEEPALIVE_PROBES));
            assertEquals(TcpState.ESTABLISHED, client.state());
            net.filter = (fromA, packet) -> true;
            assertTrue(net.run(
                    60_000 * TwoHosts.MS, () -> TwoHosts.connection(client).flightBytes() == 0));
            net.run(10_000 * TwoHosts.MS, () -> false);
            assertTrue(net.a.counters().get(Counter.TCP_KEEPALIVE_PROBES) > 5, "probes when idle");
            assertEquals(TcpState.ESTABLISHED, client.state());
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** Neither asks a change of other options a silent peer sooner, nor does it keep what was asked before an answer from being forgotten. */
    @Test
    void otherOptionsDoNotHurryKeepAlive() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = connectWithKeepAlive(net, 10_000 * TwoHosts.MS, 2_000 * TwoHosts.MS);
            TcpSocket server = accept(net, listener);
            exchange(net, client, server);
            for (int probes = 1; probes <= 8; probes++) {
                int expected = probes;
                assertTrue(net.run(
                        12_000 * TwoHosts.MS, () -> net.a.counters().get(Counter.TCP_KEEPALIVE_PROBES) == expected));
                for (int i = 0; i < 5; i++) {
                    client.set(TcpOption.TCP_NODELAY, i % 2 == 0, net.nowNs);
                    net.run(100 * TwoHosts.MS, () -> false);
                }
                assertEquals(probes, net.a.counters().get(Counter.TCP_KEEPALIVE_PROBES));
                assertEquals(TcpState.ESTABLISHED, client.state());
            }
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** RFC 9293 §3.8.3 (MUST-21): the user's timeout ends a silent connection when it is over, however many probes fit into it. */
    @Test
    void manyKeepAlivesDoNotOutliveTheUsersTimeout() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = connectWithKeepAlive(net, 1_000 * TwoHosts.MS, 1_000 * TwoHosts.MS);
            TcpSocket server = accept(net, listener);
            exchange(net, client, server);
            client.set(TcpOption.TCP_USER_TIMEOUT, Duration.ofMinutes(3), net.nowNs);
            exchange(net, client, server);
            long startNs = net.nowNs;
            net.filter = (fromA, packet) -> false;
            assertTrue(net.run(1_000_000 * TwoHosts.MS, () -> client.state() == TcpState.CLOSED));
            long seconds = (net.nowNs - startNs) / (1_000 * TwoHosts.MS);
            assertTrue(seconds >= 179 && seconds <= 183, () -> seconds + " s");
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    private static TcpSocket connectWithKeepAlive(TwoHosts net, long idleNs, long intervalNs) {
        TcpSocket client = net.socketsA.tcp();
        client.options().keepAlive = true;
        client.options().keepAliveIdleNs = idleNs;
        client.options().keepAliveIntervalNs = intervalNs;
        client.options().keepAliveProbes = 3;
        client.connect(net.serverEndpoint, net.nowNs);
        return client;
    }

    private static TcpSocket accept(TwoHosts net, TcpListener listener) {
        assertTrue(net.run(10_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return server;
    }

    /** Sends something that arrives and is acknowledged. */
    private static void exchange(TwoHosts net, TcpSocket client, TcpSocket server) {
        client.write(ByteBuffer.allocate(100));
        ByteBuffer target = ByteBuffer.allocate(100);
        assertTrue(net.run(60_000 * TwoHosts.MS, () -> {
            server.read(target);
            return TwoHosts.connection(client).flightBytes() == 0
                    && TwoHosts.connection(client).unsentBytes() == 0;
        }));
    }
}
