package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.ip.PathMtuCache;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Paths that drop what is too large without a word: RFC 4821, RFC 8899. */
final class PathMtuDiscoveryTest {
    private static final int HEADERS = 40;

    private static void transfer(TwoHosts net, TcpSocket from, TcpSocket to, int octets) {
        ByteBuffer data = ByteBuffer.allocate(octets);
        ByteBuffer sink = ByteBuffer.allocate(65_536);
        int[] received = {0};
        from.write(data);
        assertTrue(
                net.run(120_000 * TwoHosts.MS, () -> {
                    from.write(data);
                    for (int n = to.read(sink.clear()); n > 0; n = to.read(sink.clear())) {
                        received[0] += n;
                    }
                    return received[0] == octets;
                }),
                () -> received[0] + " octets of " + octets + "; "
                        + TwoHosts.connection(from).info());
    }

    private static TcpSocket accepted(TwoHosts net, TcpListener listener) {
        assertTrue(net.run(5_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return server;
    }

    @Test
    void fallsIntoABlackHoleAndClimbsOutOfIt() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            int[] widest = {1500};
            net.filter = (fromA, packet) -> packet.readableBytes() <= widest[0];
            transfer(net, client, server, 100_000);
            TcpConnection c = TwoHosts.connection(client);
            assertEquals(1500 - HEADERS, c.tcb.snd.mss);
            widest[0] = 1300; // the path becomes narrower
            transfer(net, client, server, 1_000_000);
            assertTrue(c.tcb.snd.mss + HEADERS <= 1300, () -> "MSS " + c.tcb.snd.mss);
            assertTrue(c.tcb.snd.mss + HEADERS > 1300 - 16, () -> "the search ended at " + c.tcb.snd.mss);
            assertEquals(2, net.a.counters().get(Counter.TCP_RTO));
            widest[0] = 1500; // and wide again: found out when the next search begins
            net.run(600_000 * TwoHosts.MS, () -> false);
            transfer(net, client, server, 1_000_000);
            assertTrue(c.tcb.snd.mss + HEADERS > 1500 - 16, () -> "the search ended at " + c.tcb.snd.mss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 4821 §7.5: the loss of a probe alone is not a sign of congestion. */
    @Test
    void lostProbesDoNotSlowTheSender() {
        for (int sack = 0; sack < 2; sack++) {
            TcpProfile probing = TcpProfile.STANDARD.with(Knob.MTU_PROBING, 2).with(Knob.SACK, sack);
            try (TwoHosts net = new TwoHosts(2, probing)) {
                PathMtuCache narrow = net.a.ip().mtus();
                narrow.reduce(net.serverEndpoint.address(), 700, net.nowNs);
                TcpListener listener = net.listen();
                TcpSocket client = net.connect();
                TcpSocket server = accepted(net, listener);
                TcpConnection c = TwoHosts.connection(client);
                assertEquals(700 - HEADERS, c.tcb.snd.mss);
                int[] lost = {0};
                net.filter = (fromA, packet) -> {
                    boolean passes = packet.readableBytes() <= 1200;
                    lost[0] += passes ? 0 : 1;
                    return passes;
                };
                transfer(net, client, server, 2_000_000);
                assertTrue(lost[0] > 0);
                assertTrue(c.tcb.snd.mss + HEADERS <= 1200, () -> "MSS " + c.tcb.snd.mss);
                assertTrue(c.tcb.snd.mss + HEADERS > 1200 - 16, () -> "the search ended at " + c.tcb.snd.mss);
                assertEquals(0, net.a.counters().get(Counter.TCP_FAST_RECOVERIES), "SACK " + sack);
                assertEquals(0, net.a.counters().get(Counter.TCP_RTO));
                client.abort(net.nowNs);
                server.abort(net.nowNs);
            }
        }
    }
}
