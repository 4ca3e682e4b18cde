package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single losses are repaired by duplicate acknowledgments, without waiting for the timer: RFC 5681 §3.2, RFC 6675 §5. */
class FastRetransmitTest {
    private static final int SIZE = 200_000;

    @ParameterizedTest
    @CsvSource({"1, 5", "1, 5 6", "1, 2 5", "0, 5", "0, 2 5"})
    void noTimeoutForIsolatedLosses(int sack, String lost) {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD.with(Knob.SACK, sack))) {
            Set<Integer> toLose = new TreeSet<>();
            for (String n : lost.split(" ", -1)) {
                toLose.add(Integer.valueOf(n));
            }
            int losses = toLose.size();
            int[] data = new int[1];
            net.filter = (fromA, packet) -> !(fromA && isFull(packet) && toLose.remove(data[0]++));
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertEquals(SIZE, client.write(ByteBuffer.allocate(SIZE)));
            ByteBuffer sink = ByteBuffer.allocate(SIZE);
            long start = net.nowNs;
            assertTrue(net.run(10_000 * TwoHosts.MS, () -> {
                server.read(sink);
                return !sink.hasRemaining();
            }));
            assertTrue(toLose.isEmpty());
            assertEquals(losses, net.a.counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED));
            assertEquals(0, net.a.counters().get(Counter.TCP_RTO));
            assertEquals(1, net.a.counters().get(Counter.TCP_FAST_RECOVERIES));
            assertTrue(net.nowNs - start < 200 * TwoHosts.MS, "took " + (net.nowNs - start) / TwoHosts.MS + " ms");
        }
    }

    private static boolean isFull(ByteBuf packet) {
        return packet.readableBytes() == 1500;
    }
}
