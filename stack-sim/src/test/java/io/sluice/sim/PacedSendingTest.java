package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pacer over devices with and without segmentation offload, with a driver that is punctual or late. */
class PacedSendingTest {
    private static final long MS = 1_000_000L;
    private static final long WINDOW_NS = 10 * MS;
    private static final int SEGMENT = 1448;
    private static final int HEADERS = 52;

    /** A constant rate and a window that never limits. */
    private record Paced(long bytesPerSecond) implements CongestionControl {
        @Override
        public String name() {
            return "paced";
        }

        @Override
        public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
            window.cwnd(1 << 28);
            window.pacingRate(bytesPerSecond);
        }

        @Override
        public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {}

        @Override
        public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {}

        @Override
        public void onRetransmissionTimeout(
                CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {}
    }

    /** Payload that left at one instant. */
    private record Burst(long atNs, long bytes) {}

    private static List<Burst> send(long bytesPerSecond, boolean offload, long turnIntervalNs, long forNs) {
        LinkConfig link = offload ? LinkConfig.OFFLOAD : LinkConfig.PLAIN;
        List<Burst> bursts = new ArrayList<>();
        try (BbrPath path = new BbrPath(1, link, PipeConfig.of(0, MS / 2), PipeConfig.of(0, MS / 2))) {
            path.forward.filter((packet, nowNs) -> {
                add(bursts, nowNs, packet.readableBytes() - HEADERS);
                return true;
            });
            path.bulk(() -> new Paced(bytesPerSecond));
            path.run(100 * MS); // the buffers grow
            path.sender.turnIntervalNs(turnIntervalNs);
            path.run(100 * MS);
            bursts.clear();
            path.run(forNs);
        }
        return bursts;
    }

    private static void add(List<Burst> bursts, long atNs, long bytes) {
        Burst last = bursts.isEmpty() ? null : bursts.get(bursts.size() - 1);
        if (last != null && last.atNs == atNs) {
            bursts.set(bursts.size() - 1, new Burst(atNs, last.bytes + bytes));
        } else {
            bursts.add(new Burst(atNs, bytes));
        }
    }

    @ParameterizedTest(name = "{0} Mbit/s, offload {1}, turns {2} us apart")
    @CsvSource({
        "10, false, 0",
        "10, true, 0",
        "10, true, 300",
        "100, false, 0",
        "100, true, 0",
        "100, false, 300",
        "100, true, 300",
        "1000, false, 0",
        "1000, true, 0",
        "1000, false, 300",
        "1000, true, 300",
        "2000, true, 0",
        "2000, true, 300"
    })
    void keepsTheRateInBurstsOfAMillisecond(long mbitPerSecond, boolean offload, long lateUs) {
        long rate = mbitPerSecond * 125_000;
        long forNs = mbitPerSecond >= 1000 ? 100 * MS : 1000 * MS;
        List<Burst> bursts = send(rate, offload, lateUs * 1000, forNs);
        long most = Math.max(SEGMENT, rate / 1000);
        long perWindow = rate / 100;
        long sum = 0;
        long windowStart = bursts.get(0).atNs;
        long inWindow = 0;
        for (Burst burst : bursts) {
            assertTrue(burst.bytes <= most, () -> "a burst of " + burst.bytes + " octets");
            if (burst.atNs >= windowStart + WINDOW_NS) {
                // One segment, or a burst at either edge, where that is more than a tenth.
                long tolerance = Math.max(perWindow / 10, offload ? Math.min(most, 65_536) : SEGMENT);
                assertEquals((double) perWindow, (double) inWindow, (double) tolerance, "octets in 10 ms");
                windowStart += WINDOW_NS;
                inWindow = 0;
            }
            inWindow += burst.bytes;
            sum += burst.bytes;
        }
        assertEquals(rate * (forNs / 1e9), (double) sum, rate * (forNs / 1e9) * 0.01, "octets in all");
    }
}
