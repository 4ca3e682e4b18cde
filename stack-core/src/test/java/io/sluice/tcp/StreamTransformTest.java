package io.sluice.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.SocketError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link TcpSocket#receiveThrough}: a reader gets what a transform makes of the stream, of unread text as well as of what comes. */
class StreamTransformTest {
    private static final int PATIENCE_MS = 10_000;

    /** Turns all letters over, and ends the connection at a full stop. */
    private static final class Inverter implements StreamTransform {
        boolean closed;

        @Override
        public @Nullable SocketError onStream(ByteBuf data, ReceiveQueue into, long nowNs) {
            ByteBuf out = data.alloc().directBuffer(data.readableBytes());
            while (data.isReadable()) {
                byte octet = data.readByte();
                if (octet == '.') {
                    out.release();
                    return SocketError.CONNECTION_RESET;
                }
                out.writeByte(octet ^ 0x20);
            }
            into.append(out);
            return null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void whatWasNotReadAndWhatComesGoThroughIt() {
        try (TwoHosts net = new TwoHosts(4, TcpProfile.STANDARD)) {
            TcpListener listener = net.listen();
            TcpSocket client = net.connect();
            assertTrue(net.run(PATIENCE_MS * TwoHosts.MS, () -> listener.waitingCount() == 1));
            TcpSocket server = listener.accept();
            assertNotNull(server);
            write(client, "abcd");
            assertTrue(net.run(PATIENCE_MS * TwoHosts.MS, () -> server.readableBytes() == 4));
            assertEquals("ab", read(server, 2));
            Inverter inverter = new Inverter();
            server.receiveThrough(inverter, net.nowNs);
            write(client, "ef");
            assertTrue(net.run(PATIENCE_MS * TwoHosts.MS, () -> server.readableBytes() == 4));
            assertEquals("CDEF", read(server, 100));
            write(client, "g");
            assertTrue(net.run(PATIENCE_MS * TwoHosts.MS, () -> server.readableBytes() == 1));
            write(client, ".");
            assertTrue(net.run(
                    PATIENCE_MS * TwoHosts.MS,
                    () -> TwoHosts.connection(server).peekError() == SocketError.CONNECTION_RESET));
            server.abort(net.nowNs);
            assertTrue(inverter.closed);
        }
    }

    private static void write(TcpSocket socket, String text) {
        assertEquals(text.length(), socket.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))));
    }

    private static String read(TcpSocket socket, int most) {
        ByteBuffer into = ByteBuffer.allocate(most);
        int octets = socket.read(into);
        return new String(into.array(), 0, Math.max(0, octets), StandardCharsets.US_ASCII);
    }
}
