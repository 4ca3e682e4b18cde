package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.event.SocketError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a peer, or somebody between, may not do: each time the alert that the RFC names is sent, the connection ends, and
 * nothing is delivered that was not authentic.
 */
class MisuseTest {
    private static final CipherSuite TLS_13 = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final CipherSuite TLS_12 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
    private static final byte[] DATA = "nothing but the truth".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    static Stream<CipherSuite> suites() {
        return Stream.of(
                TLS_13,
                CipherSuite.TLS_AES_256_GCM_SHA384,
                CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TLS_12,
                CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
    }

    /** RFC 8446 §5.2, RFC 5246 §7.2.2: whatever bit is wrong, the record is not opened. */
    @ParameterizedTest
    @MethodSource("suites")
    void eachBitOfARecordCounts(CipherSuite suite) {
        byte[] record = TlsPair.record(new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS), 23, DATA, 0);
        byte[] out = new byte[RecordOpener.MAX_RECORD_BYTES];
        int wrong = 0;
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] forged = Arrays.copyOf(record, RecordOpener.MAX_RECORD_BYTES);
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            RecordOpener opener = new RecordOpener(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
            int length = opener.lengthOf(forged, 0);
            int opened = length == RecordOpener.FAILED ? length : opener.open(forged, 0, length, out, 0);
            assertEquals(RecordOpener.FAILED, opened, "bit " + bit);
            assertEquals(alertFor(suite, bit, forged), opener.alert(), "bit " + bit);
            wrong++;
        }
        assertEquals(record.length * 8, wrong);
    }

    /** The same between two hosts: whatever bit is wrong, its alert is sent, the connection ends, and nothing is delivered. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void eachBitOfARecordEndsTheConnection(TlsVersion version) {
        CipherSuite suite = version == TlsVersion.TLS_1_3 ? TLS_13 : TLS_12;
        byte[] record = TlsPair.record(new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS), 23, DATA, 0);
        for (int bit = 0; bit < record.length * 8; bit++) {
            boolean ofLength = bit >= 24 && bit < 40; // then as long as it may claim to be
            byte[] forged = Arrays.copyOf(record, ofLength ? RecordOpener.MAX_RECORD_BYTES : record.length);
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            ends(suite, alertFor(suite, bit, forged), sealer -> List.of(forged));
        }
    }

    private static Alert alertFor(CipherSuite suite, int bit, byte[] forged) {
        int length = (forged[3] & 0xFF) << 8 | (forged[4] & 0xFF);
        boolean tls13 = suite.version() == TlsVersion.TLS_1_3;
        if (bit < 8) {
            return !tls13 && (forged[0] == ContentType.ALERT || forged[0] == ContentType.HANDSHAKE)
                    ? Alert.BAD_RECORD_MAC
                    : Alert.UNEXPECTED_MESSAGE;
        }
        if (bit < 24) {
            return Alert.PROTOCOL_VERSION;
        }
        return bit < 40 && length > (tls13 ? 16384 + 256 : 16384 + 2048) ? Alert.RECORD_OVERFLOW : Alert.BAD_RECORD_MAC;
    }

    @ParameterizedTest
    @MethodSource("suites")
    void aRecordWithAWrongBitEndsTheConnectionAndWhatCameBeforeIsRead(CipherSuite suite) {
        try (TlsPair pair = new TlsPair(suite)) {
            RecordSealer sealer = pair.forger();
            byte[] good = TlsPair.record(sealer, 23, DATA, 0);
            byte[] bad = TlsPair.record(sealer, 23, DATA, 0);
            bad[bad.length - 1] ^= 1;
            pair.write(pair.client, good);
            pair.write(pair.client, bad);
            pair.write(pair.client, TlsPair.record(sealer, 23, DATA, 0));
            assertArrayEquals(DATA, TlsPair.read(pair.server), "only what came before");
            pair.assertServerEndsWith(Alert.BAD_RECORD_MAC);
            assertEquals(1, pair.count(pair.b, TlsCounter.TlsDecryptError));
            assertEquals(0, TlsPair.read(pair.server).length);
        }
    }

    @ParameterizedTest
    @MethodSource("suites")
    void recordsOutOfOrder(CipherSuite suite) {
        ends(suite, Alert.BAD_RECORD_MAC, sealer -> {
            byte[] first = TlsPair.record(sealer, 23, DATA, 0);
            return List.of(TlsPair.record(sealer, 23, DATA, 0), first);
        });
    }

    @ParameterizedTest
    @MethodSource("suites")
    void aRecordTwice(CipherSuite suite) {
        try (TlsPair pair = new TlsPair(suite)) {
            byte[] record = TlsPair.record(pair.forger(), 23, DATA, 0);
            pair.write(pair.client, record);
            pair.write(pair.client, record);
            assertArrayEquals(DATA, TlsPair.read(pair.server));
            pair.assertServerEndsWith(Alert.BAD_RECORD_MAC);
        }
    }

    /** What is missing of a record is taken from the next one, and does not fit. */
    @ParameterizedTest
    @MethodSource("suites")
    void aRecordThatIsCutShort(CipherSuite suite) {
        ends(suite, Alert.BAD_RECORD_MAC, sealer -> {
            byte[] record = TlsPair.record(sealer, 23, DATA, 0);
            byte[] next = TlsPair.record(sealer, 23, DATA, 0);
            return List.of(Arrays.copyOf(record, record.length - 1), next);
        });
        ends(
                suite,
                Alert.BAD_RECORD_MAC,
                sealer -> { // and where its header is right about that
                    byte[] record = TlsPair.record(sealer, 23, DATA, 0);
                    record[4]--;
                    return List.of(Arrays.copyOf(record, record.length - 1));
                });
    }

    /** RFC 8446 §5.2: longer than 2^14 + 256; RFC 5246 §6.2.3: than 2^14 + 2048. Before waiting for all of it. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aRecordThatClaimsTooMuch(TlsVersion version) {
        int most = version == TlsVersion.TLS_1_3 ? 16384 + 256 : 16384 + 2048;
        CipherSuite suite = version == TlsVersion.TLS_1_3 ? TLS_13 : TLS_12;
        ends(suite, Alert.RECORD_OVERFLOW, sealer -> List.of(header(23, 0x0303, most + 1)));
        try (TlsPair pair = new TlsPair(suite)) {
            pair.forger();
            pair.write(pair.client, header(23, 0x0303, most));
            assertEquals(TlsEnd.OPEN, pair.tls(pair.server).end(), "may still be right");
        }
    }

    /** RFC 8446 §5.2: the content of a record that is not too long may be. */
    @Test
    void contentOrPaddingThatIsTooLong() {
        ends(TLS_13, Alert.RECORD_OVERFLOW, sealer -> List.of(TlsPair.record(sealer, 23, new byte[16385], 0)));
        ends(TLS_13, Alert.RECORD_OVERFLOW, sealer -> List.of(TlsPair.record(sealer, 23, new byte[16000], 385)));
        ends(TLS_12, Alert.RECORD_OVERFLOW, sealer -> List.of(TlsPair.record(sealer, 23, new byte[16385], 0)));
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.write(pair.client, TlsPair.record(pair.forger(), 23, new byte[16000], 384));
            assertEquals(16000, TlsPair.read(pair.server).length);
        }
    }

    /** RFC 8449 §4: what the handshake's limit leaves is the limit of the keys; padding counts. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void moreThanTheHandshakeHasAgreedOn(TlsVersion version) {
        CipherSuite suite = version == TlsVersion.TLS_1_3 ? TLS_13 : TLS_12;
        for (int padding = 0; padding < (version == TlsVersion.TLS_1_3 ? 2 : 1); padding++) {
            try (TlsPair pair = new TlsPair(suite)) {
                pair.set(pair.server, TlsOption.TLS_TX, TlsPair.keys(suite, 2));
                pair.set(pair.server, TlsOption.TLS_RX, TlsPair.keys(suite, 1).withContentLimit(100));
                RecordSealer sealer = new RecordSealer(TlsPair.keys(suite, 1), TlsPair.CIPHERS);
                pair.write(pair.client, TlsPair.record(sealer, 23, new byte[100 - padding], padding));
                assertEquals(100 - padding, TlsPair.read(pair.server).length);
                pair.write(pair.client, TlsPair.record(sealer, 23, new byte[101 - padding], padding));
                assertEquals(0, TlsPair.read(pair.server).length);
                pair.assertServerEndsWith(Alert.RECORD_OVERFLOW);
            }
        }
    }

    /** RFC 8449 §4. */
    @Test
    void moreThanThisSideHasSaidItTakes() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            pair.set(pair.server, TlsOption.TLS_RX_MAX_PAYLOAD_LEN, 100);
            pair.write(pair.client, TlsPair.record(sealer, 23, new byte[100], 0));
            assertEquals(100, TlsPair.read(pair.server).length);
            pair.write(pair.client, TlsPair.record(sealer, 23, new byte[101], 0));
            pair.assertServerEndsWith(Alert.RECORD_OVERFLOW);
        }
    }

    @ParameterizedTest
    @MethodSource("suites")
    void aRecordWithoutRoomForATag(CipherSuite suite) {
        ends(suite, Alert.BAD_RECORD_MAC, sealer -> List.of(header(23, 0x0303, 15)));
        ends(suite, Alert.BAD_RECORD_MAC, sealer -> List.of(header(23, 0x0303, 0)));
    }

    @Test
    void anotherVersion() {
        ends(TLS_13, Alert.PROTOCOL_VERSION, sealer -> List.of(header(23, 0x0301, 100)));
        ends(TLS_12, Alert.PROTOCOL_VERSION, sealer -> List.of(header(23, 0x0302, 100)));
    }

    /** RFC 8446 §5: there is no other type; §5.2: outside it is always application data. */
    @Test
    void wrongTypes() {
        for (int type : new int[] {0, 1, 19, 20, 24, 255}) {
            ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, type, DATA, 0)));
            ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(header(type, 0x0303, 100)));
            ends(TLS_12, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(header(type, 0x0303, 100)));
        }
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(header(21, 0x0303, 2)));
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(header(22, 0x0303, 5)));
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(header(20, 0x0303, 1)));
    }

    /** RFC 8446 §5.4: "If a receiving implementation does not find a non-zero octet ..." */
    @Test
    void nothingButPadding() {
        for (int octets : new int[] {0, 1, 100, 16384}) {
            ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, 0, new byte[octets], 0)));
        }
    }

    /** RFC 8446 §5.1, §5.4: only application data may be empty. */
    @Test
    void emptyRecords() {
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, 22, new byte[0], 0)));
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, 21, new byte[0], 9)));
        ends(TLS_12, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, 22, new byte[0], 0)));
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            for (int i = 0; i < 32; i++) {
                pair.write(pair.client, TlsPair.record(sealer, 23, new byte[0], i));
            }
            pair.write(pair.client, TlsPair.record(sealer, 23, DATA, 0));
            assertArrayEquals(DATA, TlsPair.read(pair.server), "empty ones are legal");
            for (int i = 0; i < 33; i++) {
                pair.write(pair.client, TlsPair.record(sealer, 23, new byte[0], 0));
            }
            pair.assertServerEndsWith(Alert.UNEXPECTED_MESSAGE);
        }
    }

    /** RFC 8446 §4.6.3. */
    @Test
    void keyUpdatesThatAreWrong() {
        ends(TLS_13, Alert.ILLEGAL_PARAMETER, sealer -> List.of(TlsPair.record(sealer, 22, keyUpdate(2), 0)));
        ends(
                TLS_13,
                Alert.DECODE_ERROR,
                sealer -> List.of(TlsPair.record(sealer, 22, new byte[] {24, 0, 0, 2, 0, 0}, 0)));
        ends(TLS_13, Alert.DECODE_ERROR, sealer -> List.of(TlsPair.record(sealer, 22, new byte[] {24, 0, 0, 0}, 0)));
        // §5.1: what follows in the same record would have to be under the next key.
        ends(
                TLS_13,
                Alert.UNEXPECTED_MESSAGE,
                sealer -> List.of(TlsPair.record(sealer, 22, new byte[] {24, 0, 0, 1, 0, 24, 0, 0, 1, 0}, 0)));
        // The key stays as it was.
        ends(
                TLS_13,
                Alert.BAD_RECORD_MAC,
                sealer -> List.of(TlsPair.record(sealer, 22, keyUpdate(0), 0), TlsPair.record(sealer, 23, DATA, 0)));
    }

    @Test
    void aFloodOfKeyUpdates() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            for (int i = 0; i < 513; i++) {
                pair.client.write(java.nio.ByteBuffer.wrap(TlsPair.record(sealer, 22, keyUpdate(1), 0)));
                sealer.update();
            }
            pair.run();
            assertEquals(513, pair.count(pair.b, TlsCounter.TlsRxRekeyReceived));
            assertEquals(512, pair.count(pair.b, TlsCounter.TlsRxRekeyOk));
            assertTrue(
                    pair.count(pair.b, TlsCounter.TlsTxRekeyOk) <= 20, "one answer is enough for what came together");
            assertEquals(SocketError.PROTOCOL, pair.server.takeError());
            assertEquals(Alert.UNEXPECTED_MESSAGE, pair.tls(pair.server).alert());
        }
    }

    /** What is bounded more tightly does not pay for them. */
    @Test
    void anEmptyRecordBehindManyKeyUpdatesIsNoFlood() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            for (int i = 0; i < 100; i++) {
                pair.client.write(java.nio.ByteBuffer.wrap(TlsPair.record(sealer, 22, keyUpdate(0), 0)));
                sealer.update();
            }
            pair.write(pair.client, TlsPair.record(sealer, 23, new byte[0], 0));
            pair.write(pair.client, TlsPair.record(sealer, 23, DATA, 0));
            assertArrayEquals(DATA, TlsPair.read(pair.server));
            assertEquals(TlsEnd.OPEN, pair.tls(pair.server).end());
        }
    }

    /** Who only reads may still want the keys changed, as often as the sender has sent something. */
    @Test
    void keyUpdatesOfAPeerThatOnlyReadsAreNoFlood() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            for (int i = 0; i < 100; i++) {
                pair.server.write(java.nio.ByteBuffer.wrap(DATA));
                pair.run();
                pair.write(pair.client, TlsPair.record(sealer, 22, keyUpdate(1), 0));
                sealer.update();
            }
            assertEquals(TlsEnd.OPEN, pair.tls(pair.server).end());
            assertEquals(100, pair.count(pair.b, TlsCounter.TlsRxRekeyOk));
            assertEquals(100, pair.count(pair.b, TlsCounter.TlsTxRekeyOk));
        }
    }

    /** RFC 8446 §5.1: "Handshake messages MUST NOT be interleaved with other record types." */
    @Test
    void dataOrAnAlertWithinAHandshakeMessage() {
        byte[] half = {4, 0, 0, 10, 1, 2, 3};
        ends(
                TLS_13,
                Alert.UNEXPECTED_MESSAGE,
                sealer -> List.of(TlsPair.record(sealer, 22, half, 0), TlsPair.record(sealer, 23, DATA, 0)));
        ends(
                TLS_13,
                Alert.UNEXPECTED_MESSAGE,
                sealer ->
                        List.of(TlsPair.record(sealer, 22, half, 0), TlsPair.record(sealer, 21, new byte[] {1, 0}, 0)));
    }

    @Test
    void handshakeMessagesThatNobodyAskedFor() {
        byte[] certificateRequest = {13, 0, 0, 3, 0, 0, 0};
        byte[] huge = {4, 0x10, 0, 0, 1, 2, 3};
        ends(TLS_13, Alert.UNEXPECTED_MESSAGE, sealer -> List.of(TlsPair.record(sealer, 22, certificateRequest, 0)));
        ends(TLS_13, Alert.DECODE_ERROR, sealer -> List.of(TlsPair.record(sealer, 22, huge, 0)));
    }

    @Test
    void alertsOfTheWrongLength() {
        for (CipherSuite suite : List.of(TLS_13, TLS_12)) {
            ends(suite, Alert.DECODE_ERROR, sealer -> List.of(TlsPair.record(sealer, 21, new byte[] {1}, 0)));
            ends(suite, Alert.DECODE_ERROR, sealer -> List.of(TlsPair.record(sealer, 21, new byte[] {1, 0, 1, 0}, 0)));
        }
    }

    /** RFC 8446 §6.1: a stream that ends without close_notify, between records or within one. */
    @ParameterizedTest
    @MethodSource("suites")
    void theEndIsMissing(CipherSuite suite) {
        for (int cut = 0; cut < 3; cut++) {
            try (TlsPair pair = new TlsPair(suite)) {
                RecordSealer sealer = pair.forger();
                byte[] good = TlsPair.record(sealer, 23, DATA, 0);
                byte[] next = TlsPair.record(sealer, 23, DATA, 0);
                pair.write(pair.client, good);
                pair.write(pair.client, Arrays.copyOf(next, cut * (next.length - 1) / 2));
                pair.client.shutdownOutput(pair.simulation.nowNs());
                pair.run();
                assertArrayEquals(DATA, TlsPair.read(pair.server));
                assertEquals(SocketError.TRUNCATED, pair.server.takeError());
                assertEquals(TlsEnd.TRUNCATED, pair.tls(pair.server).end());
                assertEquals(1, pair.count(pair.b, TlsCounter.TRUNCATIONS));
                assertNull(pair.tls(pair.server).alert());
            }
        }
    }

    @Test
    void theEndMayBeMissingWhereTheUserSaysSo() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            byte[] good = TlsPair.record(pair.forger(), 23, DATA, 0);
            pair.set(pair.server, TlsOption.TLS_RX_IGNORE_UNEXPECTED_EOF, true);
            pair.write(pair.client, good);
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertArrayEquals(DATA, TlsPair.read(pair.server));
            assertNull(pair.server.takeError());
            assertTrue(pair.server.isEndOfStream());
            assertEquals(TlsEnd.TRUNCATED, pair.tls(pair.server).end());
        }
    }

    /** RFC 8446 §6.1: "Any data received after a closure alert has been received MUST be ignored." */
    @ParameterizedTest
    @MethodSource("suites")
    void whatFollowsACloseNotifyIsIgnored(CipherSuite suite) {
        try (TlsPair pair = new TlsPair(suite)) {
            RecordSealer sealer = pair.forger();
            pair.write(pair.client, TlsPair.record(sealer, 23, DATA, 0));
            pair.write(pair.client, TlsPair.record(sealer, 21, new byte[] {1, 0}, 0));
            pair.write(pair.client, TlsPair.record(sealer, 23, DATA, 0));
            pair.write(pair.client, new byte[100]);
            assertArrayEquals(DATA, TlsPair.read(pair.server));
            assertTrue(pair.server.isEndOfStream());
            assertNull(pair.server.takeError());
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.server).end());
        }
    }

    private static byte[] keyUpdate(int request) {
        return new byte[] {24, 0, 0, 1, (byte) request};
    }

    private static byte[] header(int type, int version, int length) {
        return new byte[] {(byte) type, (byte) (version >>> 8), (byte) version, (byte) (length >>> 8), (byte) length};
    }

    /** Makes what is sent to somebody who must not take it. */
    private interface Forgery {
        List<byte[]> records(RecordSealer sealer);
    }

    private static void ends(CipherSuite suite, Alert alert, Forgery forgery) {
        try (TlsPair pair = new TlsPair(suite)) {
            for (byte[] record : forgery.records(pair.forger())) {
                pair.write(pair.client, record);
            }
            assertEquals(0, TlsPair.read(pair.server).length, "nothing is delivered");
            pair.assertServerEndsWith(alert);
        }
    }
}
