package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.sluice.host.Host;
import io.sluice.link.DeviceLink;
import io.sluice.sim.LossyLine;
import io.sluice.tcp.TcpProfile;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A host on a TUN device whose other side is the kernel, in a network namespace of its own; and whatever it leaks. */
final class OnTun implements AutoCloseable {
    static final String KERNEL = "10.8.0.1";
    static final String HOST = "10.8.0.2";
    static final String KERNEL6 = "fd08::1";
    static final String HOST6 = "fd08::2";

    final Leaks leaks = new Leaks();
    final NetworkNamespace namespace;
    final TunDevice tun;
    final TunLink link;
    final SluiceEventLoopGroup group;

    private final @Nullable LossyLine impairment;

    OnTun(Offload offload) throws IOException {
        this(offload, 0, 0, 0);
    }

    /** A device behind a link of the test's. */
    OnTun(Offload offload, UnaryOperator<DeviceLink> wrap) throws IOException {
        this(offload, TcpProfile.STANDARD, (device, allocator) -> wrap.apply(device));
    }

    /** A device behind a link of the test's, and TCP as it wants it. */
    OnTun(Offload offload, TcpProfile profile, BiFunction<DeviceLink, ByteBufAllocator, DeviceLink> wrap)
            throws IOException {
        this(offload, 0, 0, 0, profile, wrap);
    }

    /** A device whose line loses packets, and delays them differently, so that some overtake others. */
    static OnTun impaired(double loss, long delayNs, long jitterNs) throws IOException {
        return new OnTun(Offload.NONE, loss, delayNs, jitterNs);
    }

    private OnTun(Offload offload, double loss, long delayNs, long jitterNs) throws IOException {
        this(offload, loss, delayNs, jitterNs, TcpProfile.STANDARD, (device, allocator) -> device);
    }

    private OnTun(
            Offload offload,
            double loss,
            long delayNs,
            long jitterNs,
            TcpProfile profile,
            BiFunction<DeviceLink, ByteBufAllocator, DeviceLink> wrap)
            throws IOException {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        namespace = NetworkNamespace.create();
        tun = namespace.call(() -> TunDevice.builder()
                .offload(offload)
                .address(KERNEL + "/24")
                .address(KERNEL6 + "/64")
                .open());
        link = new TunLink(tun.queues().get(0), leaks.allocator);
        impairment = delayNs == 0 ? null : new LossyLine(link, leaks.allocator, 1, loss, delayNs, 0, jitterNs);
        group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                .link(impairment == null ? wrap.apply(link, leaks.allocator) : impairment, HOST + "/24", HOST6 + "/64")
                .tune(c -> c.allocator(leaks.allocator).tcpProfile(profile))
                .build());
    }

    LossyLine impairment() {
        return Objects.requireNonNull(impairment);
    }

    Host host() {
        return group.hosts().get(0);
    }

    ServerBootstrap server(ChannelHandler handler) {
        return new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .childOption(ChannelOption.ALLOCATOR, leaks.allocator)
                .childHandler(handler);
    }

    /** Binds a server to a free port of every address. */
    Channel serve(ChannelHandler handler) {
        return server(handler).bind(0).syncUninterruptibly().channel();
    }

    Bootstrap client(ChannelHandler handler) {
        return new Bootstrap()
                .group(group)
                .channel(SluiceSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, leaks.allocator)
                .handler(handler);
    }

    /** A blocking socket of the kernel, connected to a server here. */
    SocketChannel connectKernel(String address, Channel server) throws IOException {
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return namespace.call(() -> SocketChannel.open(new InetSocketAddress(address, port)));
    }

    @Override
    public void close() throws IOException {
        Future<?> gone = group.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(gone.awaitUninterruptibly(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        tun.close();
        namespace.close();
        leaks.close();
    }
}
