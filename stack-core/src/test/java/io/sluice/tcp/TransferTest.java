package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole streams between two hosts, with and without loss, opened and closed in order. */
class TransferTest {
    private static final long MINUTE = 60_000 * TwoHosts.MS;

    /** RFC 9293 §3.1 (MUST-2): each host checks what the other one has computed. */
    @Test
    void handshakeTransferAndClose() {
        try (TwoHosts net = new TwoHosts(1, TcpProfile.STANDARD)) {
            transfer(net, 3_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void surviveTenPercentLoss(long seed) {
        try (TwoHosts net = new TwoHosts(seed, TcpProfile.STANDARD)) {
            net.loss = 0.1;
            transfer(net, 200_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void surviveLossWithoutSack(long seed) {
        try (TwoHosts net =
                new TwoHosts(seed, TcpProfile.STANDARD.with(Knob.SACK, 0).with(Knob.TIMESTAMPS, 0))) {
            net.loss = 0.05;
            transfer(net, 200_000);
        }
    }

    private static void transfer(TwoHosts net, int size) {
        TcpListener listener = net.listen();
        TcpSocket client = net.connect();
        assertTrue(net.run(10 * MINUTE, () -> listener.waitingCount() == 1), "handshake");
        TcpSocket server = listener.accept();
        assertNotNull(server);
        Pump up = new Pump(client, server, size);
        Pump down = new Pump(server, client, size);
        assertTrue(
                net.run(60 * MINUTE, () -> {
                    boolean upDone = up.step(net.nowNs);
                    return down.step(net.nowNs) && upDone;
                }),
                () -> "stuck: " + up + " " + down + "\n" + net.a.counters() + "\n" + net.b.counters());
        assertNull(client.takeError());
        assertNull(server.takeError());
        client.close(net.nowNs);
        server.close(net.nowNs);
        listener.close(net.nowNs);
        assertTrue(
                net.run(60 * MINUTE, () -> flows(net) == 0 && timers(net) == 0),
                () -> "left: " + flows(net) + " flows, " + timers(net) + " timers");
        assertEquals(0, net.a.memory().usedBytes());
        assertEquals(0, net.b.memory().usedBytes());
    }

    private static int flows(TwoHosts net) {
        return net.a.tcp().layer().flows().size() + net.b.tcp().layer().flows().size();
    }

    private static int timers(TwoHosts net) {
        return net.a.wheel().size() + net.b.wheel().size();
    }

    /** One direction: writes a pseudo-random stream, closes, and compares what arrives. */
    private static final class Pump {
        private final TcpSocket from;
        private final TcpSocket to;
        private final int size;
        private final SplittableRandom written = new SplittableRandom(42);
        private final SplittableRandom expected = new SplittableRandom(42);
        private final ByteBuffer chunk = ByteBuffer.allocate(8000).limit(0);
        private final ByteBuffer received = ByteBuffer.allocate(8000);
        private int sent;
        private int arrived;
        private boolean closed;
        private boolean ended;

        Pump(TcpSocket from, TcpSocket to, int size) {
            this.from = from;
            this.to = to;
            this.size = size;
        }

        boolean step(long nowNs) {
            while (sent < size) {
                if (!chunk.hasRemaining()) {
                    chunk.clear().limit(Math.min(chunk.capacity(), size - sent));
                    for (int i = 0; i < chunk.limit(); i++) {
                        chunk.put(i, (byte) written.nextInt());
                    }
                }
                int n = from.write(chunk);
                assertTrue(n >= 0, () -> "write: " + from.takeError());
                if (n == 0) {
                    break;
                }
                sent += n;
            }
            if (sent == size && !closed) {
                closed = true;
                assertNull(from.shutdownOutput(nowNs));
            }
            read();
            return ended;
        }

        private void read() {
            while (!ended) {
                received.clear();
                int n = to.read(received);
                if (n == TcpSocket.END_OF_STREAM) {
                    assertEquals(size, arrived);
                    ended = true;
                    return;
                }
                assertTrue(n >= 0, () -> "read: " + to.takeError());
                if (n == 0) {
                    return;
                }
                for (int i = 0; i < n; i++) {
                    assertEquals((byte) expected.nextInt(), received.get(i), "octet " + (arrived + i));
                }
                arrived += n;
            }
        }

        @Override
        public String toString() {
            return sent + " sent, " + arrived + " arrived of " + size + " " + from + " to " + to;
        }
    }
}
