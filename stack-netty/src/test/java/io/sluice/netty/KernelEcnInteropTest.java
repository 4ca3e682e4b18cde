package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.sluice.event.Counter;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpProfile;
import io.sluice.tun.Offload;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Explicit congestion notification with the Linux kernel, across a link that marks: RFC 3168 where it knows that, also if we ask
 * for AccECN (RFC 9768 §3.1.1), else none; both roles, both families. Streams are whole, and marks are told.
 */
@Tag("netns")
@Timeout(240)
class KernelEcnInteropTest {
    private static final long PATIENCE_S = 120;
    private static final int SIZE = 3_000_000;
    private static final int EVERY = 40;
    private static final Path ECN = Path.of("/proc/sys/net/ipv4/tcp_ecn");

    /** The end of a transfer, as our side and the link saw it. */
    private record Outcome(TcpInfo info, MarkingLink link, long marks, long echoes) {}

    private static Outcome transfer(String kernelEcn, int ourEcn, boolean kernelOpens, boolean ipv6) throws Exception {
        MarkingLink[] link = new MarkingLink[1];
        TcpProfile profile = TcpProfile.STANDARD.with(Knob.ECN, ourEcn);
        try (OnTun net = new OnTun(
                        Offload.NONE,
                        profile,
                        (device, allocator) -> link[0] = new MarkingLink(device, allocator, EVERY));
                KernelPeer peer = new KernelPeer()) {
            net.namespace.call(() -> Files.writeString(ECN, kernelEcn));
            BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
            VerifyStream verify = new VerifyStream();
            ChannelHandler handler = new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                    channel.pipeline().addLast(verify, new SendStream(SIZE));
                    channels.add(channel);
                }
            };
            try (SocketChannel kernel = open(net, handler, kernelOpens, ipv6)) {
                SluiceSocketChannel ours = (SluiceSocketChannel) channels.take();
                CompletableFuture<Long> sent = peer.send(kernel, SIZE);
                CompletableFuture<Long> verified = peer.verify(kernel);
                assertEquals(SIZE, sent.get(PATIENCE_S, TimeUnit.SECONDS));
                assertEquals(SIZE, verify.received.get(PATIENCE_S, TimeUnit.SECONDS));
                assertEquals(SIZE, verified.get(PATIENCE_S, TimeUnit.SECONDS));
                TcpInfo info = ours.eventLoop().submit(() -> info(ours)).get(PATIENCE_S, TimeUnit.SECONDS);
                ours.close().awaitUninterruptibly();
                return new Outcome(
                        Objects.requireNonNull(info),
                        link[0],
                        net.host().counters().get(Counter.TCP_CE_IN),
                        net.host().counters().get(Counter.TCP_ECE_IN));
            }
        }
    }

    private static @Nullable TcpInfo info(SluiceSocketChannel channel) {
        return Objects.requireNonNull(channel.tcpSocket()).info();
    }

    private static SocketChannel open(OnTun net, ChannelHandler handler, boolean kernelOpens, boolean ipv6)
            throws Exception {
        if (kernelOpens) {
            return net.connectKernel(ipv6 ? OnTun.HOST6 : OnTun.HOST, net.serve(handler));
        }
        ServerSocketChannel server = net.namespace.call(
                () -> ServerSocketChannel.open().bind(new InetSocketAddress(ipv6 ? OnTun.KERNEL6 : OnTun.KERNEL, 0)));
        try (server) {
            net.client(handler).connect(server.getLocalAddress()).syncUninterruptibly();
            return server.accept();
        }
    }

    /** 0 none, 1 asks for RFC 3168 and agrees to it, 2 agrees to it; ours 3 asks for AccECN, 5 for nothing, both agree to either. */
    @ParameterizedTest
    @CsvSource({
        "0, 3, false, false, false",
        "0, 5, true, false, false",
        "2, 3, false, false, true",
        "2, 3, false, true, true",
        "2, 4, false, false, true",
        "2, 1, false, true, true",
        "1, 5, true, true, true",
        "1, 2, true, false, true"
    })
    void marksAreToldBothWays(String kernelEcn, int ourEcn, boolean kernelOpens, boolean ipv6, boolean agreed)
            throws Exception {
        Outcome outcome = transfer(kernelEcn, ourEcn, kernelOpens, ipv6);
        assertEquals(agreed, outcome.info.ecn());
        assertNull(outcome.info.accurateEcn(), "the kernel does not have it");
        assertEquals(agreed, outcome.link.markedOut() > 10, "marked: " + outcome.link.markedOut());
        assertEquals(agreed, outcome.link.markedIn() > 10, "marked: " + outcome.link.markedIn());
        assertEquals(outcome.link.markedIn(), outcome.marks);
        assertEquals(agreed, outcome.echoes > 0, "the kernel echoes");
    }
}
