package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.host.HostMemory;
import io.sluice.ip.ReassemblyLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Buffers grow to what a path can carry, only as far as they may, and memory that is short takes nothing back. */
class BufferTuningTest {
    private static final int INITIAL = 65_536;
    private static final int LARGEST = 1 << 20;
    private static final TcpProfile SMALL = TcpProfile.STANDARD
            .with(Knob.RECEIVE_BUFFER, INITIAL)
            .with(Knob.SEND_BUFFER, INITIAL)
            .with(Knob.RECEIVE_BUFFER_MAX, LARGEST)
            .with(Knob.SEND_BUFFER_MAX, LARGEST);

    /** A sender that writes what it can, and a reader that takes what it is let. */
    private static final class Flow {
        final TcpSocket from;
        final TcpSocket to;
        final ByteBuffer target = ByteBuffer.allocate(1 << 20);
        long accepted;
        long received;
        long left;

        Flow(TcpSocket from, TcpSocket to, long octets) {
            this.from = from;
            this.to = to;
            left = octets;
        }

        void write() {
            int n = from.write(ByteBuffer.allocate((int) Math.min(left, 1 << 20)));
            if (n > 0) {
                accepted += n;
                left -= n;
            }
        }

        void read(int most) {
            int n = to.read(target.clear().limit(most));
            received += Math.max(0, n);
        }
    }

    private static Flow open(TwoHosts net, TcpListener listener, long octets) {
        TcpSocket client = net.connect();
        assertTrue(net.run(10_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
        TcpSocket server = listener.accept();
        assertNotNull(server);
        return new Flow(client, server, octets);
    }

    private static void close(TwoHosts net, TcpListener listener, List<Flow> flows) {
        for (Flow f : flows) {
            f.from.abort(net.nowNs);
            f.to.abort(net.nowNs);
        }
        listener.close(net.nowNs);
    }

    /** Octets that cross a path of 100 ms in 20 s. */
    private static Flow longPath(TcpProfile profile, boolean timestamps, Tweak tweak) {
        try (TwoHosts net = new TwoHosts(4, profile.with(Knob.TIMESTAMPS, timestamps ? 1 : 0))) {
            net.delayNs = 50 * TwoHosts.MS;
            TcpListener listener = net.listen();
            Flow flow = open(net, listener, Long.MAX_VALUE);
            tweak.apply(flow);
            net.run(20_000 * TwoHosts.MS, () -> {
                flow.write();
                flow.read(1 << 20);
                return false;
            });
            close(net, listener, List.of(flow));
            return flow;
        }
    }

    private interface Tweak {
        void apply(Flow flow);
    }

    @Test
    void bothBuffersGrowToTheirLimitOverALongPath() {
        for (boolean timestamps : new boolean[] {true, false}) {
            Flow flow = longPath(SMALL, timestamps, f -> {});
            assertEquals(LARGEST, flow.to.options().receiveBuffer);
            assertEquals(LARGEST, flow.from.options().sendBuffer);
            long perRoundTrip = flow.received / 200;
            assertTrue(perRoundTrip > LARGEST / 2, () -> perRoundTrip + " octets a round trip");
        }
    }

    @Test
    void whatTheUserHasSizedStays() {
        Flow receiverSized = longPath(SMALL, true, f -> f.to.options().fixReceiveBuffer(INITIAL));
        assertEquals(INITIAL, receiverSized.to.options().receiveBuffer);
        assertTrue(receiverSized.received <= 201L * INITIAL, "more than the window in a round trip");
        Flow senderSized = longPath(SMALL, true, f -> f.from.options().fixSendBuffer(INITIAL));
        assertEquals(INITIAL, senderSized.from.options().sendBuffer);
        assertTrue(senderSized.received <= 201L * INITIAL, "more than the buffer in a round trip");
    }

    @Test
    void knobsSwitchItOff() {
        Flow flow = longPath(SMALL.with(Knob.RECEIVE_BUFFER_AUTO, 0).with(Knob.SEND_BUFFER_AUTO, 0), true, f -> {});
        assertEquals(INITIAL, flow.to.options().receiveBuffer);
        assertEquals(INITIAL, flow.from.options().sendBuffer);
    }

    @Test
    void aSlowReaderGetsNoLargerBuffer() {
        try (TwoHosts net = new TwoHosts(5, SMALL)) {
            TcpListener listener = net.listen();
            Flow flow = open(net, listener, 2_000_000);
            for (int i = 0; i < 200; i++) {
                net.run(10 * TwoHosts.MS, () -> {
                    flow.write();
                    return false;
                });
                flow.read(5_000);
            }
            assertEquals(INITIAL, flow.to.options().receiveBuffer);
            close(net, listener, List.of(flow));
        }
    }

    @Test
    void shortMemoryBoundsEverybodyAndLosesNothing() {
        long limit = 1 << 20;
        int flows = 12;
        HostMemory memory = new HostMemory(limit, ReassemblyLimits.DEFAULT, 1024, 16);
        try (TwoHosts net = new TwoHosts(6, SMALL, TcpStack.DEFAULT, memory)) {
            TcpListener listener = net.listen();
            List<Flow> all = new ArrayList<>();
            for (int i = 0; i < flows; i++) {
                all.add(open(net, listener, 300_000));
            }
            long[] most = new long[2];
            for (int i = 0; i < 100; i++) {
                net.run(
                        20 * TwoHosts.MS,
                        () -> { // nobody reads: both hosts fill up
                            all.forEach(Flow::write);
                            most[0] = Math.max(most[0], net.a.memory().usedBytes());
                            most[1] = Math.max(most[1], net.b.memory().usedBytes());
                            return false;
                        });
            }
            long bound = limit + flows * 65_536L; // and what is reserved for each
            assertTrue(most[0] <= bound && most[0] > limit / 2, () -> "sender: " + most[0]);
            assertTrue(most[1] <= bound && most[1] > limit / 4, () -> "receiver: " + most[1]);
            net.run(300_000 * TwoHosts.MS, () -> {
                all.forEach(Flow::write);
                all.forEach(f -> f.read(1 << 20));
                return all.stream().allMatch(f -> f.received == 300_000);
            });
            for (Flow f : all) {
                assertEquals(300_000, f.accepted);
                assertEquals(f.accepted, f.received);
            }
            close(net, listener, all);
        }
    }
}
