package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.SendRegion;
import io.sluice.event.Counter;
import io.sluice.event.SocketError;
import io.sluice.sim.PacketFilter;
import io.sluice.sim.PipeConfig;
import io.sluice.tcp.TcpConnection;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regions (files) through the record layer, in virtual time. */
final class SendRegionTest {
    private static final int OCTETS = 1_000_000;

    /** Its octets are others each time that they are looked at, as those of a file that somebody writes to. */
    private static final class Changing implements SendRegion {
        private final SplittableRandom random = new SplittableRandom(3);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int octets;
        private final int end;
        private int largestRequest;
        private boolean closed;

        Changing(int octets, int end) {
            this.octets = octets;
            this.end = end;
        }

        @Override
        public void start(Runnable whenReady) {}

        @Override
        public long remaining() {
            return (long) octets - taken.size();
        }

        @Override
        public int ready(int wanted, long windowBytes) {
            largestRequest = Math.max(largestRequest, wanted);
            return end - taken.size() < wanted ? BROKEN : wanted;
        }

        @Override
        public ByteBuf take(int most) {
            byte[] some = new byte[Math.min(most, octets - taken.size())];
            take(some, 0, some.length);
            return Unpooled.directBuffer(some.length).writeBytes(some);
        }

        @Override
        public void take(byte[] target, int at, int n) {
            byte[] some = new byte[n];
            random.nextBytes(some);
            System.arraycopy(some, 0, target, at, n);
            taken.writeBytes(some);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    static Stream<CipherSuite> suites() {
        return MisuseTest.suites();
    }

    private static TlsPair lossy(CipherSuite suite) {
        PipeConfig bad = PipeConfig.builder()
                .rate(100_000_000)
                .delayNs(TlsPair.MS)
                .loss(0.05)
                .build();
        return new TlsPair(suite, bad);
    }

    private static byte[] readAll(TlsPair pair, TcpSocket reader, int octets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pair.until(() -> {
            all.writeBytes(TlsPair.read(reader));
            return all.size() >= octets || reader.isEndOfStream();
        });
        return all.toByteArray();
    }

    /** What was sealed once lies there until it is acknowledged: a repetition is of the same octets, whatever became of the file. */
    @ParameterizedTest
    @MethodSource("suites")
    void contentThatChangesIsSealedOnce(CipherSuite suite) {
        try (TlsPair pair = lossy(suite).offload()) {
            Changing region = new Changing(OCTETS, OCTETS);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            byte[] received = readAll(pair, pair.client, OCTETS);
            assertArrayEquals(region.taken.toByteArray(), received);
            assertTrue(pair.b.stack().counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED) > 10, "there were losses");
            assertEquals(0, pair.count(pair.a, TlsCounter.TlsDecryptError));
            assertTrue(region.closed);
            assertEquals(2L * OCTETS, pair.count(pair.b, TlsCounter.BYTES_COPIED));
        }
    }

