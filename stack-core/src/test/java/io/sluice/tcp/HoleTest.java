package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The segment that fills the first hole is taken, whatever is held behind it. */
class HoleTest {
    private static final int SIZE = 400_000;
    private static final char TINY_MSS = 64;

    @Test
    void tinySegmentsBehindAHoleDoNotKeepItOpen() {
        try (TwoHosts net = new TwoHosts(
                1, TcpProfile.STANDARD.with(Knob.RECEIVE_BUFFER, 65_536).with(Knob.RECEIVE_BUFFER_AUTO, 0))) {
            TcpListener listener = net.listen();
            TcpSocket client = net.socketsA.tcp();
            client.options().maxSegment = TINY_MSS;
            client.connect(net.serverEndpoint, net.nowNs);
            assertTrue(net.run(1_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            Stream stream = new Stream(client, server);
            assertTrue(net.run(10_000 * TwoHosts.MS, () -> stream.step() > SIZE / 2));

            int hole = TwoHosts.connection(client).tcb.snd.nxt;
            long lostUntilNs = net.nowNs + 5_000 * TwoHosts.MS;
            net.filter = (fromA, packet) ->
                    !fromA || net.nowNs > lostUntilNs || packet.getInt(packet.readerIndex() + 24) != hole;
            net.run(6_000 * TwoHosts.MS, () -> stream.step() == SIZE);
            assertEquals(0, net.b.counters().get(DropReason.TCP_RECEIVE_MEMORY), "gathered, they fit");
            assertTrue(
                    net.b.memory().usedBytes() < 4 * 65_536,
                    () -> net.b.memory().usedBytes() + " octets");
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> stream.step() == SIZE), () -> client + " " + server);
            assertEquals(SIZE, stream.received);
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    /** One direction: counts. */
    private static final class Stream {
        private final TcpSocket from;
        private final TcpSocket to;
        private final ByteBuffer target = ByteBuffer.allocate(100_000);
        private int sent;
        private int received;

        Stream(TcpSocket from, TcpSocket to) {
            this.from = from;
            this.to = to;
        }

        int step() {
            sent += from.write(ByteBuffer.allocate(SIZE - sent));
            received += to.read(target.clear());
            return received;
        }
    }
}
