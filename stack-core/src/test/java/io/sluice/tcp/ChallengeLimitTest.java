package io.sluice.tcp;

import static io.sluice.host.OneHost.OWN4;
import static io.sluice.host.OneHost.PEER4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.host.OneHost;
import io.sluice.host.TestLink;
import io.sluice.wire.TcpHeader;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * RFC 5961 §7: challenge ACKs are limited for each connection and for the host. The host's limit varies from second to
 * second, so that nobody can count it to find out what other connections do (CVE-2016-5696).
 */
final class ChallengeLimitTest {
    private static final int LIMIT = 40;
    private static final int CONNECTIONS = 60;

    private final OneHost one = new OneHost(
            new TestLink("test0"), b -> b.tcpProfile(TcpProfile.STANDARD.with(Knob.CHALLENGE_ACKS_PER_SECOND, LIMIT)));
    private final TcpListener listener = new Sockets(one.host).listener();

    private void establish(int port) {
        one.receive(new TestSegment(TcpHeader.SYN)
                .ports(port, 80)
                .seq(1000)
                .mss(1460)
                .packet(PEER4, OWN4));
        TestSegment synAck = TestSegment.read(one.transmitOne());
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(port, 80)
                .seq(1001)
                .ack(synAck.seq + 1)
                .packet(PEER4, OWN4));
    }

    @Test
    void theHostLimitsWhatAllConnectionsChallenge() {
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(100));
        for (int port = 2000; port < 2000 + CONNECTIONS; port++) {
            establish(port);
        }
        one.transmit();
        Set<Integer> allowances = new HashSet<>();
        for (int second = 0; second < 20; second++) {
            one.nowNs += 1_000_000_000L;
            for (int port = 2000; port < 2000 + CONNECTIONS; port++) { // a reset in the window, one a connection
                one.receive(
                        new TestSegment(TcpHeader.RST).ports(port, 80).seq(1100).packet(PEER4, OWN4));
            }
            int challenges = one.transmit().size();
            assertTrue(challenges >= LIMIT / 2 && challenges <= LIMIT, challenges + " challenge ACKs");
            allowances.add(challenges);
        }
        assertTrue(allowances.size() > 5, "the limit can be counted: " + allowances);
        assertEquals(
                20 * CONNECTIONS,
                one.host.counters().get(Counter.TCP_CHALLENGE_ACKS)
                        + one.host.counters().get(Counter.TCP_CHALLENGE_ACKS_LIMITED));
        listener.close(one.nowNs);
        one.transmit();
        one.close();
    }

    /** A limit of none holds in TIME-WAIT, too. */
    @Test
    void nothingIsAnsweredInTimeWaitWhereNothingIsAllowed() {
        one.host.tcp().layer().knobs().set(Knob.CHALLENGE_ACKS_PER_CONNECTION, 0);
        assertNull(listener.bind(new Endpoint(OWN4, 80)));
        assertNull(listener.listen(1));
        establish(2000);
        TcpSocket server = Objects.requireNonNull(listener.accept());
        server.close(one.nowNs);
        TestSegment fin = TestSegment.read(one.transmitOne());
        one.receive(new TestSegment(TcpHeader.FIN | TcpHeader.ACK)
                .ports(2000, 80)
                .seq(1001)
                .ack(fin.seq + 1)
                .packet(PEER4, OWN4));
        one.transmitOne();
        one.receive(new TestSegment(TcpHeader.ACK)
                .ports(2000, 80)
                .seq(5000)
                .ack(fin.seq + 1)
                .packet(PEER4, OWN4));
        assertEquals(0, one.transmit().size());
        listener.close(one.nowNs);
        one.close();
    }
}
