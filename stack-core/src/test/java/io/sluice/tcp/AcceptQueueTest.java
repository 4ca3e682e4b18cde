package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.DropReason;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens when nobody accepts: how many connections wait, and how the next one is turned away. */
final class AcceptQueueTest {
    private static final int IRS = 1000;

    private static TcpProfile profile(String name) {
        return switch (name) {
            case "FREEBSD" -> TcpProfile.FREEBSD;
            case "LINUX" -> TcpProfile.LINUX;
            default -> TcpProfile.STANDARD;
        };
    }

    private static final class Server {
        final OneHost one;
        final TcpListener listener;

        Server(TcpProfile profile, int backlog) {
            one = new OneHost(new TestLink("test0"), b -> b.tcpProfile(profile));
            listener = new Sockets(one.host).listener();
            assertNull(listener.bind(new Endpoint(OWN4, 80)));
            assertNull(listener.listen(backlog));
        }

        /** The answer to a SYN, or null. */
        @Nullable TestSegment syn(int port) {
            one.receive(new TestSegment(TcpHeader.SYN)
                    .ports(port, 80)
                    .seq(IRS)
                    .mss(1460)
                    .packet(PEER4, OWN4));
            List<byte[]> answers = one.transmit();
            return answers.isEmpty() ? null : TestSegment.read(answers.get(0));
        }

        List<byte[]> ack(int port, TestSegment synAck) {
            one.receive(new TestSegment(TcpHeader.ACK)
                    .ports(port, 80)
                    .seq(IRS + 1)
                    .ack(synAck.seq + 1)
                    .packet(PEER4, OWN4));
            return one.transmit();
        }

        void close() {
            listener.close(one.nowNs);
            one.transmit();
            one.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"STANDARD, 3, 3", "STANDARD, 0, 1", "LINUX, 3, 4", "LINUX, 0, 1", "FREEBSD, 4, 7", "FREEBSD, 1, 2"})
    void asManyWaitAsTheProfileSays(String profile, int backlog, int waiting) {
        Server server = new Server(profile(profile).with(Knob.SYN_NEEDS_ROOM_TO_ACCEPT, 0), backlog);
        for (int port = 2000; port < 2020; port++) {
            TestSegment synAck = server.syn(port);
            assertNotNull(synAck);
            server.ack(port, synAck);
        }
        assertEquals(waiting, server.listener.waitingCount());
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"STANDARD, false", "LINUX, false", "FREEBSD, true"})
    void theNextSynIsAnsweredOrNot(String profile, boolean answered) {
        Server server = new Server(profile(profile), 1);
        for (int port = 2000; port < 2002; port++) {
            TestSegment synAck = server.syn(port);
            if (synAck != null) {
                server.ack(port, synAck);
            }
        }
        assertEquals(answered, server.syn(3000) != null);
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"STANDARD, 0, false", "LINUX, 0, false", "LINUX, 1, true", "FREEBSD, 1, true"})
    void theLastAckIsDroppedOrReset(String profile, int reset, boolean isReset) {
        TcpProfile p = profile(profile).with(Knob.ACCEPT_OVERFLOW_RESETS, reset).with(Knob.SYN_NEEDS_ROOM_TO_ACCEPT, 0);
        Server server = new Server(p, 1);
        int port = 2000;
        TestSegment last;
        List<byte[]> answers;
        do {
            port++;
            last = server.syn(port);
            assertNotNull(last);
            answers = server.ack(port, last);
        } while (server.listener.waitingCount() == port - 2000);
        assertEquals(isReset, !answers.isEmpty());
        assertTrue(!isReset || TestSegment.read(answers.get(0)).has(TcpHeader.RST));
        assertEquals(1, server.one.host.counters().get(DropReason.TCP_BACKLOG_FULL));
        assertEquals(isReset ? 0 : 1, server.one.host.tcp().layer().halfOpenCount());
        if (!isReset) { // once there is room, the repeated ACK is taken
            TcpSocket first = server.listener.accept();
            assertNotNull(first);
            first.abort(server.one.nowNs);
            server.one.transmit();
            server.ack(port, last);
            assertEquals(0, server.one.host.tcp().layer().halfOpenCount());
        }
        server.close();
    }

    @Test
    void theHostLimitsEachBacklog() {
        Server server = new Server(TcpProfile.STANDARD.with(Knob.MAX_BACKLOG, 2), -1);
        for (int port = 2000; port < 2005; port++) {
            TestSegment synAck = server.syn(port);
            if (synAck != null) {
                server.ack(port, synAck);
            }
        }
        assertEquals(2, server.listener.waitingCount());
        server.close();
    }
}
