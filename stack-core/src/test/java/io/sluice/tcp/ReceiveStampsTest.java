package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.ErrorQueue;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** SO_TIMESTAMP: what is remembered of arrivals is bounded and charged, whatever the peer sends. */
final class ReceiveStampsTest {
    private static final int SEGMENTS = 5 * ReceiveStamps.MOST;

    private TcpSocket client(TwoHosts net, TcpListener listener) {
        TcpSocket client = net.connect();
        assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() > 0));
        assertNull(client.set(TcpOption.TCP_NODELAY, true, net.nowNs));
        return client;
    }

    private static TcpSocket accept(TwoHosts net, TcpListener listener) {
        TcpSocket server = listener.accept();
        assertNotNull(server);
        assertNull(server.set(TcpOption.SO_TIMESTAMP, true, net.nowNs));
        return server;
    }

    /** One octet in each segment. */
    private static void drip(TwoHosts net, TcpSocket from, TcpSocket to) {
        for (int i = 0; i < SEGMENTS; i++) {
            from.write(ByteBuffer.allocate(1));
            net.run(TwoHosts.MS / 100, () -> false);
        }
        assertTrue(net.run(10_000 * TwoHosts.MS, () -> TwoHosts.connection(to).tcb.rcv.nxtOffset >= SEGMENTS));
    }

    @Test
    void manyTinySegmentsAreRememberedInBoundedMemory() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = client(net, listener);
            TcpSocket server = accept(net, listener);
            drip(net, client, server);
            TcpConnection c = TwoHosts.connection(server);
            long charged = ReceiveStamps.chargedBytes(c);
            assertEquals(charged, c.chargedBytes - c.receiveQueue.pinnedBytes());
            assertTrue(charged > 0 && charged <= 80L * ReceiveStamps.MOST, charged + " octets");
            assertEquals(SEGMENTS, server.read(ByteBuffer.allocate(SEGMENTS)));
            long last =
                    Objects.requireNonNull(new ErrorQueue(server).receiveTime()).softwareNs();
            assertTrue(last > net.nowNs - 1000 * TwoHosts.MS);
            assertEquals(0, c.chargedBytes);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void whatNobodyReadsIsNotRemembered() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = client(net, listener);
            TcpSocket server = accept(net, listener);
            assertNull(server.shutdownInput());
            drip(net, client, server);
            Occasional o = TwoHosts.connection(server).occasional;
            assertTrue(o == null || o.receiveStamps == null);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }
}
