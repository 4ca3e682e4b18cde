package io.sluice.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server's child handler that gives each connection a {@link Collector} and hands both to the test. */
@Sharable
final class Accepted extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
    private final Consumer<Channel> setUp;

    /** An accepted channel and what happens on it. */
    record Connection(Channel channel, Collector collector) {}

    Accepted() {
        this(channel -> {});
    }

    /** @param setUp called with each channel when it is registered */
    Accepted(Consumer<Channel> setUp) {
        this.setUp = setUp;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        Collector collector = new Collector();
        ctx.pipeline().addLast(collector);
        setUp.accept(ctx.channel());
        connections.add(new Connection(ctx.channel(), collector));
        ctx.fireChannelRegistered();
    }

    /** The next connection. */
    Connection next() throws InterruptedException {
        Connection c = connections.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        if (c == null) {
            throw new AssertionError("nobody connected");
        }
        return c;
    }
}
