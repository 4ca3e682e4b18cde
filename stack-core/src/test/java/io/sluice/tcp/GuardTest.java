package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A part that throws costs its own connection, nothing else. */
class GuardTest {
    /** Where the first congestion control throws; the others of the same stack do not. */
    enum Where {
        SEGMENT,
        TRANSMIT,
        TIMER
    }

    private record Faulty(boolean faulty, Where where) implements CongestionControl {
        private void failAt(Where here) {
            if (faulty && where == here) {
                throw new IllegalStateException("a bug in " + here);
            }
        }

        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public void onSent(CongestionWindow window, ConnectionView connection, long bytes, long nowNs) {
            failAt(Where.TRANSMIT);
        }

        @Override
        public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
            failAt(Where.SEGMENT);
        }

        @Override
        public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {}

        @Override
        public void onRetransmissionTimeout(
                CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
            failAt(Where.TIMER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheConnectionAndNothingElse(Where where) {
        AtomicInteger made = new AtomicInteger();
        TcpStack stack =
                new TcpStack("faulty", TcpStack.Requirement.NONE, () -> new Faulty(made.getAndIncrement() == 0, where));
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD, stack)) {
            TcpListener listener = net.listen();
            TcpSocket faulty = net.connect();
            TcpSocket sound = net.connect();
            assertTrue(net.run(1000 * TwoHosts.MS, () -> listener.waitingCount() == 2));
            boolean[] cut = {where == Where.TIMER};
            net.filter = (fromA, packet) -> !(cut[0] && fromA && packet.readableBytes() > 1000);
            faulty.write(ByteBuffer.allocate(2000));
            assertTrue(net.run(10_000 * TwoHosts.MS, () -> faulty.state() == TcpState.CLOSED));
            cut[0] = false;
            assertEquals(SocketError.INTERNAL, faulty.takeError());
            assertEquals(1, net.a.counters().get(Counter.INTERNAL_ERRORS));
            TcpSocket first = listener.accept();
            TcpSocket second = listener.accept();
            assertNotNull(first);
            assertNotNull(second);
            sound.write(ByteBuffer.allocate(2000));
            assertTrue(net.run(
                    10_000 * TwoHosts.MS, () -> first.readableBytes() == 2000 || second.readableBytes() == 2000));
            for (TcpSocket socket : List.of(faulty, sound, first, second)) {
                socket.close(net.nowNs); // and what nobody read
            }
        }
    }
}
