package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How much goes into a segment where the peer's window is small, under Linux's profile. */
final class SegmentSizingTest {
    private static final int OCTETS = 5000;

    @Test
    void segmentsGrowWithTheWindow() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.LINUX.with(Knob.WINDOW_SCALING, 0))) {
            TcpListener listener = net.listen();
            TwoHosts.check(listener.set(TcpOption.SO_RCVBUF, 1000));
            TcpSocket client = net.connect();
            assertTrue(net.run(100 * TwoHosts.MS, () -> listener.waitingCount() > 0));
            TcpConnection c = TwoHosts.connection(client);
            int window = c.tcb.snd.maxWnd;
            assertEquals(window / 2, c.effectiveMss()); // options are beside it
            assertEquals(1448, HandshakeInput.smss(c.tcb));
            assertEquals(10L * HandshakeInput.smss(c.tcb), c.window.cwnd());
            TcpSocket server = listener.accept();
            assertNotNull(server);
            TwoHosts.check(server.set(TcpOption.SO_RCVBUF, 60_000, net.nowNs));
            assertEquals(OCTETS, client.write(ByteBuffer.allocate(OCTETS)));
            assertTrue(net.run(100 * TwoHosts.MS, () -> c.tcb.snd.maxWnd > window));
            assertEquals(1448, c.effectiveMss());
            assertTrue(net.run(100 * TwoHosts.MS, () -> c.tcb.snd.unaOffset == OCTETS)); // before any timer expires
        }
    }
}
