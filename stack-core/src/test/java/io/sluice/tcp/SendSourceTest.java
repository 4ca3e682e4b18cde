package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.SendQueue;
import io.sluice.buffer.SendSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that frames and expands what it sends just before it is sent, as TLS records will. */
class SendSourceTest {
    private static final int RECORD = 1000;
    private static final int HEADER = 5;
    private static final int TAG = 16;

    /** Frames each chunk of input: a header with its length, the octets complemented, a tag. */
    private static final class Sealer implements SendSource {
        final ArrayDeque<byte[]> input = new ArrayDeque<>();
        boolean ended;
        boolean closed;

        @Override
        public int pull(SendQueue into, int maxBytes, long nowNs) {
            byte[] plain = input.poll();
            if (plain == null) {
                return ended ? END : PENDING;
            }
            ByteBuf record = PooledByteBufAllocator.DEFAULT.directBuffer(HEADER + plain.length + TAG);
            record.writeByte(23).writeShort(0x0303).writeShort(plain.length + TAG);
            for (byte b : plain) {
                record.writeByte(~b);
            }
            record.writeZero(TAG);
            int n = record.readableBytes();
            into.append(record, true);
            return n;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05})
    void recordsArriveWholeAndTheEndClosesTheStream(double loss) {
        try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
            net.loss = loss;
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            Sealer sealer = new Sealer();
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            for (int i = 0; i < 100; i++) {
                addRecord(sealer, plain, i);
            }
            client.sendFrom(sealer);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            assertTrue(net.run(600_000 * TwoHosts.MS, () -> read(server, received) >= 100 * (RECORD + HEADER + TAG)));
            addRecord(sealer, plain, 100); // after a pause
            sealer.ended = true;
            connection(client).layer().sourceReady();
            assertTrue(net.run(600_000 * TwoHosts.MS, () -> read(server, received) >= 0 && server.isEndOfStream()));
            assertEquals(ByteBuffer.wrap(plain.toByteArray()), open(received.toByteArray()));
            assertTrue(sealer.closed);
        }
    }

    @Test
    void isPulledOnlyAsFarAsTheWindowReaches() {
        try (TwoHosts net = new TwoHosts(3, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(60_000 * TwoHosts.MS, () -> listener.waitingCount() == 1));
            Sealer sealer = new Sealer();
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            for (int i = 0; i < 1000; i++) {
                addRecord(sealer, plain, i);
            }
            client.sendFrom(sealer);
            net.run(0, () -> false);
            long window = connection(client).window.cwnd();
            int pulled = 1000 - sealer.input.size();
            assertTrue(pulled > 0 && (long) pulled * RECORD <= window + RECORD, pulled + " records for " + window);
        }
    }

    private static TcpConnection connection(TcpSocket socket) {
        return Objects.requireNonNull(socket.connection());
    }

    private static void addRecord(Sealer sealer, ByteArrayOutputStream plain, int fill) {
        byte[] record = new byte[RECORD];
        Arrays.fill(record, (byte) fill);
        plain.writeBytes(record);
        sealer.input.add(record);
    }

    private static int read(TcpSocket socket, ByteArrayOutputStream into) {
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        int n = socket.read(buffer);
        if (n > 0) {
            into.write(buffer.array(), 0, n);
        }
        return into.size();
    }

    private static ByteBuffer open(byte[] records) {
        ByteBuffer in = ByteBuffer.wrap(records);
        ByteBuffer out = ByteBuffer.allocate(records.length);
        while (in.hasRemaining()) {
            assertEquals(23, in.get());
            assertEquals(0x0303, in.getShort());
            int length = in.getShort() - TAG;
            for (int i = 0; i < length; i++) {
                out.put((byte) ~in.get());
            }
            in.position(in.position() + TAG);
        }
        return out.flip();
    }
}
