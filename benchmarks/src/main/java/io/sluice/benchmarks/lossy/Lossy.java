package io.sluice.benchmarks.lossy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.sluice.cc.NewReno;
import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.sim.LossyLine;
import io.sluice.sim.workload.Pattern;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends to the kernel over a line that loses packets, with one stack after the other, and compares every octet that arrives.
 * Without options a short fast line and a long one of 100 Mbit/s. Exit status 0 if every octet was right and, on the long line, bbr
 * five times faster than NewReno.
 */
@Command(
        name = "bench lossy",
        mixinStandardHelpOptions = true,
        description =
                "Streams to the kernel over a line with loss, delay and a rate, one stack after the other; every octet compared.")
public final class Lossy implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final int CHUNK = 64 * 1024;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long KEY = 7;

    /** How much faster than NewReno bbr has to be on the long line. */
    private static final double FACTOR = 5;

    @Option(names = "--mebibytes", description = "MiB for each stack (default: 64)")
    private @Nullable Long mebibytes;

    @Option(names = "--loss", description = "share of packets lost each way (default: 0.01)")
    private @Nullable Double loss;

    @Option(names = "--rtt-ms", description = "round-trip time (default: 50)")
    private @Nullable Double rttMs;

    @Option(names = "--mbits", description = "rate of the line in Mbit/s, 0 for no limit (default: 100)")
    private @Nullable Long mbits;

    @Option(names = "--seed", description = "which packets are lost (default: ${DEFAULT-VALUE})")
    private long seed = 1;

    @Option(
            names = "--stacks",
            split = ",",
            description = "names of stacks; newreno is default with NewReno (default: bbr,rack,newreno)")
    private @Nullable List<String> stacks;

    private boolean failed;

    /** What is sent over which line, by whom. */
    private record Line(long mebibytes, double loss, double rttMs, long mbits, List<String> stacks) {}

    private static final Line SHORT = new Line(1024, 0.01, 2, 0, List.of("bbr", "rack"));
    private static final Line LONG = new Line(64, 0.01, 50, 100, List.of("bbr", "rack", NewReno.NAME));

    public static void main(String[] args) {
        System.exit(new CommandLine(new Lossy()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (mebibytes == null && loss == null && rttMs == null && mbits == null && stacks == null) {
            run(SHORT);
            run(LONG);
        } else {
            run(new Line(
                    mebibytes == null ? LONG.mebibytes : mebibytes,
                    loss == null ? LONG.loss : loss,
                    rttMs == null ? LONG.rttMs : rttMs,
                    mbits == null ? LONG.mbits : mbits,
                    stacks == null ? LONG.stacks : stacks));
        }
        return failed ? 1 : 0;
    }

    private void run(Line line) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%,d MiB, %.2f %% loss each way, %.1f ms, %s%n",
                line.mebibytes,
                100 * line.loss,
                line.rttMs,
                line.mbits == 0 ? "no limit of the rate" : line.mbits + " Mbit/s");
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (String name : line.stacks) {
            seconds.put(name, transfer(name, line));
        }
        Double bbr = seconds.get("bbr");
        Double newReno = seconds.get(NewReno.NAME);
        if (bbr != null && newReno != null) {
            System.out.printf(Locale.ROOT, "  bbr is %.1f times faster than default with NewReno%n", newReno / bbr);
            failed |= line.equals(LONG) && newReno / bbr < FACTOR;
        }
    }

    private static TcpStack stack(String name) {
        if (name.equals(NewReno.NAME)) {
            return new TcpStack("default", TcpStack.Requirement.NONE, NewReno::new);
        }
        TcpStack found = TcpStacks.installed().named(name);
        if (found == null) {
            throw new IllegalArgumentException("no stack " + name);
        }
        return found;
    }

    /** How long it took, in seconds. */
    private double transfer(String name, Line on) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice device = namespace.call(() -> TunDevice.builder()
                        .address("10.78.0.1/24")
                        .offload(Offload.NONE)
                        .open());
                ServerSocketChannel server =
                        namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress("10.78.0.1", 0)))) {
            PooledByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
            TunLink link = new TunLink(device.queues().get(0), allocator);
            LossyLine line = new LossyLine(
                    link, allocator, seed, on.loss, (long) (on.rttMs * NS_PER_MS / 2), on.mbits * 1_000_000);
            SluiceNetwork network = SluiceNetwork.builder()
                    .link(line, "10.78.0.2/24")
                    .tune(config -> config.tcpStack(stack(name)))
                    .build();
            try (SluiceEventLoopGroup group = new SluiceEventLoopGroup(network)) {
                long start = System.nanoTime();
                new Bootstrap()
                        .group(group)
                        .channel(SluiceSocketChannel.class)
                        .handler(new Sender(on.mebibytes * MIB))
                        .connect(server.getLocalAddress())
                        .syncUninterruptibly();
                boolean right = verify(server.accept(), on.mebibytes * MIB);
                double seconds = (System.nanoTime() - start) / 1e9;
                failed |= !right;
                Counters counters = group.hosts().get(0).counters();
                System.out.printf(
                        Locale.ROOT,
                        "  %-8s %8.2f s %9.2f Mbit/s  %s; lost %,d, queue full %,d, repeated %,d octets, timeouts %d%n",
                        name,
                        seconds,
                        on.mebibytes * MIB * 8 / seconds / 1e6,
                        right ? "every octet right" : "WRONG",
                        line.lost(),
                        line.refused(),
                        counters.get(Counter.TCP_BYTES_RETRANSMITTED),
                        counters.get(Counter.TCP_RTO));
                return seconds;
            }
        }
    }

    private static boolean verify(SocketChannel peer, long bytes) throws IOException {
        Pattern pattern = new Pattern(KEY);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        long received = 0;
        boolean right = true;
        try (peer) {
            while (peer.read(buffer.clear()) >= 0) {
                right &= pattern.mismatch(buffer.flip(), received) < 0;
                received += buffer.limit();
            }
        }
        return right && received == bytes;
    }

    /** Writes so many octets of the pattern as the channel takes them, and closes. */
    private static final class Sender extends ChannelInboundHandlerAdapter {
        private final Pattern pattern = new Pattern(KEY);
        private final long bytes;
        private long written;

        Sender(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            write(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            write(context);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and the reader sees it
        private void write(ChannelHandlerContext context) {
            while (written < bytes && context.channel().isWritable()) {
                int n = (int) Math.min(CHUNK, bytes - written);
                ByteBuf chunk = context.alloc().directBuffer(n);
                pattern.fill(chunk.internalNioBuffer(0, n), written);
                chunk.writerIndex(n);
                written += n;
                if (written < bytes) {
                    context.write(chunk, context.voidPromise());
                } else {
                    context.write(chunk).addListener(ChannelFutureListener.CLOSE);
                }
            }
            context.flush();
        }
    }
}
