package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.cc.RecoveryPhase;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pacing under a congestion control that only knows a rate. */
class PacingTest {
    private static final long BYTES_PER_SECOND = 1_000_000;

    /** Octets of the headers of IPv4 and TCP, with timestamps. */
    private static final int HEADERS = 52;

    private static final int SIZE = 500_000;

    private record Sent(long atNs, int bytes) {}

    @Test
    void sendsAtTheRateInSmallBursts() {
        List<Sent> sent = new ArrayList<>();
        TcpStack stack = new TcpStack("fixed", TcpStack.Requirement.NONE, () -> new FixedRate(BYTES_PER_SECOND));
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD, stack)) {
            net.filter = (fromA, packet) -> {
                if (fromA && packet.readableBytes() > 100) {
                    sent.add(new Sent(net.nowNs, packet.readableBytes() - HEADERS));
                }
                return true;
            };
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertEquals(SIZE, client.write(ByteBuffer.allocate(SIZE)));
            ByteBuffer sink = ByteBuffer.allocate(SIZE);
            assertTrue(net.run(10_000 * TwoHosts.MS, () -> {
                server.read(sink);
                return !sink.hasRemaining();
            }));
            client.close(net.nowNs);
        }
        checkEveryTenMilliseconds(sent);
    }

    /** While data waits for its time, acknowledgments of the peer do not bring the connection into the ring; what cannot wait does. */
    @Test
    void waitsInTheWheelAndNotInTheRing() {
        TcpStack stack = new TcpStack("fixed", TcpStack.Requirement.NONE, () -> new FixedRate(BYTES_PER_SECOND));
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD, stack)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            client.write(ByteBuffer.allocate(SIZE));
            TcpConnection c = TwoHosts.connection(client);
            assertTrue(net.run(100 * TwoHosts.MS, () -> c.timers.isArmed(TcpTimer.PACING)));
            long due = c.timers.deadlineNs(TcpTimer.PACING);
            assertTrue(due > net.nowNs && due <= net.nowNs + 2 * TwoHosts.MS);

            c.wantTransmit();
            assertFalse(c.context.ring.hasWork());
            assertEquals(due, c.timers.deadlineNs(TcpTimer.PACING));

            c.tcb.ack.now = true;
            c.wantTransmit();
            assertTrue(c.context.ring.hasWork());
            assertFalse(c.timers.isArmed(TcpTimer.PACING));

            net.a.transmit(Integer.MAX_VALUE, net.nowNs); // the acknowledgment leaves, and the data waits again
            assertFalse(c.tcb.ack.now);
            assertFalse(c.context.ring.hasWork());
            assertEquals(due, c.timers.deadlineNs(TcpTimer.PACING));

            c.window.pacingRate(Long.MAX_VALUE / 2);
            Pacer.rateChanged(c, net.nowNs);
            assertTrue(c.context.ring.hasWork());
            client.abort(net.nowNs);
        }
    }

    /** What simulators look for after each turn: a timer that is lost, or beside the ring; also in the midst of repairs. */
    @ParameterizedTest
    @EnumSource(
            value = RecoveryPhase.class,
            names = {"OPEN", "RECOVERY"})
    void lostAndDoubledTimersAreFound(RecoveryPhase phase) {
        TcpStack stack = new TcpStack("fixed", TcpStack.Requirement.NONE, () -> new FixedRate(BYTES_PER_SECOND));
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD, stack)) {
            int[] data = new int[1];
            net.filter = (fromA, packet) -> !(fromA && packet.readableBytes() > 100 && ++data[0] == 3);
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            client.write(ByteBuffer.allocate(SIZE));
            TcpConnection c = TwoHosts.connection(client);
            assertTrue(net.run(
                    100 * TwoHosts.MS, () -> c.tcb.recovery.phase == phase && c.timers.isArmed(TcpTimer.PACING)));
            assertNull(ConnectionCheck.fault(c, net.nowNs));

            long due = c.timers.deadlineNs(TcpTimer.PACING);
            c.timers.disarm(TcpTimer.PACING);
            assertEquals("has lost its pacing timer", ConnectionCheck.fault(c, net.nowNs));
            c.wantTransmit();
            assertNull(ConnectionCheck.fault(c, net.nowNs), "its turn comes");
            c.timers.arm(TcpTimer.PACING, due);
            assertEquals("waits for the rate in the ring", ConnectionCheck.fault(c, net.nowNs));
            client.abort(net.nowNs);
        }
    }

    private static void checkEveryTenMilliseconds(List<Sent> sent) {
        long start = sent.get(0).atNs;
        long end = sent.get(sent.size() - 2).atNs; // the last segment is small, and Nagle holds it back
        long allowed = BYTES_PER_SECOND / 100;
        for (long t = start + 20 * TwoHosts.MS; t + 20 * TwoHosts.MS < end; t += 10 * TwoHosts.MS) {
            long from = t;
            long bytes = sent.stream()
                    .filter(s -> s.atNs >= from && s.atNs < from + 10 * TwoHosts.MS)
                    .mapToLong(Sent::bytes)
                    .sum();
            // A window of 10 ms holds the rate's worth, give or take one quantum of two segments at either edge.
            assertTrue(Math.abs(bytes - allowed) <= 2 * 1500, bytes + " octets in the 10 ms from " + from);
        }
        double rate = sent.stream().mapToLong(Sent::bytes).sum() * 1e9 / (end - start);
        assertEquals(BYTES_PER_SECOND, rate, BYTES_PER_SECOND * 0.02);
    }
}
