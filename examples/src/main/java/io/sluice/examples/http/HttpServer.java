package io.sluice.examples.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * An HTTP/1.1 server (RFC 9112) with Netty's codec: keep-alive, pipelining, static files and generated bodies of any
 * length. It does not know whose TCP it runs on: that is the channel type's affair.
 */
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int IDLE_SECONDS = 60;

    /** Bodies are slices of memory that is there anyway, so it costs nothing to have a lot of them waiting. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    private final Channel listening;
    private final Served served;

    private HttpServer(Channel listening, Served served) {
        this.listening = listening;
        this.served = served;
    }

    /** What a server has done so far. Thread-safe. */
    public static final class Served {
        private final LongAdder connections = new LongAdder();
        private final LongAdder responses = new LongAdder();
        private final LongAdder bodyBytes = new LongAdder();

        Served() {}

        void connection() {
            connections.increment();
        }

        void response(long bytes) {
            responses.increment();
            bodyBytes.add(bytes);
        }

        /** Connections accepted. */
        public long connections() {
            return connections.sum();
        }

        /** Responses sent whole. */
        public long responses() {
            return responses.sum();
        }

        /** Octets in the bodies of those. */
        public long bodyBytes() {
            return bodyBytes.sum();
        }
    }

    /**
     * Starts to listen.
     *
     * @param channelType {@code NioServerSocketChannel} for the kernel's TCP, or Sluice's
     * @param site what to serve; stays the caller's
     * @throws IOException if it cannot bind to {@code local}
     */
    public static HttpServer start(
            EventLoopGroup group, Class<? extends ServerChannel> channelType, SocketAddress local, Site site)
            throws IOException {
        Served served = new Served();
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new Connection(site, served))
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + local, bound.cause());
        }
        return new HttpServer(bound.channel(), served);
    }

    /** Sets up the pipeline of each connection. */
    private static final class Connection extends ChannelInitializer<Channel> {
        private final Site site;
        private final Served served;

        Connection(Site site, Served served) {
            this.site = site;
            this.served = served;
        }

        @Override
        protected void initChannel(Channel channel) {
            served.connection();
            ChunkedWriteHandler writer = new ChunkedWriteHandler();
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addLast(new IdleStateHandler(true, 0, 0, IDLE_SECONDS, TimeUnit.SECONDS));
            pipeline.addLast(new HttpServerCodec());
            pipeline.addLast(new HttpServerKeepAliveHandler());
            pipeline.addLast(new HttpServerExpectContinueHandler());
            pipeline.addLast(new FlowControlHandler());
            pipeline.addLast(writer);
            pipeline.addLast(new RequestHandler(site, writer, served));
        }
    }

    /** The address that it listens on. */
    public SocketAddress localAddress() {
        return listening.localAddress();
    }

    public Served served() {
        return served;
    }

    /** Accepts no more connections; those that exist go on. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
    }
}
