package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.sluice.host.Host;
import io.sluice.tcp.TcpProfile;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client's host and a server's, each on an event loop of its own, joined by a pipe; and whatever they leak. */
final class TwoHosts implements AutoCloseable {
    static final int MTU = 1500;
    static final String CLIENT = "10.9.0.1";
    static final String SERVER = "10.9.0.2";

    /** How long anything may take before a test gives up: much longer than it does. */
    static final long PATIENCE_S = 50;

    final Leaks leaks = new Leaks();
    final SluiceEventLoopGroup clients;
    final SluiceEventLoopGroup servers;

    TwoHosts() {
        this(TcpProfile.STANDARD);
    }

    /** @param ofServer what the server's host is like */
    TwoHosts(TcpProfile ofServer) {
        PipeLink pipe = PipeLink.create(MTU, leaks.allocator);
        clients = group(pipe, TcpProfile.STANDARD, CLIENT + "/24", "fd09::1/64");
        servers = group(pipe.otherEnd(), ofServer, SERVER + "/24", "fd09::2/64");
    }

    private SluiceEventLoopGroup group(PipeLink link, TcpProfile profile, String... addresses) {
        return new SluiceEventLoopGroup(SluiceNetwork.builder()
                .link(link, addresses)
                .tune(c -> c.allocator(leaks.allocator).tcpProfile(profile))
                .build());
    }

    Host clientHost() {
        return clients.hosts().get(0);
    }

    Host serverHost() {
        return servers.hosts().get(0);
    }

    /** A client to be connected, with {@code handler} at its end. */
    Bootstrap client(ChannelHandler handler) {
        return new Bootstrap()
                .group(clients)
                .channel(SluiceSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, leaks.allocator)
                .handler(handler);
    }

    /** A server to be bound, with {@code handler} at the end of each connection. */
    ServerBootstrap server(ChannelHandler handler) {
        return new ServerBootstrap()
                .group(servers)
                .channel(SluiceServerSocketChannel.class)
                .childOption(ChannelOption.ALLOCATOR, leaks.allocator)
                .childHandler(handler);
    }

    /** Binds a server to a free port and returns it. */
    Channel serve(ChannelHandler handler) {
        return serve(handler, b -> {});
    }

    Channel serve(ChannelHandler handler, Consumer<ServerBootstrap> settings) {
        ServerBootstrap b = server(handler);
        settings.accept(b);
        return b.bind(new InetSocketAddress(SERVER, 0)).syncUninterruptibly().channel();
    }

    /** Waits until something is so, as the channel's event loop sees it: turns pass meanwhile. */
    static void await(Channel channel, Callable<Boolean> condition) throws InterruptedException {
        long patienceNs = TimeUnit.SECONDS.toNanos(PATIENCE_S);
        for (long start = System.nanoTime(); System.nanoTime() - start < patienceNs; ) {
            if (channel.eventLoop().submit(condition).sync().getNow()) {
                return;
            }
        }
        throw new AssertionError("it never was so");
    }

    @Override
    public void close() {
        Future<?> clientsGone = clients.shutdownGracefully(0, PATIENCE_S, TimeUnit.SECONDS);
        Future<?> serversGone = servers.shutdownGracefully(0, PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(clientsGone.awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS));
        assertTrue(serversGone.awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS));
        leaks.close();
    }
}
