package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.LostRange;
import io.sluice.cc.RateSample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Delivery rate samples (draft-ietf-ccwg-bbr-06 §4.1), of a sender whose rate is known. */
class RateSampleTest {
    private static final long BYTES_PER_SECOND = 2_000_000;
    private static final int PIECE = 200_000;

    private record Sample(long rate, boolean appLimited, long rttNs, long delivered, long txInFlight, long lost) {}

    /** The rate is that of the sender; what is written after a pause is marked until it is acknowledged. */
    @Test
    void measuresThePacedRateAndSeesPauses() {
        Recorder recorder = new Recorder();
        transfer(recorder, net -> {});
        List<Sample> whole = recorder.samples.stream()
                .filter(s -> s.rate > 0 && !s.appLimited)
                .toList();
        assertTrue(whole.size() > 10, whole::toString);
        double[] rates = whole.stream().mapToDouble(Sample::rate).sorted().toArray();
        // Pacing counts headers, samples do not; the first flight is one quantum more, the last ACK delayed.
        assertEquals(BYTES_PER_SECOND, rates[rates.length / 2], BYTES_PER_SECOND * 0.1);
        for (Sample s : whole) {
            assertTrue(s.rate < BYTES_PER_SECOND * 1.2, s::toString);
            assertTrue(s.rttNs >= 10 * TwoHosts.MS, s::toString);
            assertTrue(s.txInFlight > 0 && s.txInFlight <= BYTES_PER_SECOND * 15 / 1000, s::toString);
            assertEquals(0, s.lost);
        }
        int firstWhole = recorder.samples.indexOf(whole.get(0));
        long afterPause = recorder.samples.stream()
                .skip(firstWhole)
                .filter(Sample::appLimited)
                .count();
        assertTrue(afterPause > 0, "the first flight after the pause");
        assertTrue(recorder.lost.isEmpty());
    }

    /** A segment that is lost is told of once, with what had been delivered and lost when it left. */
    @Test
    void tellsOfEachLoss() {
        Recorder recorder = new Recorder();
        int[] data = new int[1];
        transfer(
                recorder,
                net -> net.filter = (fromA, packet) ->
                        !fromA || packet.readableBytes() < 500 || (++data[0] != 20 && data[0] != 60));
        assertEquals(2, recorder.lost.size());
        LostRange first = recorder.lost.get(0);
        LostRange second = recorder.lost.get(1);
        assertEquals(0, first.lostAtSend);
        assertEquals(first.bytes, second.lostAtSend);
        assertTrue(first.deliveredAtSend > 0 && second.deliveredAtSend > first.deliveredAtSend);
        assertTrue(first.txInFlight >= first.bytes);
        assertEquals(first.bytes + second.bytes, recorder.lostTotal);
        assertTrue(recorder.samples.stream().anyMatch(s -> s.lost == first.bytes), "RS.lost");
        assertFalse(recorder.samples.stream().anyMatch(s -> s.lost > recorder.lostTotal));
    }

    private static void transfer(Recorder recorder, Consumer<TwoHosts> path) {
        TcpStack stack = new TcpStack("recorder", TcpStack.Requirement.NONE, () -> recorder);
        try (TwoHosts net = new TwoHosts(7, TcpProfile.STANDARD, stack)) {
            path.accept(net);
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            ByteBuffer sink = ByteBuffer.allocate(2 * PIECE);
            for (int piece = 1; piece <= 2; piece++) {
                int until = piece * PIECE;
                assertEquals(PIECE, client.write(ByteBuffer.allocate(PIECE)));
                assertTrue(net.run(10_000 * TwoHosts.MS, () -> {
                    server.read(sink);
                    return sink.position() == until;
                }));
                net.run(500 * TwoHosts.MS, () -> false);
            }
            recorder.lostTotal = TwoHosts.connection(client).lostBytesTotal();
            client.abort(net.nowNs);
            server.abort(net.nowNs);
        }
    }

    /** Both ends have it, but only one sends. */
    private static final class Recorder implements CongestionControl {
        final List<Sample> samples = new ArrayList<>();
        final List<LostRange> lost = new ArrayList<>();
        long lostTotal;

        private final FixedRate rate = new FixedRate(BYTES_PER_SECOND);

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
            rate.onStart(window, connection, nowNs);
        }

        @Override
        public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
            rate.onAck(window, connection, ack);
            RateSample r = ack.rate;
            samples.add(
                    new Sample(r.deliveryRate, r.isAppLimited, r.rttNs, r.deliveredBytes, r.txInFlight, r.lostBytes));
        }

        @Override
        public void onRangeLost(CongestionWindow window, ConnectionView connection, LostRange range, long nowNs) {
            LostRange copy = new LostRange();
            copy.bytes = range.bytes;
            copy.deliveredAtSend = range.deliveredAtSend;
            copy.lostAtSend = range.lostAtSend;
            copy.txInFlight = range.txInFlight;
            lost.add(copy);
        }

        @Override
        public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {}

        @Override
        public void onRetransmissionTimeout(
                CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {}

        @Override
        public boolean ownsRecoveryWindow() {
            return true;
        }
    }
}
