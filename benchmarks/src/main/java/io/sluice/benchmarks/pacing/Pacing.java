package io.sluice.benchmarks.pacing;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.sluice.benchmarks.pacing.PacingReport.Rate;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.rack.RackTlp;
import io.sluice.tcp.TcpStack;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends with BBR to the kernel over a TUN device, limited to a rate by SO_MAX_PACING_RATE, and compares a capture of the device
 * with the pacing rate that BBR had. Exit status 0 if the medians are within 10 % and no burst is longer than a millisecond.
 */
@Command(
        name = "bench pacing",
        mixinStandardHelpOptions = true,
        description =
                "How evenly BBR paces over a TUN: a capture, compared with its pacing rate every 10 ms and gap by gap.")
public final class Pacing implements Callable<Integer> {
    private static final byte[] HOST = {10, 78, 0, 2};
    private static final int CHUNK = 64 * 1024;
    private static final long WARM_UP_MS = 1000;

    /** Opening a packet socket holds up what leaves at that moment; after this time that is over. */
    private static final long SETTLE_MS = 100;

    @Option(names = "--mbits", split = ",", description = "rates of the stream in Mbit/s (default: ${DEFAULT-VALUE})")
    private List<Integer> mbits = List.of(10, 100, 1000);

    @Option(names = "--seconds", description = "for how long to capture each (default: ${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(names = "--plain", description = "without offload: no super-segments")
    private boolean plain;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Pacing()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        boolean good = true;
        for (int rate : mbits) {
            good &= measure(rate);
        }
        return good ? 0 : 1;
    }

    private boolean measure(int mbit) throws Exception {
        RateRecorder recorder = new RateRecorder(mbit * 125_000L);
        TcpStack stack = new TcpStack("bbr", TcpStack.Requirement.SACK, RackTlp::new, recorder::create);
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice device = namespace.call(() -> TunDevice.builder()
                        .address("10.78.0.1/24")
                        .offload(plain ? Offload.NONE : Offload.TCP)
                        .open());
                ServerSocketChannel server =
                        namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress("10.78.0.1", 0)))) {
            SluiceNetwork network = SluiceNetwork.builder()
                    .link(new TunLink(device.queues().get(0), PooledByteBufAllocator.DEFAULT), "10.78.0.2/24")
                    .tune(config -> config.tcpStack(stack).events(recorder))
                    .build();
            try (SluiceEventLoopGroup group = new SluiceEventLoopGroup(network)) {
                Channel channel = new Bootstrap()
                        .group(group)
                        .channel(SluiceSocketChannel.class)
                        .option(SluiceChannelOption.SO_MAX_PACING_RATE, mbit * 125_000L)
                        .handler(new Sender())
                        .connect(server.getLocalAddress())
                        .syncUninterruptibly()
                        .channel();
                SocketChannel peer = server.accept();
                Thread reader = new Thread(() -> drain(peer), "reader");
                reader.setDaemon(true);
                reader.start();
                return capture(namespace, channel, recorder, mbit);
            }
        }
    }

    private boolean capture(NetworkNamespace namespace, Channel channel, RateRecorder recorder, int mbit)
            throws Exception {
        EventLoop loop = channel.eventLoop();
        int segment = Objects.requireNonNull(Objects.requireNonNull(((SluiceSocketChannel) channel).tcpSocket())
                        .info())
                .sendMss();
        Thread.sleep(WARM_UP_MS);
        try (PacketCapture capture = new PacketCapture(namespace, HOST)) {
            Thread.sleep(SETTLE_MS);
            loop.submit(recorder::start).sync();
            Thread.sleep(seconds * 1000L);
            List<Rate> rates = loop.submit(recorder::stop).get();
            List<PacketCapture.Captured> packets = capture.stop().stream()
                    .filter(packet -> packet.atNs() >= rates.get(0).atNs())
                    .toList();
            System.out.printf(
                    Locale.ROOT,
                    "%d Mbit/s: %,d packets, BBR in %s%n",
                    mbit,
                    packets.size(),
                    recorder.info().state());
            return new PacingReport(packets, rates, segment).print();
        } finally {
            channel.close().syncUninterruptibly();
        }
    }

    private static void drain(SocketChannel peer) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (peer) {
            while (peer.read(buffer.clear()) >= 0) {
                // only to be read
            }
        } catch (IOException e) {
            System.err.println("reader: " + e);
        }
    }

    /** Writes as much as the channel takes. */
    private static final class Sender extends ChannelInboundHandlerAdapter {
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
        private static void write(ChannelHandlerContext context) {
            while (context.channel().isWritable()) {
                ByteBuf chunk = context.alloc().directBuffer(CHUNK).writeZero(CHUNK);
                context.write(chunk, context.voidPromise());
            }
            context.flush();
        }
    }
}
