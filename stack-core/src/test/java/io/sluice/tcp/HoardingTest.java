package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.wire.TcpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that open connections, take nothing or never finish, and so hold what the host has; beside them an honest one. */
final class HoardingTest {
    private static final int PEERS = 100;
    private static final long LIMIT = 4 << 20;
    private static final int RESPONSE = 100_000;
    private static final long SECOND_NS = 1_000_000_000L;

    /** Orphans that never finish, after eight repetitions from 200 ms on or a minute of FIN-WAIT-2. */
    private static final long ORPHANS_END_NS = 240 * SECOND_NS;

    private final List<TcpSocket> sockets = new ArrayList<>();

    /** {@code PEERS} connections of the attacker's, which get a response of which they acknowledge nothing. */
    private void respond(Siege siege, boolean closes) {
        for (int port = 2000; port < 2000 + PEERS; port++) {
            TcpSocket socket = siege.open(port, false);
            siege.inject(Siege.own(port, TcpHeader.ACK, Siege.IRS + 1, siege.latest(port).seq + 1)
                    .window(0));
            sockets.add(socket);
            socket.write(ByteBuffer.allocate(RESPONSE));
            if (closes) {
                socket.close(siege.net.nowNs);
            }
            siege.step();
        }
    }

    private void end(Siege siege) {
        sockets.forEach(s -> s.abort(siege.net.nowNs));
        siege.close();
    }

    /** Whoever wants nothing but holds the host's memory; every connection has a reserve, so others go on. */
    @Test
    void closedWindowsWithUsersWhoWait() {
        Siege siege = new Siege(1, TcpProfile.STANDARD, LIMIT);
        respond(siege, false);
        for (int i = 0; i < 300; i++) {
            siege.step();
        }
        long most = LIMIT + PEERS * 20_000L;
        assertTrue(siege.mostBytes() < most, () -> siege.mostBytes() + " octets");
        siege.assertHonestTransfer(300_000);
        end(siege);
    }

    /** RFC 9293 §3.8.3 (MUST-21): who sets a user timeout is not kept by a peer who answers every probe. */
    @Test
    void closedWindowsWithUserTimeouts() {
        Siege siege = new Siege(2, TcpProfile.STANDARD, LIMIT);
        respond(siege, false);
        for (TcpSocket socket : sockets) {
            TwoHosts.connection(socket).options().userTimeoutNs = 5 * SECOND_NS;
            TwoHosts.connection(socket).context.userTimeout.start(TwoHosts.connection(socket), siege.net.nowNs);
        }
        siege.net.run(6 * SECOND_NS, () -> false);
        sockets.forEach(s -> assertEquals(TcpState.CLOSED, s.state()));
        assertTrue(siege.net.b.memory().usedBytes() < RESPONSE);
        siege.assertHonestTransfer(100_000);
        end(siege);
    }

    /** Users that close after a response of which nothing is taken: a reset for the oldest once there are too many. */
    @Test
    void tooManyOrphans() {
        Siege siege = new Siege(3, TcpProfile.STANDARD.with(Knob.MAX_ORPHANS, 10), LIMIT);
        respond(siege, true);
        assertEquals(10, siege.net.b.tcp().layer().orphanCount());
        assertEquals(PEERS - 10, siege.count(Counter.TCP_ORPHANS_RESET));
        assertTrue(siege.latest(2000).has(TcpHeader.RST));
        assertTrue(siege.mostBytes() < 13 * RESPONSE, () -> siege.mostBytes() + " octets");
        siege.net.run(ORPHANS_END_NS, () -> false);
        assertEquals(0, siege.net.b.tcp().layer().orphanCount());
        assertEquals(1, siege.net.b.tcp().layer().flows().size()); // the honest one
        siege.assertHonestTransfer(100_000);
        end(siege);
    }

    /** Fewer than that, but they hold all of the memory: they give way to somebody whose user reads. */
    @Test
    void orphansGiveTheirMemoryUp() {
        Siege siege = new Siege(4, TcpProfile.STANDARD, LIMIT);
        respond(siege, true);
        TcpSocket reader = siege.open(9000, false);
        sockets.add(reader);
        int next = siege.latest(9000).seq + 1;
        for (int i = 0; i < 400; i++) {
            siege.inject(Siege.own(9000, TcpHeader.ACK, Siege.IRS + 1 + i * 1000, next)
                    .payload(new byte[1000]));
            siege.step();
        }
        assertTrue(
                siege.count(Counter.TCP_ORPHANS_RESET) > 0,
                () -> siege.net.b.counters().toString());
        assertTrue(siege.mostBytes() < LIMIT + PEERS * 20_000L, () -> siege.mostBytes() + " octets");
        siege.assertHonestTransfer(300_000);
        end(siege);
    }

