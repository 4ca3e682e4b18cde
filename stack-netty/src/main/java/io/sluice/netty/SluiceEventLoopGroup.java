package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.host.Host;
import io.sluice.link.PolledLink;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loops with a TCP/IP stack of their own, one host each. Takes channels of the stack ({@link SluiceSocketChannel}
 * and its like) and the kernel's (epoll's, or NIO's where there is no epoll).
 *
 * <pre>{@code
 * try (SluiceEventLoopGroup group = SluiceEventLoopGroup.on(tun.link(), "10.0.0.2/24")) {
 *     new ServerBootstrap().group(group).channel(SluiceServerSocketChannel.class).childHandler(handler)
 *             .bind(8080).sync().channel().closeFuture().sync();
 * }
 * }</pre>
 *
 * <p>With several loops, the hosts know nothing of each other: bind a server on each, and see to it that a connection's
 * packets arrive on its link. Connections stay on the loop whose host accepted them.
 *
 * <p>When a loop ends, connections of its host that still have something to send are reset. Where their link is busy, the loop's thread
 * waits up to a second for it to take that, so termination may take so much longer than Netty's quiet period.
 */
public final class SluiceEventLoopGroup extends MultiThreadIoEventLoopGroup implements AutoCloseable {
    private static final long CLOSE_QUIET_MS = 100;
    private static final long CLOSE_TIMEOUT_MS = 5000;

    private final SluiceIoHandler.Factory factory;

    /** A loop for each network. */
    public SluiceEventLoopGroup(SluiceNetwork... networks) {
        this(null, SluiceIoHandler.newFactory(networks));
    }

    private SluiceEventLoopGroup(@Nullable ThreadFactory threads, SluiceIoHandler.Factory factory) {
        super(factory.loops(), threads, factory);
        this.factory = factory;
        for (EventExecutor loop : this) {
            loop.execute(() -> {}); // a loop starts with its first task, and a host answers from the beginning
        }
    }

    /** As {@link #SluiceEventLoopGroup(SluiceNetwork...)}, with threads from {@code threads}. */
    public static SluiceEventLoopGroup withThreads(ThreadFactory threads, SluiceNetwork... networks) {
        return new SluiceEventLoopGroup(threads, SluiceIoHandler.newFactory(networks));
    }

    /**
     * One loop, whose host is connected by one link to everywhere.
     *
     * @param addresses of the host on it, with the prefix that it shares with its neighbours: {@code 10.0.0.2/24}
     */
    public static SluiceEventLoopGroup on(PolledLink link, String... addresses) {
        return new SluiceEventLoopGroup(SluiceNetwork.of(link, addresses));
    }

    /** The hosts, one for each loop, in their order. Each is confined to its loop's thread; counters may be read anywhere. */
    public List<Host> hosts() {
        return factory.hosts();
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory ioHandlerFactory, Object... args) {
        return new SluiceEventLoop(this, executor, ioHandlerFactory);
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return loopFor(channel).register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return loopFor(promise.channel()).register(promise);
    }

    /** A connection that was accepted belongs to the loop of the host that accepted it. */
    private EventLoop loopFor(Channel channel) {
        EventLoop home = channel instanceof SluiceChannel c ? c.home() : null;
        return home != null ? home : next();
    }

    /** Shuts down and waits for it: closes all channels, gives connections a moment to end in good order, closes the links. */
    @Override
    public void close() {
        shutdownGracefully(CLOSE_QUIET_MS, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }
}
