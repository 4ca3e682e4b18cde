package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.sim.LossyLine;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabFiles;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.lab.LabStacks;
import io.sluice.sim.queue.Queues;
import io.sluice.sim.workload.Pattern;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Changes the TCP stack of a connection while it sends: a third of the time each with {@code default}, {@code rack} and {@code bbr}, over a
 * line that loses one packet of 200. Sends to the kernel over a TUN device, or, with {@code --simulated} or without the right to
 * make one, to another host in the simulator; and draws what became of it ({@code live-swap/index.html}).
 */
public final class LiveSwap {
    static final double LOSS = 0.005;
    static final long RATE = 50_000_000;
    static final long DELAY_NS = 20_000_000;
    private static final long KEY = 7;
    private static final int CHUNK = 64 * 1024;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private LiveSwap() {}

    /** {@code [--simulated] [FOLDER]}. */
    public static void main(String[] args) throws Exception {
        List<String> words = List.of(args);
        Path folder = Path.of(
                words.stream().filter(w -> !w.startsWith("--")).findFirst().orElse("live-swap"));
        boolean simulated = words.contains("--simulated");
        Optional<String> unavailable = simulated ? Optional.empty() : NetworkNamespace.unavailable();
        if (unavailable.isPresent()) {
            System.out.println(unavailable.get() + "; simulated");
            simulated = true;
        }
        System.out.println("look at " + (simulated ? simulate(30, folder) : overTun(10, folder)).toAbsolutePath());
    }

    private static Path overTun(int seconds, Path folder) throws Exception {
        SwapRecorder recorder = new SwapRecorder();
        overTun(seconds, recorder);
        Files.createDirectories(folder);
        return Files.writeString(folder.resolve("index.html"), recorder.page());
    }

    /** A connection in virtual time, for {@code seconds}. */
    static Path simulate(int seconds, Path folder) throws IOException {
        LabResult result = LabRun.run(scenario(seconds), share -> {});
        return new LabFiles(List.of(result))
                .write(folder, "A live swap of the TCP stack", LiveSwap.class.getName() + " --simulated");
    }

    static LabScenario scenario(int seconds) {
        LabFlow flow = LabStacks.flow("transfer", "default")
                .swappedAt(seconds * NS_PER_SECOND / 3, LabStacks.stack("rack"))
                .swappedAt(seconds * NS_PER_SECOND * 2 / 3, LabStacks.stack("bbr"));
        return LabScenario.builder("live swap")
                .seconds(seconds)
                .hop(PipeConfig.builder()
                        .rate(RATE)
                        .delayNs(DELAY_NS)
                        .loss(LOSS)
                        .queue(Queues.dropTail(Integer.MAX_VALUE, 250_000))
                        .build())
                .flow(flow)
                .build();
    }

    /** A connection to the kernel, for {@code seconds}. Fails if an octet that arrives is wrong. */
    static void overTun(int seconds, SwapRecorder recorder) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice device = namespace.call(() -> TunDevice.builder()
                        .address("10.78.0.1/24")
                        .offload(Offload.NONE)
                        .open());
                ServerSocketChannel server =
                        namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress("10.78.0.1", 0)))) {
            PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
            LossyLine line =
                    new LossyLine(new TunLink(device.queues().get(0), allocator), allocator, 1, LOSS, DELAY_NS, RATE);
            SluiceNetwork network = SluiceNetwork.builder()
                    .link(line, "10.78.0.2/24")
                    .tune(config -> config.events(recorder).tcpStack(TcpStack.DEFAULT))
                    .build();
            try (SluiceEventLoopGroup group = new SluiceEventLoopGroup(network)) {
                SluiceSocketChannel channel = (SluiceSocketChannel) new Bootstrap()
                        .group(group)
                        .channel(SluiceSocketChannel.class)
                        .handler(new Source())
                        .connect(server.getLocalAddress())
                        .syncUninterruptibly()
                        .channel();
                CompletableFuture<Long> reader = verify(server.accept());
                Future<?> samples = channel.eventLoop()
                        .scheduleAtFixedRate(() -> recorder.sample(channel), 0, 10, TimeUnit.MILLISECONDS);
                for (String stack : List.of("rack", "bbr")) {
                    TimeUnit.MILLISECONDS.sleep(seconds * 1000L / 3);
                    swap(channel, stack);
                }
                TimeUnit.MILLISECONDS.sleep(seconds * 1000L / 3);
                samples.cancel(false);
                channel.close().syncUninterruptibly();
                System.out.printf("%,d octets, every one right%n", reader.get(1, TimeUnit.MINUTES));
            }
        }
    }

    /** All that it takes. A stack that cannot run this connection makes it fail, and the connection stays as it is. */
    static void swap(SluiceSocketChannel channel, String name) {
        TcpStack stack = Objects.requireNonNull(TcpStacks.installed().named(name));
        channel.config().setOption(SluiceChannelOption.TCP_STACK, stack);
    }

    private static CompletableFuture<Long> verify(SocketChannel peer) {
        return CompletableFuture.supplyAsync(() -> {
            Pattern pattern = new Pattern(KEY);
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            long received = 0;
            try (peer) {
                while (peer.read(buffer.clear()) >= 0) {
                    if (pattern.mismatch(buffer.flip(), received) >= 0) {
                        throw new IllegalStateException("a wrong octet after " + received);
                    }
                    received += buffer.limit();
                }
                return received;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Writes as much as the channel takes. */
    private static final class Source extends ChannelInboundHandlerAdapter {
        private final Pattern pattern = new Pattern(KEY);
        private long written;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            write(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            write(context);
        }

        /** What was written and not sent when the channel was closed. */
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // it is closed already, or closes
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        private void write(ChannelHandlerContext context) {
            while (context.channel().isWritable()) {
                ByteBuf chunk = context.alloc().directBuffer(CHUNK);
                pattern.fill(chunk.internalNioBuffer(0, CHUNK), written);
                written += CHUNK;
                context.write(chunk.writerIndex(CHUNK), context.voidPromise());
            }
            context.flush();
        }
    }
}
