package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.tun.Offload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures (RFC 2385) and Fast Open (RFC 7413) with the Linux kernel, both roles, both families. */
@Tag("netns")
@Timeout(120)
class KernelOptionsInteropTest {
    private static final byte[] SECRET = "a password for BGP".getBytes(StandardCharsets.US_ASCII);
    private static final int SIZE = 200_000;

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message, context.voidPromise());
        }
    }

    private static <T> Channel serve(OnTun net, ChannelOption<T> option, T value) {
        return net.server(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .option(option, value)
                .bind(0)
                .syncUninterruptibly()
                .channel();
    }

    private static String host(boolean ipv6) {
        return ipv6 ? OnTun.HOST6 : OnTun.HOST;
    }

    private static String kernel(boolean ipv6) {
        return ipv6 ? OnTun.KERNEL6 : OnTun.KERNEL;
    }

    private static InetSocketAddress here(Channel server, boolean ipv6) {
        return new InetSocketAddress(host(ipv6), ((InetSocketAddress) server.localAddress()).getPort());
    }

    private static byte[] data(int size) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 31 + i / 251);
        }
        return data;
    }

    private static Map<InetAddress, byte[]> secretFor(String peer) throws UnknownHostException {
        return Map.of(InetAddress.getByName(peer), SECRET);
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "TCP, false", "NONE, true", "TCP, true"})
    void signedConnectionsThatTheKernelOpens(Offload offload, boolean ipv6) throws Exception {
        try (OnTun net = new OnTun(offload)) {
            Channel server = serve(net, EpollChannelOption.TCP_MD5SIG, secretFor(kernel(ipv6)));
            try (KernelSocket kernel = net.namespace.call(() -> KernelSocket.open(ipv6))) {
                kernel.md5(InetAddress.getByName(host(ipv6)), SECRET);
                kernel.connect(here(server, ipv6));
                kernel.send(data(SIZE));
                assertArrayEquals(data(SIZE), kernel.receive(SIZE));
            }
            assertEquals(0, net.host().counters().get(DropReason.TCP_MD5_WRONG));
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "TCP, false", "NONE, true", "TCP, true"})
    void signedConnectionsThatWeOpen(Offload offload, boolean ipv6) throws Exception {
        try (OnTun net = new OnTun(offload);
                KernelSocket listening = net.namespace.call(() -> KernelSocket.open(ipv6))) {
            listening.md5(InetAddress.getByName(host(ipv6)), SECRET);
            int port = listening.listen(InetAddress.getByName(kernel(ipv6)));
            Channel channel = net.client(new Echo())
                    .option(EpollChannelOption.TCP_MD5SIG, secretFor(kernel(ipv6)))
                    .connect(new InetSocketAddress(kernel(ipv6), port))
                    .syncUninterruptibly()
                    .channel();
            try (KernelSocket kernel = listening.accept()) {
                kernel.send(data(SIZE));
                assertArrayEquals(data(SIZE), kernel.receive(SIZE));
            }
            channel.close().syncUninterruptibly();
        }
    }

    private static void allowFastOpen(OnTun net) throws Exception {
        net.namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_fastopen"), "3"));
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "TCP, false", "NONE, true", "TCP, true"})
    void theKernelsDataComesWithItsSyn(Offload offload, boolean ipv6) throws Exception {
        try (OnTun net = new OnTun(offload)) {
            allowFastOpen(net);
            Channel server = serve(net, ChannelOption.TCP_FASTOPEN, 16);
            for (int i = 0; i < 3; i++) {
                try (KernelSocket kernel = net.namespace.call(() -> KernelSocket.open(ipv6))) {
                    byte[] data = data(1000 + i);
                    assertEquals(data.length, kernel.sendFast(here(server, ipv6), data));
                    assertArrayEquals(data, kernel.receive(data.length));
                }
            }
            assertEquals(1, net.host().counters().get(Counter.TCP_FAST_OPEN_COOKIE_REQUESTS));
            assertEquals(2, net.host().counters().get(Counter.TCP_FAST_OPEN_PASSIVE));
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, false", "TCP, false", "NONE, true", "TCP, true"})
    void ourDataGoesWithOurSynToTheKernel(Offload offload, boolean ipv6) throws Exception {
        try (OnTun net = new OnTun(offload);
                KernelSocket listening = net.namespace.call(() -> KernelSocket.open(ipv6))) {
            allowFastOpen(net);
            int port = listening.listen(InetAddress.getByName(kernel(ipv6)));
            listening.option(KernelSocket.TCP_FASTOPEN, 8);
            for (int i = 0; i < 3; i++) {
                Bootstrap client =
                        net.client(new ChannelInboundHandlerAdapter()).option(ChannelOption.TCP_FASTOPEN_CONNECT, true);
                Channel channel = client.register().syncUninterruptibly().channel();
                byte[] data = data(1200 + i);
                ChannelFuture written = channel.write(Unpooled.wrappedBuffer(data));
                channel.connect(new InetSocketAddress(kernel(ipv6), port)).syncUninterruptibly();
                channel.flush();
                written.syncUninterruptibly();
                try (KernelSocket kernel = listening.accept()) {
                    assertArrayEquals(data, kernel.receive(data.length));
                }
                channel.close().syncUninterruptibly();
            }
            assertEquals(2, net.host().counters().get(Counter.TCP_FAST_OPEN_ACTIVE));
            assertTrue(net.host().counters().get(Counter.TCP_FAST_OPEN_ACTIVE_FAILS) == 0);
        }
    }
}
