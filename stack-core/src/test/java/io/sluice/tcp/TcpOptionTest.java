package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Typed options: what they refuse, what they keep, what listeners pass on, and what they change on a connection. */
class TcpOptionTest {
    private static <T> void roundTrip(TcpSocket socket, TcpOption<T> option, T value) {
        assertNull(socket.set(option, value, 0), option.name());
        assertEquals(value, socket.get(option), option.name());
    }

    private static <T> void refused(TcpSocket socket, TcpOption<T> option, T value) {
        T before = socket.get(option);
        assertEquals(SocketError.INVALID_ARGUMENT, socket.set(option, value, 0), option.name());
        assertEquals(before, socket.get(option), option.name());
    }

    @Test
    void valuesAreKeptAndOthersRefused() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            TcpSocket s = net.socketsA.tcp();
            for (TcpOption<Integer> size : List.of(TcpOption.SO_RCVBUF, TcpOption.SO_SNDBUF)) {
                roundTrip(s, size, 12_345);
                refused(s, size, 0);
            }
            roundTrip(s, TcpOption.SO_MAX_PACING_RATE, 125_000L);
            refused(s, TcpOption.SO_MAX_PACING_RATE, 0L);
            roundTrip(s, TcpOption.SO_LINGER, 7);
            refused(s, TcpOption.SO_LINGER, -2);
            for (TcpOption<Boolean> flag : List.of(
                    TcpOption.SO_KEEPALIVE,
                    TcpOption.SO_REUSEADDR,
                    TcpOption.SO_REUSEPORT,
                    TcpOption.TCP_NODELAY,
                    TcpOption.TCP_CORK,
                    TcpOption.TCP_QUICKACK,
                    TcpOption.TCP_NOOPT,
                    TcpOption.TCP_FASTOPEN_CONNECT,
                    TcpOption.TCP_FASTOPEN_NO_COOKIE,
                    TcpOption.IPV6_USE_MIN_MTU)) {
                roundTrip(s, flag, true);
                roundTrip(s, flag, false);
            }
            roundTrip(s, TcpOption.TCP_MAXSEG, 1000);
            refused(s, TcpOption.TCP_MAXSEG, 63);
            for (TcpOption<Duration> time : List.of(TcpOption.TCP_KEEPIDLE, TcpOption.TCP_KEEPINTVL)) {
                roundTrip(s, time, Duration.ofMillis(1500));
                refused(s, time, Duration.ZERO);
            }
            for (TcpOption<Duration> time : List.of(TcpOption.TCP_KEEPINIT, TcpOption.TCP_USER_TIMEOUT)) {
                roundTrip(s, time, Duration.ofSeconds(9));
                refused(s, time, Duration.ofNanos(-1));
                refused(s, time, Duration.ofDays(365_000_000));
            }
            roundTrip(s, TcpOption.TCP_KEEPCNT, 3);
            refused(s, TcpOption.TCP_KEEPCNT, 0);
            roundTrip(s, TcpOption.TCP_SYNCNT, 255);
            refused(s, TcpOption.TCP_SYNCNT, 256);
            roundTrip(s, TcpOption.TCP_REMOTE_UDP_ENCAPS_PORT, 65_535);
            refused(s, TcpOption.TCP_REMOTE_UDP_ENCAPS_PORT, 65_536);
            roundTrip(s, TcpOption.TCP_FASTOPEN, 5);
            refused(s, TcpOption.TCP_FASTOPEN, -2);
            roundTrip(s, TcpOption.TCP_FASTOPEN_KEY, Optional.ofNullable(FastOpenKeys.of(new byte[32])));
            roundTrip(s, TcpOption.TCP_STACK, TcpStack.DEFAULT);
            roundTrip(
                    s,
                    TcpOption.TCP_CONGESTION,
                    net.socketsA.congestionControls().preferred("newreno"));
            roundTrip(s, TcpOption.IP_TOS, 0xB8);
            refused(s, TcpOption.IP_TOS, 256);
            roundTrip(s, TcpOption.IP_TTL, 1);
            refused(s, TcpOption.IP_TTL, -1);
            keepsRareOnes(s);
            s.close(0);
        }
        assertEquals(38, TcpOption.ALL.stream().distinct().count(), "one more to test here");
    }

    private static void keepsRareOnes(TcpSocket s) {
        roundTrip(s, TcpOption.TCP_NOTSENT_LOWAT, 10_000);
        refused(s, TcpOption.TCP_NOTSENT_LOWAT, -1);
        roundTrip(s, TcpOption.IP_MINTTL, 255);
        refused(s, TcpOption.IP_MINTTL, 256);
        roundTrip(s, TcpOption.TCP_WINDOW_CLAMP, 7000);
        refused(s, TcpOption.TCP_WINDOW_CLAMP, -1);
        roundTrip(s, TcpOption.SO_RCVLOWAT, 50);
        refused(s, TcpOption.SO_RCVLOWAT, 0);
        roundTrip(s, TcpOption.TCP_LINGER2, Duration.ofSeconds(3));
        assertNull(s.set(TcpOption.TCP_LINGER2, Duration.ofSeconds(-3), 0));
        assertTrue(s.get(TcpOption.TCP_LINGER2).isNegative());
        roundTrip(s, TcpOption.TCP_DEFER_ACCEPT, Duration.ofSeconds(3));
        refused(s, TcpOption.TCP_DEFER_ACCEPT, Duration.ofSeconds(-1));
        for (PathMtuMode mode : PathMtuMode.values()) {
            roundTrip(s, TcpOption.IP_MTU_DISCOVER, mode);
        }
        for (TcpOption<Boolean> flag : List.of(TcpOption.IP_RECVERR, TcpOption.SO_TIMESTAMP, TcpOption.TCP_SAVE_SYN)) {
            roundTrip(s, flag, true);
            roundTrip(s, flag, false);
        }
    }

    @Test
    void acceptedConnectionsBeginWithWhatTheListenerHas() {
        try (TwoHosts net = new TwoHosts(2, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            assertNull(listener.set(TcpOption.IP_TTL, 9));
            assertEquals(SocketError.INVALID_ARGUMENT, listener.set(TcpOption.IP_TTL, 256));
            TcpSocket client = net.connect();
            assertTrue(net.run(1_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertEquals(9, server.get(TcpOption.IP_TTL));
            assertEquals(9, TwoHosts.connection(server).path().hopLimit());
            assertNull(server.set(TcpOption.IP_TTL, 0, net.nowNs));
            assertEquals(64, TwoHosts.connection(server).path().hopLimit());
            assertEquals(9, listener.get(TcpOption.IP_TTL));
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }

    @Test
    void connectingTakesNoLongerThanItMay() {
        try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
            net.filter = (fromA, packet) -> false;
            TcpSocket client = net.socketsA.tcp();
            assertNull(client.set(TcpOption.TCP_KEEPINIT, Duration.ofMillis(2_500), net.nowNs));
            long start = net.nowNs;
            client.connect(net.serverEndpoint, net.nowNs);
            assertTrue(net.run(100_000 * TwoHosts.MS, () -> client.state() == TcpState.CLOSED));
            assertEquals(2_500 * TwoHosts.MS, net.nowNs - start);
            assertEquals(SocketError.TIMED_OUT, client.takeError());
        }
    }

    @Test
    void listenersShareAPortOnlyIfAllOfThemWantTo() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            List<TcpListener> listeners = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TcpListener l = net.socketsB.listener();
                assertNull(l.set(TcpOption.SO_REUSEPORT, true));
                assertNull(l.bind(net.serverEndpoint));
                assertNull(l.listen(100));
                listeners.add(l);
            }
            TcpListener alone = net.socketsB.listener();
            assertEquals(SocketError.ADDRESS_IN_USE, alone.bind(net.serverEndpoint));
            List<TcpSocket> clients = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                clients.add(net.connect());
            }
            assertTrue(net.run(1_000 * TwoHosts.MS, () -> waiting(listeners) == 60));
            for (TcpListener l : listeners) {
                assertTrue(l.waitingCount() > 5, () -> l + " has " + l.waitingCount());
            }
            // One that closes leaves the port to the others.
            listeners.remove(0).close(net.nowNs);
            for (int i = 0; i < 10; i++) {
                clients.add(net.connect());
            }
            int before = waiting(listeners);
            assertTrue(net.run(1_000 * TwoHosts.MS, () -> waiting(listeners) == before + 10));
            clients.forEach(c -> c.abort(net.nowNs));
            listeners.forEach(l -> l.close(net.nowNs));
        }
    }

    private static int waiting(List<TcpListener> listeners) {
        return listeners.stream().mapToInt(TcpListener::waitingCount).sum();
    }

    @Test
    void aBoundPortIsTakenWithoutReuse() {
        try (TwoHosts net = new TwoHosts(5, TcpProfile.STANDARD)) {
            TcpSocket first = net.socketsB.tcp();
            TcpSocket second = net.socketsB.tcp();
            assertNull(first.set(TcpOption.SO_REUSEADDR, true, 0));
            assertNull(first.bind(net.serverEndpoint));
            assertEquals(SocketError.ADDRESS_IN_USE, second.bind(net.serverEndpoint));
            assertNull(second.set(TcpOption.SO_REUSEADDR, true, 0));
            assertNull(second.bind(net.serverEndpoint));
            first.close(net.nowNs);
            second.close(net.nowNs);
        }
    }

    @Test
    void whatIsHeldBackGoesWhenTheOptionIsTakenOff() {
        try (TwoHosts net = new TwoHosts(6, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(1_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            assertNull(client.set(TcpOption.TCP_CORK, true, net.nowNs));
            client.write(ByteBuffer.allocate(100));
            assertFalse(net.run(100 * TwoHosts.MS, () -> server.readableBytes() > 0));
            assertNull(client.set(TcpOption.TCP_CORK, false, net.nowNs));
            assertTrue(net.run(10 * TwoHosts.MS, () -> server.readableBytes() == 100));
            client.abort(net.nowNs);
            server.abort(net.nowNs);
            listener.close(net.nowNs);
        }
    }
}
