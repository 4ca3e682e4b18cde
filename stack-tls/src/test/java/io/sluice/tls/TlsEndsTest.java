package io.sluice.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.StreamRecord;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where one direction of a connection with TLS has ended, or its user wants no more of it; and what is kept meanwhile. */
final class TlsEndsTest {
    private static final CipherSuite TLS_13 = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    /** RFC 8446 §6.2, all of them. */
    private static final int[] ERRORS = {
        10, 20, 22, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 70, 71, 80, 86, 109, 110, 112, 113, 115, 116, 120
    };

    /** They fail as after a shutdown, and do not wait for room that will never be. */
    @Test
    void writesBehindACloseNotifyFail() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            assertNull(pair.tls(pair.client).sendAlert(Alert.CLOSE_NOTIFY));
            assertEquals(TcpSocket.FAILED, pair.client.write(ByteBuffer.wrap(HELLO)));
            assertEquals(SocketError.BROKEN_PIPE, pair.client.takeError());
            assertTrue((pair.client.readiness() & Readiness.WRITABLE) != 0, "whoever waits is told");
        }
    }

    @Test
    void nothingIsSealedBehindTheEnd() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            pair.client.shutdownOutput(pair.simulation.nowNs());
            long now = pair.simulation.nowNs();
            assertEquals(SocketError.BROKEN_PIPE, pair.client.set(TlsOption.TLS_TX, TlsPair.keys(TLS_13, 1), now));
            assertNull(pair.client.set(TlsOption.TLS_RX, TlsPair.keys(TLS_13, 2), now));
        }
    }

    @Test
    void recordsThatAreNone() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            TlsConnection tls = pair.tls(pair.client);
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(ContentType.HANDSHAKE, new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(ContentType.HANDSHAKE, new byte[16385]));
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(ContentType.ALERT, new byte[] {1}));
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(ContentType.ALERT, new byte[3]));
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(0, HELLO));
            assertThrows(IllegalArgumentException.class, () -> tls.sendRecord(256, HELLO));
            pair.write(pair.client, HELLO);
            assertArrayEquals(HELLO, TlsPair.read(pair.server), "nothing of them is sent");
            assertEquals(1, pair.count(pair.a, TlsCounter.RECORDS_OUT));
        }
    }

    /** Who wants to read nothing more still hears the records: keys are changed, and the end is the end. */
    @Test
    void recordsAreOpenedThatNobodyReads() {
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.set(pair.server, TlsOption.TLS_GET_RECORD, true);
            pair.write(pair.client, HELLO);
            assertNull(pair.server.shutdownInput());
            assertNull(pair.tls(pair.client).updateKey(true));
            pair.write(pair.client, octets(20_000));
            assertEquals(0, pair.server.readableBytes());
            assertEquals(1, pair.count(pair.b, TlsCounter.TlsTxRekeyOk), "RFC 8446 §4.6.3: the answer");
            pair.server.write(ByteBuffer.wrap(octets(150_000)));
            pair.a.wantTurn();
            pair.server.close(pair.simulation.nowNs());
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            assertArrayEquals(octets(150_000), TlsPair.read(pair.client));
            assertNull(pair.client.takeError());
            assertEquals(TlsEnd.CLOSE_NOTIFY, pair.tls(pair.client).end());
        }
        try (TlsPair pair = new TlsPair(TLS_13).offload()) {
            pair.set(pair.server, TlsOption.TLS_GET_RECORD, true);
            pair.write(pair.client, HELLO);
            assertNull(pair.server.shutdownInput());
            pair.write(pair.client, HELLO);
            pair.client.shutdownOutput(pair.simulation.nowNs());
            pair.run();
            StreamRecord closing = pair.server.readRecord();
            assertNotNull(closing, "it comes next, whatever was thrown away before it");
            assertEquals(ContentType.ALERT, closing.type());
            closing.content().release();
        }
    }

    /** RFC 8446 §6: by its name, which a client whose certificate a server refuses has no other way to learn. */
    @Test
    void thePeersAlertIsTold() {
        for (int code : ERRORS) {
            try (TlsPair pair = new TlsPair(TLS_13).offload()) {
                assertNull(pair.tls(pair.server).sendRecord(ContentType.ALERT, new byte[] {2, (byte) code}));
                pair.run();
                Alert alert = pair.tls(pair.client).alert();
                assertNotNull(alert, () -> "alert " + code);
                assertEquals(code, alert.code());
                assertEquals(TlsEnd.PEER_ALERT, pair.tls(pair.client).end());
            }
        }
    }

    /** A record that comes octet by octet costs no buffer for each. */
    @Test
    void smallPiecesOfARecordArePutTogether() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            byte[] content = octets(16_000);
            byte[] record = TlsPair.record(pair.forger(), ContentType.APPLICATION_DATA, content, 0);
            TlsReceiver receiver = Objects.requireNonNull(pair.tls(pair.server).receiver());
            ReceiveQueue opened = new ReceiveQueue(new ReceiveQueue.Pool());
            long before = pair.simulation.allocator().outstanding();
            for (int i = 0; i < record.length; i++) {
                if (i == record.length - 1) {
                    long kept = pair.simulation.allocator().outstanding() - before;
                    assertTrue(kept <= 16, () -> kept + " buffers");
                    assertTrue(receiver.heldBytes() >= i && receiver.heldBytes() <= 2L * i);
                }
                ByteBuf one = pair.simulation.allocator().directBuffer(1, 1).writeByte(record[i]);
                assertNull(receiver.onStream(one, opened, 0));
                one.release();
            }
            assertEquals(0, receiver.heldBytes());
            ByteBuffer read = ByteBuffer.allocate(content.length + 1);
            assertEquals(content.length, opened.read(read));
            assertArrayEquals(content, Arrays.copyOf(read.array(), content.length));
        }
    }

    /** A message whose rest does not come counts against the host's memory as everything that is kept does. */
    @Test
    void partsOfAMessageCount() {
        try (TlsPair pair = new TlsPair(TLS_13)) {
            RecordSealer sealer = pair.forger();
            byte[] part = new byte[16_000];
            part[0] = HandshakeType.NEW_SESSION_TICKET;
            part[1] = 1; // 65,536 octets of ticket
            long before = pair.b.stack().memory().usedBytes();
            pair.write(pair.client, TlsPair.record(sealer, ContentType.HANDSHAKE, part, 0));
            pair.write(pair.client, TlsPair.record(sealer, ContentType.HANDSHAKE, part, 0));
            long kept = pair.b.stack().memory().usedBytes() - before;
            assertTrue(kept >= 32_000, () -> "only " + kept + " octets count");
        }
    }

    private static byte[] octets(int n) {
        byte[] octets = new byte[n];
        new SplittableRandom(n).nextBytes(octets);
        return octets;
    }
}
