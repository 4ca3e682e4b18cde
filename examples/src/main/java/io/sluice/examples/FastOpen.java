package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.sluice.api.TcpSocket;
import io.sluice.link.PolledLink;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.sim.LossyLine;
import io.sluice.tcp.TcpState;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests that travel in SYNs (TCP Fast Open, RFC 7413): a client asks the same server several times, each time on a connection of
 * its own. The first brings the server's cookie back; with it the next ones send their request in the SYN, and the server answers
 * before the handshake is over. Over a pipe, or with {@code --tun} through the kernel's forwarding between two TUN devices, one of
 * them behind a line that takes 20 ms each way, so that the round trip that is saved shows.
 */
public final class FastOpen {
    private static final int PORT = 8082;
    private static final long DELAY_NS = 20_000_000;
    private static final String CLIENT = "10.82.1.2";
    private static final String CLIENT6 = "fd82:1::2";
    private static final String SERVER = "10.82.2.2";
    private static final String SERVER6 = "fd82:2::2";

    private FastOpen() {}

    /** {@code [--tun]}. */
    public static void main(String[] args) throws Exception {
        boolean tun = List.of(args).contains("--tun");
        Optional<String> unavailable = tun ? NetworkNamespace.unavailable() : Optional.empty();
        if (unavailable.isPresent()) {
            System.out.println(unavailable.get() + "; over a pipe");
        }
        for (Exchange e : tun && unavailable.isEmpty() ? overTun(3, DELAY_NS) : overPipe(3)) {
            System.out.printf(
                    "%-10s %-38s answered in %.1f ms: %s%n",
                    e.server, e.inSyn ? "request in the SYN" : "request behind the handshake", e.ns / 1e6, e.answer);
        }
    }

    /**
     * A question and its answer.
     *
     * @param server its address
     * @param inSyn whether the question was in the SYN
     * @param answer which says in which state the server's side of the connection was
     * @param ns from opening the connection to the answer
     */
    record Exchange(String server, boolean inSyn, String answer, long ns) {}

    /** So many questions to each of the server's addresses, over a pipe. */
    static List<Exchange> overPipe(int questions) throws Exception {
        PipeLink end = PipeLink.create(1500);
        return run(end, end.otherEnd(), questions);
    }

    /** The same over two TUN devices, between which the kernel forwards; the client's line takes {@code delayNs} each way. */
    static List<Exchange> overTun(int questions, long delayNs) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice a = namespace.call(() -> TunDevice.builder()
                        .address("10.82.1.1/24")
                        .address("fd82:1::1/64")
                        .offload(Offload.NONE) // the line carries packets
                        .open());
                TunDevice b = namespace.call(() -> TunDevice.builder()
                        .address("10.82.2.1/24")
                        .address("fd82:2::1/64")
                        .open())) {
            namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
            namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1"));
            LossyLine line = new LossyLine(a.link(), PooledByteBufAllocator.DEFAULT, 1, 0, delayNs, 0);
            return run(line, b.link(), questions);
        }
    }

    private static List<Exchange> run(PolledLink clientLink, PolledLink serverLink, int questions) throws Exception {
        SluiceNetwork clientNetwork = SluiceNetwork.builder()
                .link(clientLink, CLIENT + "/24", CLIENT6 + "/64")
                .route("10.82.2.0/24", clientLink)
                .route("fd82:2::/64", clientLink)
                .build();
        SluiceNetwork serverNetwork = SluiceNetwork.builder()
                .link(serverLink, SERVER + "/24", SERVER6 + "/64")
                .route("10.82.1.0/24", serverLink)
                .route("fd82:1::/64", serverLink)
                .build();
        try (SluiceEventLoopGroup clients = new SluiceEventLoopGroup(clientNetwork);
                SluiceEventLoopGroup servers = new SluiceEventLoopGroup(serverNetwork)) {
            serve(servers);
            List<Exchange> exchanges = new ArrayList<>();
            for (String server : new String[] {SERVER, SERVER6}) {
                for (int i = 0; i < questions; i++) {
                    exchanges.add(ask(clients, server, "question " + i));
                }
            }
            return exchanges;
        }
    }

    /** All that a server does for it is to say how many such connections may be open whose handshake is not over. */
    private static void serve(SluiceEventLoopGroup group) {
        new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .option(ChannelOption.TCP_FASTOPEN, 64)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Server());
                    }
                })
                .bind(PORT)
                .syncUninterruptibly();
    }

    /** What a client does for it is to write before it connects. The request may arrive twice: it has to be one that may. */
    @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
    private static Exchange ask(SluiceEventLoopGroup group, String server, String question) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        SluiceSocketChannel channel = (SluiceSocketChannel) new Bootstrap()
                .group(group)
                .channel(SluiceSocketChannel.class)
                .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
                .handler(new Client(answer))
                .register()
                .syncUninterruptibly()
                .channel();
        long startNs = System.nanoTime();
        channel.write(text(channel, question), channel.voidPromise());
        channel.connect(new InetSocketAddress(server, PORT)).syncUninterruptibly();
        channel.flush(); // what has not gone with the SYN
        String text = answer.get(1, TimeUnit.MINUTES);
        long endNs = System.nanoTime();
        boolean inSyn = channel.eventLoop()
                .submit(() -> Objects.requireNonNull(socket(channel).info()).synDataAccepted())
                .get();
        channel.close().syncUninterruptibly();
        return new Exchange(server, inSyn, text, endNs - startNs);
    }

    private static TcpSocket socket(SluiceSocketChannel channel) {
        return Objects.requireNonNull(channel.tcpSocket());
    }

    private static ByteBuf text(Channel channel, String text) {
        return ByteBufUtil.writeUtf8(channel.alloc(), text);
    }

    /** Answers each question with itself, and the state of the connection. */
    private static final class Server extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        protected void channelRead0(ChannelHandlerContext context, ByteBuf question) {
            TcpState state = socket((SluiceSocketChannel) context.channel()).state();
            String answer = question.toString(StandardCharsets.UTF_8) + ", read in " + state;
            context.writeAndFlush(text(context.channel(), answer), context.voidPromise());
        }
    }

    private static final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<String> answer;

        Client(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf octets) {
            answer.complete(octets.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