    /** A peer whose window stays closed but who answers: for a user it may go on, for nobody it ends. */
    @Test
    void orphansOfPeersWhoAnswerEveryProbeEnd() {
        Siege siege = new Siege(5, TcpProfile.STANDARD, LIMIT);
        respond(siege, true);
        assertTrue(siege.net.b.tcp().layer().orphanCount() > 0);
        for (int second = 0; second < 300; second++) {
            siege.net.run(SECOND_NS, () -> false);
            for (int port = 2000; port < 2000 + PEERS; port++) {
                siege.inject(Siege.own(port, TcpHeader.ACK, Siege.IRS + 1, siege.latest(port).seq)
                        .window(0));
            }
        }
        assertEquals(0, siege.net.b.tcp().layer().orphanCount());
        siege.assertHonestTransfer(100_000);
        end(siege);
    }

    /** The states in which a closed connection can be kept: FIN-WAIT-1, FIN-WAIT-2, CLOSING, LAST-ACK. All have an end. */
    @ParameterizedTest
    @ValueSource(strings = {"FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK"})
    void closedConnectionsThatNeverFinish(String state) {
        Siege siege = new Siege(6, TcpProfile.STANDARD, LIMIT);
        for (int port = 2000; port < 2000 + PEERS; port++) {
            TcpSocket socket = siege.open(port, false);
            int next = siege.latest(port).seq + 1;
            sockets.add(socket);
            TestSegment fin = Siege.own(port, TcpHeader.FIN | TcpHeader.ACK, Siege.IRS + 1, next);
            if (state.equals("LAST_ACK")) {
                siege.inject(fin);
            }
            TcpConnection c = TwoHosts.connection(socket);
            socket.close(siege.net.nowNs);
            siege.step();
            if (state.equals("CLOSING")) {
                siege.inject(fin);
            } else if (state.equals("FIN_WAIT_2")) {
                siege.inject(Siege.own(port, TcpHeader.ACK, Siege.IRS + 1, next + 1));
            }
            assertEquals(TcpState.valueOf(state), c.state());
        }
        assertEquals(PEERS, siege.net.b.tcp().layer().orphanCount());
        siege.net.run(ORPHANS_END_NS, () -> false);
        assertEquals(0, siege.net.b.tcp().layer().orphanCount());
        siege.assertHonestTransfer(100_000);
        end(siege);
    }

    /** Connections that end properly, faster than TIME-WAIT does: the oldest ends early. */
    @Test
    void timeWaits() {
        Siege siege = new Siege(7, TcpProfile.STANDARD.with(Knob.MAX_TIME_WAIT, 20), LIMIT);
        for (int port = 2000; port < 2000 + PEERS; port++) {
            TcpSocket socket = siege.open(port, false);
            int next = siege.latest(port).seq + 1;
            socket.close(siege.net.nowNs);
            siege.step();
            siege.inject(Siege.own(port, TcpHeader.FIN | TcpHeader.ACK, Siege.IRS + 1, next + 1));
            assertTrue(siege.net.b.tcp().layer().timeWaitCount() <= 20);
        }
        assertEquals(PEERS - 20, siege.count(Counter.TCP_TIME_WAIT_OVERFLOWS));
        // RFC 5961 §7: what has no text is answered ten times a second, not each time.
        long before = siege.answers();
        for (int i = 0; i < 1000; i++) {
            siege.inject(Siege.own(2000 + PEERS - 1, TcpHeader.ACK, Siege.IRS + 7, 1));
            siege.step();
        }
        assertTrue(siege.answers() - before <= 11, () -> siege.answers() - before + " answers");
        siege.assertHonestTransfer(300_000);
        end(siege);
    }

    /** Nobody accepts: the queue is as long as it may be, and the rest is turned away. */
    @Test
    void connectionsThatNobodyAccepts() {
        Siege siege = new Siege(8, TcpProfile.STANDARD, LIMIT);
        assertEquals(null, siege.listener.listen(10));
        for (int port = 2000; port < 2000 + PEERS; port++) {
            siege.inject(Siege.own(port, TcpHeader.SYN, Siege.IRS, 0).mss(1460));
            siege.step();
        }
        assertEquals(PEERS, siege.net.b.tcp().layer().halfOpenCount(), "the queue is of those who have connected");
        for (int port = 2000; port < 2000 + PEERS; port++) {
            siege.inject(Siege.own(port, TcpHeader.ACK, Siege.IRS + 1, siege.latest(port).seq + 1)
                    .payload(new byte[1000]));
        }
        assertEquals(10, siege.listener.waitingCount());
        siege.step();
        assertTrue(siege.mostBytes() < LIMIT / 4);
        assertNotNull(siege.server.state());
        siege.assertHonestTransfer(300_000);
        end(siege);
    }
}
