package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.cc.RecoveryPhase;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Proportional rate reduction (RFC 9937): the window comes down over a round trip, not at once, and ends at ssthresh. */
class PrrTest {
    private static final int SIZE = 2_000_000;

    private record Sent(boolean repeated, long atNs) {}

    @Test
    void sendsOneSegmentForTwoThatArriveAndEndsAtTheThreshold() {
        try (TwoHosts net = new TwoHosts(
                3, TcpProfile.STANDARD.with(Knob.DELAYED_ACK_SEGMENTS, 1).with(Knob.INITIAL_WINDOW_SEGMENTS, 40))) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            TcpConnection c = TwoHosts.connection(client);
            List<Sent> inRecovery = new ArrayList<>();
            int[] count = new int[1];
            net.filter = (fromA, packet) -> {
                if (!fromA || packet.readableBytes() < 500) {
                    return true;
                }
                if (c.tcb.recovery.phase == RecoveryPhase.RECOVERY) {
                    inRecovery.add(new Sent(inRecovery.isEmpty(), net.nowNs));
                }
                return ++count[0] != 1; // the first of 40 is lost
            };
            ByteBuffer data = ByteBuffer.allocate(SIZE);
            client.write(data);
            ByteBuffer sink = ByteBuffer.allocate(SIZE);
            long[] windowAtEnd = new long[1];
            boolean[] seen = new boolean[1];
            assertTrue(net.run(20_000 * TwoHosts.MS, () -> {
                client.write(data);
                server.read(sink);
                boolean recovering = c.tcb.recovery.phase == RecoveryPhase.RECOVERY;
                if (seen[0] && !recovering && windowAtEnd[0] == 0) {
                    windowAtEnd[0] = c.window.cwnd();
                }
                seen[0] |= recovering;
                return !sink.hasRemaining();
            }));
            int smss = c.window.smss();
            // 39 segments arrive while ssthresh is half of them: every second one lets a segment go.
            assertTrue(
                    inRecovery.size() >= 19 && inRecovery.size() <= 21, () -> inRecovery.size() + " in the recovery");
            assertEquals(20.0 * smss, (double) windowAtEnd[0], 2.0 * smss);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }
}
