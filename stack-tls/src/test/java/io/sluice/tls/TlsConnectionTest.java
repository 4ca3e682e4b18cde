package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.StreamRecord;
import io.sluice.event.Counter;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connection does whose records the stack seals and opens. */
class TlsConnectionTest {
    private static final CipherSuite TLS_13 = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final CipherSuite TLS_12 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    static Stream<CipherSuite> suites() {
        return Arrays.stream(CipherSuite.values());
    }

    @ParameterizedTest
    @MethodSource("suites")
    void dataGoesBothWaysAndEndsCleanly(CipherSuite suite) {
        try (TlsPair pair = new TlsPair(suite).offload()) {
            byte[] much = octets(300_000);
            pair.write(pair.server, HELLO);
            pair.client.write(ByteBuffer.wrap(much));
            pair.run();
            assertArrayEquals(HELLO, TlsPair.read(pair.client));
            assertArrayEquals(much, TlsPair.read(pair.server));
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.server).end());
            assertTrue(pair.server.isEndOfStream());
            pair.write(pair.server, HELLO); // half-closed, as TCP is
            pair.server.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertArrayEquals(HELLO, TlsPair.read(pair.client));
            assertTrue(pair.client.isEndOfStream());
            assertNull(pair.client.takeError());
            assertEquals(much.length, pair.count(pair.a, TlsCounter.BYTES_OUT));
            assertEquals(much.length, pair.count(pair.b, TlsCounter.BYTES_IN));
        }
    }

    /** One copy for what is in an array, out of the cipher; one more for direct memory, into it; one for what is opened. */
    @ParameterizedTest
    @MethodSource("suites")
    void copiesOfPayloadAreCounted(CipherSuite suite) {
        for (int copies = 1; copies <= 2; copies++) {
            try (TlsPair pair = new TlsPair(suite).offload()) {
                byte[] much = octets(300_000);
                ByteBuf data = copies == 1
                        ? Unpooled.wrappedBuffer(much)
                        : Unpooled.directBuffer().writeBytes(much);
                while (data.isReadable()) {
                    assertTrue(pair.client.write(data, true) >= 0);
                    pair.run();
                }
                data.release();
                assertArrayEquals(much, TlsPair.read(pair.server));
                long edges = 16L * TlsSender.SMALLEST_CONTENT_BYTES; // none but where two writes meet in a record
                long copied = pair.count(pair.a, TlsCounter.BYTES_COPIED) - (long) copies * much.length;
                assertTrue(copied >= 0 && copied <= edges, () -> "copied besides: " + copied);
                assertEquals(0, pair.a.stack().counters().get(Counter.SEND_BYTES_COPIED));
                assertEquals(much.length, pair.count(pair.b, TlsCounter.BYTES_COPIED));
            }
        }
    }

    /** What was read before the switch belongs to the handshake, what was not belongs to the records. */
    @Test
    void isSwitchedOnLiveAlsoForWhatWasReceivedAlready() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.write(pair.client, HELLO); // as it is
            pair.set(pair.client, TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1));
            pair.write(pair.client, octets(20_000)); // sealed, and there before the server has the keys
            ByteBuffer plain = ByteBuffer.allocate(HELLO.length);
            pair.server.read(plain);
            assertArrayEquals(HELLO, plain.array());
            byte[] early = new byte[100];
            pair.server.read(ByteBuffer.wrap(early)); // read by a TLS library although it is not its own
            assertNull(TlsConnection.receive(
                    pair.server, TlsPair.keys(TLS_13, 1), Unpooled.wrappedBuffer(early), pair.simulation.nowNs()));
            assertArrayEquals(octets(20_000), TlsPair.read(pair.server));
            assertEquals(TlsMode.SOFTWARE, pair.server.get(TlsOption.TCP_RXTLS_MODE));
            assertEquals(TlsMode.NONE, pair.server.get(TlsOption.TCP_TXTLS_MODE));
        }
    }

    @Test
    void optionsSayNoWhereTheyMust() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            TcpSocket fresh = pair.a.sockets().tcp();
            long now = pair.simulation.nowNs();
            assertEquals(SocketError.NOT_CONNECTED, fresh.set(TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1), now));
            assertEquals(SocketError.NOT_CONNECTED, pair.client.set(TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 100, now));
            pair.offload();
            SocketError again = pair.client.set(TlsOption.TCP_TXTLS_ENABLE, TlsPair.keys(TLS_13, 1), now);
            assertEquals(SocketError.ALREADY_IN_PROGRESS, again);
            again = pair.client.set(TlsOption.TCP_RXTLS_ENABLE, TlsPair.keys(TLS_13, 1), now);
            assertEquals(SocketError.ALREADY_IN_PROGRESS, again);
            assertEquals(SocketError.INVALID_ARGUMENT, pair.client.set(TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 62, now));
            assertNull(pair.client.set(TlsOption.TLS_RX_MAX_PAYLOAD_LEN, 63, now), "and the type, which is 64");
            assertEquals(SocketError.NOT_SUPPORTED, pair.client.set(TlsOption.TCP_TXTLS_MODE, TlsMode.NONE, now));
            assertThrows(UnsupportedOperationException.class, () -> pair.client.get(TlsOption.TLS_TX));
            fresh.close(now);
        }
        try (TlsPair pair = new TlsPair(TLS_12).offload()) {
            long now = pair.simulation.nowNs();
            assertEquals(SocketError.INVALID_ARGUMENT, pair.client.set(TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 63, now));
            assertEquals(SocketError.INVALID_ARGUMENT, pair.client.set(TlsOption.TLS_RX_MAX_PAYLOAD_LEN, 16_385, now));
            assertNull(pair.client.set(TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 64, now));
        }
    }

    /** A record closes with the write unless more was promised; a promise that is not kept is forgotten, as without TLS. */
    @Test
    void aRecordWaitsForMore() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.client.write(ByteBuffer.wrap(HELLO), true);
            pair.run(100);
            assertEquals(0, TlsPair.read(pair.server).length, "more was promised");
            pair.client.write(ByteBuffer.wrap(HELLO), true);
            pair.client.write(ByteBuffer.wrap(HELLO), false);
            pair.run(100);
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            assertEquals(3 * HELLO.length, TlsPair.read(pair.server).length);
            pair.client.write(ByteBuffer.wrap(HELLO), true);
            pair.run();
            assertArrayEquals(HELLO, TlsPair.read(pair.server), "it does not wait for ever");
            pair.client.write(ByteBuffer.wrap(HELLO), true);
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run(100);
            assertArrayEquals(HELLO, TlsPair.read(pair.server), "the end does not wait");
        }
    }

    /** TCP_CORK holds records back, not only segments, for 200 ms as without TLS; the end does not wait either. */
    @Test
    void aCorkHoldsTheRecord() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            long now = pair.simulation.nowNs();
            assertNull(pair.client.set(TcpOption.TCP_CORK, true, now));
            pair.client.write(ByteBuffer.wrap(HELLO));
            pair.run(90);
            pair.client.write(ByteBuffer.wrap(HELLO));
            pair.run(90);
            assertEquals(0, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            assertNull(pair.client.set(TcpOption.TCP_CORK, false, now));
            pair.run();
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            assertEquals(2 * HELLO.length, TlsPair.read(pair.server).length);
            assertNull(pair.client.set(TcpOption.TCP_CORK, true, now));
            pair.client.write(ByteBuffer.wrap(HELLO));
            pair.run(190);
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            pair.run(20);
            assertArrayEquals(HELLO, TlsPair.read(pair.server), "no longer than the limit");
            pair.client.write(ByteBuffer.wrap(HELLO));
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run(100);
            assertArrayEquals(HELLO, TlsPair.read(pair.server));
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.server).end());
        }
    }

    /** RFC 8446 §6.1: the peer's wish for other keys is no reason to send anything behind close_notify. */
    @Test
    void nothingFollowsACloseNotify() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            assertNull(pair.tls(pair.client).sendAlert(Alert.CLOSE_NOTIFY));
            pair.run();
            assertNull(pair.tls(pair.server).updateKey(true));
            pair.write(pair.server, HELLO);
            assertArrayEquals(HELLO, TlsPair.read(pair.client), "under the new key");
            assertEquals(1, pair.count(pair.a, TlsCounter.TlsRxRekeyOk));
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
            assertEquals(SocketError.BROKEN_PIPE, pair.tls(pair.client).updateKey(false));
        }
    }

    /** RFC 8446 §5.5: well before the limit of 2^24.5 records, those that the handshake sealed or somebody else among them. */
    @Test
    void keysAreChangedWellBeforeTheirLimit() {
        long quarter = Math.round(Math.pow(2, 24.5) / 4);
        for (CipherSuite suite : List.of(TLS_13, CipherSuite.TLS_AES_256_GCM_SHA384)) {
            byte[] secret = new byte[suite.hashBytes()];
            try (TlsPair pair = new TlsPair(suite)) {
                pair.set(pair.client, TlsOption.TLS_TX, TrafficKeys.ofSecret(suite, secret, quarter - 2));
                pair.set(pair.server, TlsOption.TLS_RX, TrafficKeys.ofSecret(suite, secret, quarter - 2));
                assertTrue(Math.abs(pair.client.get(TlsOption.TLS_TX_REKEY_RECORDS) - quarter) <= 1);
                for (int i = 0; i < 6; i++) {
                    pair.write(pair.client, HELLO);
                    assertArrayEquals(HELLO, TlsPair.read(pair.server));
                    assertTrue(i > 0 || pair.count(pair.a, TlsCounter.TlsTxRekeyOk) == 0, "not yet");
                }
                assertEquals(1, pair.count(pair.a, TlsCounter.TlsTxRekeyOk));
                assertEquals(1, pair.count(pair.b, TlsCounter.TlsRxRekeyOk));
            }
        }
        try (TlsPair pair = new TlsPair(CipherSuite.TLS_CHACHA20_POLY1305_SHA256).offload()) {
            assertTrue(pair.client.get(TlsOption.TLS_TX_REKEY_RECORDS) > 1L << 60, "of no practical importance");
        }
    }

    @Test
    void recordsGrowWithTheWindowAndKeepToTheLimit() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.set(pair.client, TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1));
            List<Integer> lengths = recordLengths(pair, 600_000);
            int segment = 1460 - 12;
            assertTrue(lengths.get(0) <= 10 * segment, "first: what the first window lets go: " + lengths);
            assertEquals(0, lengths.get(0) % segment, "in whole segments");
            assertTrue(lengths.stream().filter(l -> l == 16_384 + 22).count() > 20, "then 16 KiB: " + lengths);
        }
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.set(pair.client, TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1));
            pair.set(pair.client, TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 1000);
            assertTrue(recordLengths(pair, 100_000).stream().allMatch(l -> l <= 1000 + 22));
        }
        try (TlsPair pair =
                new TlsPair(TLS_13)) { // RFC 8449 §4: 64 octets, with type and padding; as a handshake gives it
            pair.set(pair.client, TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1).withContentLimit(63));
            pair.set(pair.client, TlsOption.TLS_TX_PADDING, 50);
            assertEquals(63, pair.client.get(TlsOption.TLS_TX_MAX_PAYLOAD_LEN));
            assertTrue(recordLengths(pair, 10_000).stream().allMatch(l -> l <= 5 + 64 + 16));
        }
    }

    private static List<Integer> recordLengths(TlsPair pair, int octets) {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        ByteBuffer data = ByteBuffer.wrap(octets(octets));
        while (data.hasRemaining()) {
            pair.client.write(data);
            pair.run();
            sealed.writeBytes(TlsPair.read(pair.server));
        }
        List<Integer> lengths = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(sealed.toByteArray());
        while (in.hasRemaining()) {
            int length = 5 + in.getShort(in.position() + 3);
            lengths.add(length);
            in.position(in.position() + length);
        }
        return lengths;
    }

    /** Sealed just before it is sent: what the window does not let go stays as it was written. */
    @Test
    void nothingIsSealedThatCannotBeSent() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.client.write(ByteBuffer.wrap(octets(200_000)));
            pair.a.stack().transmit(1 << 20, pair.simulation.nowNs());
            long sealed = pair.count(pair.a, TlsCounter.BYTES_OUT);
            assertTrue(sealed > 0 && sealed <= 10 * 1460, "more than the first window: " + sealed);
        }
    }

    @Test
    void paddingHidesTheLength() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.set(pair.client, TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1));
            pair.set(pair.client, TlsOption.TLS_TX_PADDING, 256);
            pair.write(pair.client, HELLO);
            pair.write(pair.client, octets(300));
            byte[] sealed = TlsPair.read(pair.server);
            assertEquals(256 + 22 + 512 + 22, sealed.length);
            assertNull(TlsConnection.receive(
                    pair.server, TlsPair.keys(TLS_13, 1), Unpooled.wrappedBuffer(sealed), pair.simulation.nowNs()));
            pair.set(pair.server, TlsOption.TLS_RX_EXPECT_NO_PAD, true);
            pair.write(pair.client, HELLO);
            assertEquals(HELLO.length + 300 + HELLO.length, TlsPair.read(pair.server).length);
            assertEquals(1, pair.count(pair.b, TlsCounter.TlsRxNoPadViolation));
        }
    }

    /** RFC 8446 §4.6.3, §5.5: before the limit of the key, by itself; the reader notices nothing. */
    @Test
    void keysAreChangedAfterSoManyRecords() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.set(pair.client, TlsOption.TLS_TX_REKEY_RECORDS, 3L);
            pair.set(pair.client, TlsOption.TLS_TX_MAX_PAYLOAD_LEN, 1000);
            byte[] data = octets(100_000);
            pair.client.write(ByteBuffer.wrap(data));
            pair.run();
            assertArrayEquals(data, TlsPair.read(pair.server));
            long records = data.length / 1000;
            assertEquals((records - 1) / 3, pair.count(pair.a, TlsCounter.TlsTxRekeyOk));
            assertEquals((records - 1) / 3, pair.count(pair.b, TlsCounter.TlsRxRekeyOk));
            assertEquals(0, pair.count(pair.b, TlsCounter.TlsTxRekeyOk), "nobody asked the server to");
        }
    }

    @Test
    void eachConnectionHasItsStatistics() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            assertEquals(new TlsInfo(null, null), pair.client.get(TlsOption.TLS_INFO));
            pair.offload();
            pair.write(pair.client, HELLO);
            assertNull(pair.tls(pair.client).updateKey(false));
            pair.write(pair.client, HELLO);
            TlsInfo sent = pair.client.get(TlsOption.TLS_INFO);
            assertEquals(new TlsInfo.Direction(TLS_13, 3, 2L * HELLO.length, 1, 1), sent.transmit());
            assertEquals(new TlsInfo.Direction(TLS_13, 0, 0, 0, 0), sent.receive());
            assertEquals(sent.transmit(), pair.server.get(TlsOption.TLS_INFO).receive());
            long now = pair.simulation.nowNs();
            assertEquals(SocketError.NOT_SUPPORTED, pair.client.set(TlsOption.TLS_INFO, sent, now));
        }
    }

    @Test
    void eitherSideMayAskForNewKeys() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.write(pair.client, HELLO);
            assertNull(pair.tls(pair.client).updateKey(true));
            assertNull(pair.tls(pair.server).updateKey(true)); // at the same time
            pair.write(pair.client, HELLO);
            pair.write(pair.server, HELLO);
            assertEquals(2 * HELLO.length, TlsPair.read(pair.server).length);
            assertArrayEquals(HELLO, TlsPair.read(pair.client));
            assertEquals(2, pair.count(pair.a, TlsCounter.TlsTxRekeyOk), "its own, and the answer");
            assertEquals(2, pair.count(pair.a, TlsCounter.TlsRxRekeyOk));
            assertEquals(2, pair.count(pair.b, TlsCounter.TlsTxRekeyOk));
        }
        try (TlsPair pair = new TlsPair(TLS_12).offload()) {
            assertEquals(SocketError.NOT_SUPPORTED, pair.tls(pair.client).updateKey(false));
            assertEquals(1, pair.count(pair.a, TlsCounter.TlsTxRekeyError));
        }
    }

    /** Tickets and the like are read in their place among the data; data reads never go past them. */
    @Test
    void recordsOfOtherTypesKeepTheirPlace() {
        byte[] ticket = {4, 0, 0, 3, 7, 8, 9};
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.set(pair.server, TlsOption.TLS_GET_RECORD, true);
            pair.write(pair.client, HELLO);
            assertNull(pair.tls(pair.client).sendRecord(ContentType.HANDSHAKE, Arrays.copyOf(ticket, 5)));
            assertNull(pair.tls(pair.client).sendRecord(ContentType.HANDSHAKE, new byte[] {8, 9}));
            pair.write(pair.client, HELLO);
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertNull(pair.server.readRecord(), "data comes first");
            ByteBuffer all = ByteBuffer.allocate(100);
            assertEquals(HELLO.length, pair.server.peek(all, 0), "nor is anything looked at that comes behind it");
            all.clear();
            assertEquals(HELLO.length, pair.server.read(all), "and ends there");
            assertEquals(TcpSocket.FAILED, pair.server.read(all));
            assertEquals(SocketError.NOT_SUPPORTED, pair.server.takeError());
            assertTrue((pair.server.readiness() & Readiness.READABLE) != 0);
            StreamRecord record = pair.server.readRecord();
            assertNotNull(record);
            assertEquals(ContentType.HANDSHAKE, record.type());
            assertEquals(Unpooled.wrappedBuffer(ticket), record.content(), "put together from two records");
            record.content().release();
            assertArrayEquals(HELLO, TlsPair.read(pair.server));
            StreamRecord closing = pair.server.readRecord();
            assertNotNull(closing);
            assertEquals(ContentType.ALERT, closing.type());
            closing.content().release();
            assertTrue(pair.server.isEndOfStream());
        }
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            assertNull(pair.tls(pair.client).sendRecord(ContentType.HANDSHAKE, ticket));
            pair.write(pair.client, HELLO);
            assertArrayEquals(HELLO, TlsPair.read(pair.server), "ignored where nobody wants them");
            assertEquals(1, pair.count(pair.b, TlsCounter.RECORDS_IGNORED));
        }
    }

    @Test
    void anAlertEndsBothDirections() {
        for (CipherSuite suite : List.of(TLS_13, TLS_12)) {
            try (TlsPair pair = new TlsPair(suite).offload()) {
                pair.write(pair.client, HELLO);
                pair.tls(pair.client).sendAlert(Alert.INTERNAL_ERROR);
                pair.run();
                assertArrayEquals(HELLO, TlsPair.read(pair.server));
                assertEquals(SocketError.CONNECTION_RESET, pair.server.takeError());
                assertEquals(TlsEnd.PEER_ALERT, pair.tls(pair.server).end());
                assertEquals(Alert.INTERNAL_ERROR, pair.tls(pair.server).alert());
                assertEquals(0, TlsPair.read(pair.client).length);
                assertTrue((pair.client.readiness() & Readiness.PEER_CLOSED) != 0, "the server ends, too");
                assertEquals(0, pair.count(pair.b, TlsCounter.ALERTS_OUT), "without an answer");
            }
        }
    }

    /** RFC 5246 §7.2.2: declined, and the connection goes on. */
    @Test
    void renegotiationIsDeclined() {
        try (TlsPair pair = new TlsPair(TLS_12).offload()) {
            assertNull(pair.tls(pair.server).sendRecord(ContentType.HANDSHAKE, new byte[] {0, 0, 0, 0}));
            pair.run();
            pair.write(pair.server, HELLO);
            assertArrayEquals(HELLO, TlsPair.read(pair.client));
            assertEquals(1, pair.count(pair.a, TlsCounter.ALERTS_OUT));
            assertEquals(1, pair.count(pair.b, TlsCounter.ALERTS_IN));
            pair.write(pair.client, HELLO);
            assertArrayEquals(HELLO, TlsPair.read(pair.server));
        }
    }

    /** After close nobody reads; the peer's close_notify is no reason for a reset that could cost it what is under way. */
    @Test
    void aCloseNotifyAfterCloseIsNotAnsweredByAReset() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.server.write(ByteBuffer.wrap(octets(150_000)));
            pair.server.close(pair.simulation.nowNs());
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertArrayEquals(octets(150_000), TlsPair.read(pair.client));
            assertNull(pair.client.takeError());
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.client).end());
        }
    }

    @Test
    void writesAreRefusedByTheSendBuffer() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            int room = pair.client.writableBytes();
            ByteBuffer data = ByteBuffer.wrap(octets(room + 10_000));
            assertEquals(room, pair.client.write(data), "as without TLS");
            assertEquals(0, pair.client.write(data));
            pair.run();
            assertTrue((pair.client.readiness() & Readiness.WRITABLE) != 0);
            pair.client.write(data);
            pair.run();
            assertArrayEquals(octets(room + 10_000), TlsPair.read(pair.server));
        }
    }

    private static byte[] octets(int n) {
        byte[] octets = new byte[n];
        new SplittableRandom(n).nextBytes(octets);
        return octets;
    }
}
