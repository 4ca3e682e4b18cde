package io.sluice.benchmarks.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Where servers and clients are: the stack on a TUN device of the clients' namespace, or the kernel across a veth. */
final class Places implements AutoCloseable {
    static final String ON_STACK = "10.79.0.2";
    static final String ON_KERNEL = "10.80.0.2";

    final NetworkNamespace clients = NetworkNamespace.create();
    private final NetworkNamespace servers = NetworkNamespace.create();
    private final TunDevice tun;
    private final SluiceEventLoopGroup stack;
    private final MultiThreadIoEventLoopGroup kernel = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    Places() throws IOException {
        clients.sysctl("net.ipv4.tcp_congestion_control", "reno"); // a pacing one measures its timers
        servers.sysctl("net.ipv4.tcp_congestion_control", "reno");
        tun = clients.call(() ->
                TunDevice.builder().address("10.79.0.1/24").offload(Offload.TCP).open());
        TunLink link = new TunLink(tun.queues().get(0), PooledByteBufAllocator.DEFAULT);
        stack = new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, ON_STACK + "/24").build());
        clients.exec(
                "ip",
                "link",
                "add",
                "kc",
                "type",
                "veth",
                "peer",
                "name",
                "ks",
                "netns",
                servers.path().toString());
        clients.exec("ip", "addr", "add", "10.80.0.1/24", "dev", "kc");
        clients.exec("ip", "link", "set", "kc", "up");
        servers.exec("ip", "addr", "add", ON_KERNEL + "/24", "dev", "ks");
        servers.exec("ip", "link", "set", "ks", "up");
    }

    /** Starts a server in its place. */
    TlsServer serve(boolean onStack, Start start) {
        return onStack
                ? start.at(new ServerBootstrap().group(stack).channel(SluiceServerSocketChannel.class), ON_STACK)
                : servers.call(() -> start.at(
                        new ServerBootstrap().group(kernel).channel(EpollServerSocketChannel.class), ON_KERNEL));
    }

    /** Makes a server. */
    interface Start {
        TlsServer at(ServerBootstrap place, String address);
    }

    @Override
    public void close() throws IOException {
        stack.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
        kernel.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
        tun.close();
        servers.close();
        clients.close();
    }
}
