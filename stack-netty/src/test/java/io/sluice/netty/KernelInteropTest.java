package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.sluice.event.Counter;
import io.sluice.tun.Offload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams between our TCP and the Linux kernel's over a TUN device: both roles, both families, with and without offload. */
@Tag("netns")
@Timeout(240)
class KernelInteropTest {
    private static final long PATIENCE_S = 180;
    private static final long MIB = 1 << 20;

    /** A connection between the two, whoever opened it, and what our side verifies. */
    private record Pair(SocketChannel kernel, Channel ours, VerifyStream verify) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            kernel.close();
            ours.close().awaitUninterruptibly();
        }
    }

    private static Pair connect(OnTun net, String family, String opener, long oursSends)
            throws IOException, InterruptedException {
        BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
        VerifyStream verify = new VerifyStream();
        ChannelHandler handler = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                channel.pipeline().addLast(verify, new SendStream(oursSends));
                channels.add(channel);
            }
        };
        boolean v6 = family.equals("ipv6");
        if (opener.equals("kernel")) {
            Channel server = net.serve(handler);
            SocketChannel kernel = net.connectKernel(v6 ? OnTun.HOST6 : OnTun.HOST, server);
            return new Pair(kernel, channels.take(), verify);
        }
        ServerSocketChannel server = net.namespace.call(() -> {
            ServerSocketChannel s = ServerSocketChannel.open();
            return s.bind(new InetSocketAddress(v6 ? OnTun.KERNEL6 : OnTun.KERNEL, 0));
        });
        try (server) {
            net.client(handler).connect(server.getLocalAddress()).syncUninterruptibly();
            return new Pair(server.accept(), channels.take(), verify);
        }
    }

    private static long await(CompletableFuture<Long> octets) throws InterruptedException, TimeoutException {
        try {
            return octets.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    /** Both sides send and verify at the same time. */
    private static void exchange(Pair pair, KernelPeer peer, long kernelSends, long oursSends)
            throws InterruptedException, TimeoutException {
        CompletableFuture<Long> sent = peer.send(pair.kernel, kernelSends);
        CompletableFuture<Long> verified = peer.verify(pair.kernel);
        assertEquals(kernelSends, await(sent));
        assertEquals(kernelSends, await(pair.verify.received));
        assertEquals(oursSends, await(verified));
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, ipv4, kernel, 1",
        "NONE, ipv4, sluice, 1",
        "NONE, ipv6, kernel, 1",
        "NONE, ipv6, sluice, 1",
        "TCP, ipv4, kernel, 1",
        "TCP, ipv4, sluice, 1",
        "TCP, ipv6, kernel, 1",
        "TCP, ipv6, sluice, 1",
        "NONE, ipv4, kernel, 1000000",
        "NONE, ipv4, sluice, 1000000",
        "NONE, ipv6, kernel, 1000000",
        "NONE, ipv6, sluice, 1000000",
        "CHECKSUM, ipv4, kernel, 1000000",
        "CHECKSUM, ipv6, sluice, 1000000",
        "TCP, ipv4, kernel, 1000000",
        "TCP, ipv4, sluice, 1000000",
        "TCP, ipv6, kernel, 1000000",
        "TCP, ipv6, sluice, 1000000",
        "NONE, ipv4, kernel, 33554432",
        "TCP, ipv6, sluice, 134217728",
    })
    void streamsBothWays(Offload offload, String family, String opener, long size) throws Exception {
        try (OnTun net = new OnTun(offload);
                KernelPeer peer = new KernelPeer();
                Pair pair = connect(net, family, opener, size)) {
            exchange(pair, peer, size, size);
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4, kernel, up", "ipv6, sluice, down"})
    void oneGibibyteOneWay(String family, String opener, String direction) throws Exception {
        long up = direction.equals("up") ? 1024 * MIB : 1;
        long down = direction.equals("up") ? 1 : 1024 * MIB;
        try (OnTun net = new OnTun(Offload.TCP);
                KernelPeer peer = new KernelPeer();
                Pair pair = connect(net, family, opener, up)) {
            exchange(pair, peer, down, up);
            // Zero-copy: super-segments are handed on as slices, written buffers are sent where they lie.
            long copied = net.host().counters().get(Counter.SEND_BYTES_COPIED)
                    + net.host().counters().get(Counter.RECEIVE_BYTES_COPIED);
            assertTrue(copied < 32 * MIB, copied + " octets of 1 GiB were copied");
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4, kernel", "ipv6, sluice"})
    void aLineThatLosesAndReorders(String family, String opener) throws Exception {
        long size = 2 * MIB;
        try (OnTun net = OnTun.impaired(0.02, 2_000_000, 1_000_000);
                KernelPeer peer = new KernelPeer();
                Pair pair = connect(net, family, opener, size)) {
            exchange(pair, peer, size, size);
            assertTrue(
                    net.impairment().lost() > 10,
                    "the line lost " + net.impairment().lost());
            assertTrue(
                    net.impairment().overtaken() > 10,
                    "the line reordered " + net.impairment().overtaken());
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4", "ipv6"})
    void aSlowReaderHereClosesTheWindow(String family) throws Exception {
        try (OnTun net = new OnTun(Offload.TCP);
                KernelPeer peer = new KernelPeer();
                Pair pair = connect(net, family, "kernel", 1)) {
            pair.ours.config().setAutoRead(false);
            long taken = KernelPeer.sendUntilStuck(pair.kernel, 500);
            assertTrue(taken < 64 * MIB, taken + " octets were taken with nobody reading");
            pair.ours.config().setAutoRead(true);
            pair.kernel.shutdownOutput();
            assertEquals(taken, await(pair.verify.received));
            assertEquals(1, await(peer.verify(pair.kernel)));
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4", "ipv6"})
    void aSlowReaderThereMakesTheChannelUnwritable(String family) throws Exception {
        long size = 64 * MIB;
        try (OnTun net = new OnTun(Offload.TCP);
                KernelPeer peer = new KernelPeer();
                Pair pair = connect(net, family, "kernel", size)) {
            pair.kernel.shutdownOutput();
            assertEquals(0, await(pair.verify.received)); // by now the first writes were made
            // On the loop, where it does not change while more is written.
            assertFalse(
                    pair.ours.eventLoop().submit(pair.ours::isWritable).sync().getNow(),
                    "64 MiB fit into the buffers of a reader that does not read");
            assertEquals(size, await(peer.verify(pair.kernel)));
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4", "ipv6"})
    void theKernelResets(String family) throws Exception {
        try (OnTun net = new OnTun(Offload.TCP);
                Pair pair = connect(net, family, "kernel", SendStream.NOTHING)) {
            pair.kernel.setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.kernel.close();
            ExecutionException failure = assertThrows(
                    ExecutionException.class, () -> pair.verify.received.get(PATIENCE_S, TimeUnit.SECONDS));
            assertTrue(failure.getCause() instanceof IOException, () -> String.valueOf(failure.getCause()));
            assertTrue(pair.ours.closeFuture().await(PATIENCE_S, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @CsvSource({"ipv4", "ipv6"})
    void weReset(String family) throws Exception {
        try (OnTun net = new OnTun(Offload.TCP);
                Pair pair = connect(net, family, "sluice", SendStream.NOTHING)) {
            pair.ours.config().setOption(ChannelOption.SO_LINGER, 0);
            pair.ours.close().syncUninterruptibly();
            assertThrows(IOException.class, () -> {
                while (pair.kernel.read(ByteBuffer.allocate(1)) >= 0) {}
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"kernel", "sluice"})
    void aThousandConnectionsAtATime(String opener) throws Exception {
        try (OnTun net = new OnTun(Offload.TCP);
                KernelEcho echo = new KernelEcho(net.namespace)) {
            if (opener.equals("kernel")) {
                Channel server = net.serve(new Echo());
                int port = ((InetSocketAddress) server.localAddress()).getPort();
                assertEquals(1000, echo.connectAndAsk(OnTun.HOST, port, 1000));
            } else {
                int port = echo.serve(OnTun.KERNEL);
                assertEquals(1000, EchoClients.connectAndAsk(net, OnTun.KERNEL, port, 1000));
            }
        }
    }
}