    /** Between what is written before and behind, each in its turn. */
    @Test
    void aRegionKeepsItsPlace() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            Changing region = new Changing(100_000, 100_000);
            pair.server.write(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}), true);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            pair.server.write(Unpooled.wrappedBuffer(new byte[] {4, 5, 6}), true);
            pair.server.shutdownOutput(pair.simulation.nowNs());
            byte[] received = readAll(pair, pair.client, 100_006);
            assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOf(received, 3));
            assertArrayEquals(region.taken.toByteArray(), Arrays.copyOfRange(received, 3, 100_003));
            assertArrayEquals(new byte[] {4, 5, 6}, Arrays.copyOfRange(received, 100_003, received.length));
            pair.run();
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.client).end());
            assertTrue(region.largestRequest <= RecordSealer.MAX_CONTENT_BYTES, "no more than a record at a time");
        }
    }

    /** Acknowledgments drive it: when the peer's window is closed, nothing more is taken. */
    @Test
    void nothingIsTakenThatCannotLeave() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            Changing region = new Changing(100_000_000, 100_000_000);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            pair.run();
            long unread = pair.client.readableBytes();
            long queued = Objects.requireNonNull(pair.server.connection()).queuedBytes();
            assertTrue(
                    region.taken.size() - unread <= queued + 2L * RecordSealer.MAX_CONTENT_BYTES,
                    () -> "taken " + region.taken.size() + ", arrived " + unread + ", in the queue " + queued);
            assertTrue(region.taken.size() < 10_000_000);
        }
    }

    /** RFC 9293 §3.8.6.1 (MUST-36): also when what is left is still in the source, and all that was pulled has been acknowledged. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClosedWindowIsProbedForWhatWasNotTakenYet(boolean sealed) {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256)) {
            TlsPair both = sealed ? pair.offload() : pair;
            Changing region = new Changing(20_000_000, 20_000_000);
            TcpConnection sender = Objects.requireNonNull(both.server.connection());
            assertTrue(sender.layer().send(region));
            pair.run();
            assertTrue(region.remaining() > 0, "the peer's window is full");
            assertTrue(sender.flightBytes() <= 1, "nothing but a probe");
            pair.cable.ab().filter((packet, nowNs) -> false);
            byte[] first = TlsPair.read(pair.client); // its window opens, and nobody hears of it
            pair.run();
            pair.cable.ab().filter(PacketFilter.ALL);
            byte[] rest = readAll(pair, pair.client, 20_000_000 - first.length);
            assertEquals(20_000_000, first.length + rest.length);
            assertTrue(pair.b.stack().counters().get(Counter.TCP_ZERO_WINDOW_PROBES) > 0);
        }
    }

    /** The peer hears that something is missing: by the alert, and no close_notify (RFC 8446 §6). */
    @Test
    void aRegionThatBreaksOffIsNoCleanEnd() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            Changing region = new Changing(OCTETS, 200_000);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            pair.run();
            Objects.requireNonNull(pair.server.connection()).layer().breakOff(pair.simulation.nowNs());
            pair.run();
            assertTrue(TlsPair.read(pair.client).length <= 200_000);
            assertEquals(TlsEnd.PEER_ALERT, pair.tls(pair.client).end());
            assertEquals(Alert.INTERNAL_ERROR, pair.tls(pair.client).alert());
            assertEquals(SocketError.CONNECTION_RESET, pair.client.takeError());
            assertTrue(region.closed);
        }
    }

    /** Without TLS: the very buffers, and a reset where the region breaks off. */
    @Test
    void plainConnectionsSendRegionsToo() {
        try (TlsPair pair = lossy(CipherSuite.TLS_AES_128_GCM_SHA256)) {
            Changing region = new Changing(OCTETS, OCTETS);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            assertEquals(0, pair.server.writableBytes(), "what comes next waits");
            assertArrayEquals(region.taken.toByteArray(), new byte[0]);
            byte[] received = readAll(pair, pair.client, OCTETS);
            assertArrayEquals(region.taken.toByteArray(), received);
            assertEquals(0, pair.b.stack().counters().get(Counter.SEND_BYTES_COPIED));
            assertTrue(region.closed);
            pair.write(pair.server, new byte[] {7});
            assertArrayEquals(new byte[] {7}, readAll(pair, pair.client, 1));

            Changing broken = new Changing(OCTETS, 1000);
            assertTrue(Objects.requireNonNull(pair.server.connection()).layer().send(broken));
            pair.run();
            Objects.requireNonNull(pair.server.connection()).layer().breakOff(pair.simulation.nowNs());
            pair.until(() -> pair.client.connection() != null
                    && pair.client.connection().peekError() == SocketError.CONNECTION_RESET);
        }
    }

    /** As files may be: nothing is sent for them. */
    @Test
    void thereMayBeManyThatAreEmpty() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            for (int i = 0; i < 50_000; i++) {
                assertTrue(
                        Objects.requireNonNull(pair.server.connection()).layer().send(new Changing(0, 0)));
            }
            pair.write(pair.server, new byte[] {7});
            assertArrayEquals(new byte[] {7}, readAll(pair, pair.client, 1));
            assertEquals(1, pair.count(pair.b, TlsCounter.RECORDS_OUT));
        }
    }

    /** RFC 8446 §6.1: "Any data received after a closure alert has been received MUST be ignored", so none is sent. */
    @Test
    void behindCloseNotifyThereIsNone() {
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_AES_128_GCM_SHA256).offload()) {
            assertEquals(null, pair.tls(pair.server).sendAlert(Alert.CLOSE_NOTIFY));
            Changing region = new Changing(OCTETS, OCTETS);
            assertFalse(Objects.requireNonNull(pair.server.connection()).layer().send(region));
            pair.run();
            assertEquals(0, region.taken.size());
        }
    }
}
