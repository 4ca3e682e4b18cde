package io.sluice.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A TCP socket of the kernel and a hand-made one exchange two megabytes; with offload, in super-segments. */
@NeedsNamespaces
@Timeout(60)
class SuperSegmentTest {
    private static final int BYTES = 2_000_000;

    private static ByteBuf stream() {
        byte[] octets = new byte[BYTES];
        new Random(1).nextBytes(octets);
        return Unpooled.directBuffer(BYTES, BYTES).writeBytes(octets);
    }

    private static void run(TunWire wire, HandmadeTcp tcp, BooleanSupplier condition) {
        wire.receiveUntil(
                () -> {
                    tcp.acknowledgeBatch();
                    return condition.getAsBoolean();
                },
                tcp);
    }

    @ParameterizedTest
    @CsvSource({"false, TCP", "true, TCP", "false, CHECKSUM", "true, CHECKSUM", "false, NONE", "true, NONE"})
    void theKernelSends(boolean ipv6, Offload offload) throws Exception {
        ByteBuf stream = stream();
        try (TunWire wire = TunWire.with(offload)) {
            // The size of super-segments does not depend on how fast this machine is: what the windows let go at once.
            wire.namespace.sysctl("net.ipv4.tcp_min_tso_segs", "44");
            HandmadeTcp tcp = new HandmadeTcp(wire, ipv6, stream);
            ByteBuffer out = stream.nioBuffer();
            Future<Integer> client = wire.namespace.submit(() -> {
                try (SocketChannel socket = SocketChannel.open(TunWire.ours(ipv6, HandmadeTcp.PORT))) {
                    int written = 0;
                    while (out.hasRemaining()) {
                        written += socket.write(out);
                    }
                    return written;
                }
            });
            run(wire, tcp, () -> tcp.peerClosed);
            assertEquals(BYTES, client.get());
            assertEquals(BYTES, tcp.received);
            TunCounters counters = wire.link.counters();
            if (offload == Offload.TCP) {
                assertTrue(tcp.largestPacket > 30_000, "the largest packet was " + tcp.largestPacket);
                assertTrue(counters.mergedPacketsReceived() > 0);
                assertTrue(counters.segmentsReceived() > counters.packetsReceived());
            } else {
                assertEquals(1500, tcp.largestPacket);
                assertEquals(0, counters.mergedPacketsReceived());
                assertEquals(counters.segmentsReceived(), counters.packetsReceived());
            }
            assertTrue(tcp.segments >= BYTES / 1460);
        } finally {
            stream.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, TCP", "true, TCP", "false, CHECKSUM", "true, CHECKSUM", "false, NONE", "true, NONE"})
    void theKernelReceives(boolean ipv6, Offload offload) throws Exception {
        ByteBuf stream = stream();
        try (TunWire wire = TunWire.with(offload)) {
            HandmadeTcp tcp = new HandmadeTcp(wire, ipv6, stream);
            Future<ByteBuffer> client = wire.namespace.submit(() -> receiveAll(ipv6));
            run(wire, tcp, () -> {
                tcp.sendUpTo(BYTES);
                return tcp.isAcknowledgedUpTo(BYTES);
            });
            tcp.close();
            run(wire, tcp, client::isDone);
            assertEquals(stream.nioBuffer(), client.get());
            TunCounters counters = wire.link.counters();
            assertEquals(offload == Offload.TCP, counters.superSegmentsSent() > 0);
            assertTrue(counters.bytesSent() > BYTES);
            assertEquals(0, counters.payloadBytesCopied());
            assertEquals(0, counters.shortWrites() + counters.writeErrors() + counters.busyWrites());
        } finally {
            stream.release();
        }
    }

    private static ByteBuffer receiveAll(boolean ipv6) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(BYTES + 1);
        try (SocketChannel socket = SocketChannel.open(TunWire.ours(ipv6, HandmadeTcp.PORT))) {
            while (socket.read(in) >= 0) {
                // until the end
            }
        }
        return in.flip();
    }
}
