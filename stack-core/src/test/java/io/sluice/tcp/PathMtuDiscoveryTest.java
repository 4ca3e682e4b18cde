package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.ip.PathMtuCache;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Paths that drop what is too large without a word: RFC 4821, RFC 8899. */
final class PathMtuDiscoveryTest {
    private static final int HEADERS = 40;

    /** Segments that are lost before ICMP tells. */
    private static final int LOST = 8;

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

    /** Transfers with pauses, in which the search may go on that RFC 4821 §7.6.2 has wait after each probe that was lost. */
    private static void search(TwoHosts net, TcpSocket from, TcpSocket to) {
        for (int i = 0; i < 20; i++) {
            transfer(net, from, to, 40_000);
            net.run(5_000 * TwoHosts.MS, () -> false);
        }
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
            search(net, client, server);
            assertTrue(c.tcb.snd.mss + HEADERS <= 1300, () -> "MSS " + c.tcb.snd.mss);
            assertTrue(c.tcb.snd.mss + HEADERS > 1300 - 16, () -> "the search ended at " + c.tcb.snd.mss);
            assertEquals(2, net.a.counters().get(Counter.TCP_RTO));
            widest[0] = 1500; // and wide again: found out when the next search begins
            net.run(600_000 * TwoHosts.MS, () -> false);
            search(net, client, server);
            assertTrue(c.tcb.snd.mss + HEADERS > 1500 - 16, () -> "the search ended at " + c.tcb.snd.mss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 8899 §3 (2): what may be cut on the way says nothing of the path. */
    @Test
    void nothingIsProbedThatMayBeCutOnTheWay() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            assertNull(client.set(TcpOption.IP_MTU_DISCOVER, PathMtuMode.DONT, net.nowNs));
            net.filter = (fromA, packet) -> packet.readableBytes() <= 1300;
            transfer(net, client, server, 1_000_000);
            TcpConnection c = TwoHosts.connection(client);
            int low = c.tcb.snd.mss;
            assertTrue(low + HEADERS <= 1300 - 16, () -> "MSS " + low);
            search(net, client, server);
            assertEquals(low, c.tcb.snd.mss);
            assertNull(client.set(TcpOption.IP_MTU_DISCOVER, PathMtuMode.WANT, net.nowNs));
            search(net, client, server);
            assertTrue(c.tcb.snd.mss > low, () -> "MSS " + c.tcb.snd.mss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 4821 §7.5: the loss of a probe alone is not a sign of congestion. */
    @Test
    void lostProbesDoNotSlowTheSender() {
        for (int i = 0; i < 4; i++) {
            int sack = i % 2;
            TcpProfile probing = TcpProfile.STANDARD
                    .with(Knob.MTU_PROBING, 2)
                    .with(Knob.SACK, sack)
                    .with(Knob.WINDOW_IN_SEGMENTS, i / 2);
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
                search(net, client, server);
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

    /** However many small segments are in flight: what has become too large for the path is cut. */
    @Test
    void theFirstOfVeryManySegmentsIsCut() {
        try (TwoHosts net = new TwoHosts(6, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            assertNull(client.set(TcpOption.TCP_NODELAY, true, net.nowNs));
            net.filter = (fromA, packet) -> false;
            c.window.cwnd(1_000_000);
            client.write(ByteBuffer.allocate(1400));
            for (int i = 0; i < SendLedger.MAX_ENTRIES + 10; i++) {
                net.run(0, () -> true);
                client.write(ByteBuffer.allocate(1));
            }
            net.run(0, () -> true);
            assertTrue(c.ledger.entries() > SendLedger.MAX_ENTRIES, () -> c.ledger.entries() + " entries");
            c.context.pathMtu.onPacketTooBig(c, c.tcb.snd.una, 600, net.nowNs);
            net.filter = (fromA, packet) -> packet.readableBytes() <= 600;
            ByteBuffer sink = ByteBuffer.allocate(65_536);
            assertTrue(net.run(600_000 * TwoHosts.MS, () -> server.read(sink.clear()) >= 0 && c.flightBytes() == 0));
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 4821 §7.6.2: between two probes that are lost lie as many round trips as the congestion window has segments. */
    @Test
    void lostProbesAreFarApart() {
        try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD.with(Knob.MTU_PROBING, 2))) {
            net.a.ip().mtus().reduce(net.serverEndpoint.address(), 700, net.nowNs);
            TcpListener listener = net.listen();
            TwoHosts.check(
                    listener.set(TcpOption.SO_RCVBUF, 20_000)); // so that the window is small, and the time short
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            List<Long> lostNs = new ArrayList<>();
            List<Long> leastNs = new ArrayList<>();
            net.filter = (fromA, packet) -> {
                if (packet.readableBytes() > 1200) {
                    lostNs.add(net.nowNs);
                    leastNs.add(c.window.cwnd() / c.window.smss() * c.tcb.rtt.srttNs);
                    return false;
                }
                return true;
            };
            transfer(net, client, server, 2_000_000);
            assertTrue(lostNs.size() > 1, lostNs.size() + " probes were lost");
            for (int i = 1; i < lostNs.size(); i++) {
                assertTrue(lostNs.get(i) - lostNs.get(i - 1) > leastNs.get(i - 1), "after " + i);
            }
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 4821 §7.6.4: a probe that is lost with others is a loss like others, and is tried again. */
    @Test
    void aProbeThatIsLostWithOthersSaysNothing() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD.with(Knob.MTU_PROBING, 2))) {
            net.a.ip().mtus().reduce(net.serverEndpoint.address(), 700, net.nowNs);
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            int[] toLose = {0};
            boolean[] done = {false};
            net.filter = (fromA, packet) -> {
                if (!done[0] && packet.readableBytes() > 750) {
                    done[0] = true;
                    toLose[0] = 2; // the probe, and the segment behind it
                }
                return toLose[0]-- <= 0;
            };
            transfer(net, client, server, 200_000);
            assertEquals(1, net.a.counters().get(Counter.TCP_FAST_RECOVERIES));
            search(net, client, server);
            assertTrue(c.tcb.snd.mss + HEADERS > 1500 - 16, () -> "the search ended at " + c.tcb.snd.mss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** What is lost because a router says that the path has become narrow does not bring back a size that is wider. */
    @Test
    void aPathThatIsNarrowAfterItsSizeWasRaised() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD.with(Knob.MTU_PROBING, 2))) {
            net.a.ip().mtus().reduce(net.serverEndpoint.address(), 700, net.nowNs);
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            int[] dropped = {0};
            int[] small = {0}; // some are lost for other reasons
            int[] largest = {0};
            net.filter = (fromA, packet) -> {
                largest[0] = dropped[0] >= LOST ? Math.max(largest[0], c.tcb.snd.mss) : 0;
                boolean narrow = dropped[0] > 0 || c.tcb.snd.mss > 700;
                if (!fromA || !narrow || packet.readableBytes() <= 600) {
                    return !fromA || dropped[0] < LOST || small[0]++ % 4 != 3 || small[0] > 100;
                }
                if (++dropped[0] == LOST) {
                    c.context.pathMtu.onPacketTooBig(c, c.tcb.snd.una, 600, net.nowNs);
                }
                return false;
            };
            for (int i = 0; i < 20; i++) {
                transfer(net, client, server, 40_000);
                net.run(1_000 * TwoHosts.MS, () -> false);
            }
            assertTrue(dropped[0] >= LOST, dropped[0] + " were too large");
            assertEquals(600 - HEADERS, largest[0]);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** RFC 4821 §7.8: a path that takes every third large packet lets a probe pass, and the size is taken back. */
    @Test
    void aSizeThatNotAllPathsTakeIsGivenUp() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD.with(Knob.MTU_PROBING, 2))) {
            net.a.ip().mtus().reduce(net.serverEndpoint.address(), 700, net.nowNs);
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            TcpSocket server = accepted(net, listener);
            TcpConnection c = TwoHosts.connection(client);
            int[] large = {0};
            net.filter = (fromA, packet) -> packet.readableBytes() <= 1100 || large[0]++ % 3 != 2;
            search(net, client, server);
            assertTrue(large[0] > 10, large[0] + " were large");
            transfer(net, client, server, 300_000);
            assertTrue(c.tcb.snd.mss + HEADERS <= 1100, () -> "MSS " + c.tcb.snd.mss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }
}
