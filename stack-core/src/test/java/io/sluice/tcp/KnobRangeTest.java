package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a knob can be set to, connections work, or fail, but nothing divides by it or loops for ever. */
final class KnobRangeTest {
    private static final int SIZE = 5000;

    @Test
    void everyProfileIsWithinTheRanges() {
        for (Knob k : Knob.values()) {
            KnobRange range = KnobRange.of(k);
            for (TcpProfile p : new TcpProfile[] {TcpProfile.STANDARD, TcpProfile.FREEBSD, TcpProfile.LINUX}) {
                assertTrue(range.contains(p.get(k)), p + " " + k);
            }
            assertThrows(IllegalArgumentException.class, () -> TcpProfile.STANDARD.with(k, range.least() - 1));
            Knobs knobs = new Knobs(TcpProfile.STANDARD);
            assertThrows(IllegalArgumentException.class, () -> knobs.set(k, -1));
            assertEquals(TcpProfile.STANDARD.get(k), knobs.get(k));
        }
    }

    @ParameterizedTest
    @EnumSource(Knob.class)
    void theSmallestValueEndsNothing(Knob knob) {
        run(TcpProfile.STANDARD.with(knob, KnobRange.of(knob).least()));
        run(TcpProfile.LINUX.with(knob, KnobRange.of(knob).least()));
    }

    @ParameterizedTest
    @EnumSource(Knob.class)
    void theLargestValueEndsNothing(Knob knob) {
        run(TcpProfile.STANDARD.with(knob, KnobRange.of(knob).most()));
        run(TcpProfile.LINUX.with(knob, KnobRange.of(knob).most()));
    }

    /** Opens, transfers, loses something, closes, and gets something in TIME-WAIT, for ten minutes at most. */
    private static void run(TcpProfile profile) {
        try (TwoHosts net = new TwoHosts(1, profile)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            boolean open = net.run(10_000 * TwoHosts.MS, () -> listener.waitingCount() > 0);
            TcpSocket server = open ? listener.accept() : null;
            if (server != null) {
                net.loss = 0.2;
                client.write(ByteBuffer.allocate(SIZE));
                server.write(ByteBuffer.allocate(SIZE));
                ByteBuffer sink = ByteBuffer.allocate(2 * SIZE);
                net.run(300_000 * TwoHosts.MS, () -> {
                    server.read(sink);
                    client.read(sink);
                    return !sink.hasRemaining();
                });
                net.loss = 0;
                client.close(net.nowNs);
                net.run(1000 * TwoHosts.MS, () -> false);
                server.close(net.nowNs);
                net.run(1000 * TwoHosts.MS, () -> false);
                server.abort(net.nowNs);
            }
            client.abort(net.nowNs);
            listener.close(net.nowNs);
            assertEquals(0, net.a.counters().get(Counter.INTERNAL_ERRORS));
            assertEquals(0, net.b.counters().get(Counter.INTERNAL_ERRORS));
        }
    }
}
