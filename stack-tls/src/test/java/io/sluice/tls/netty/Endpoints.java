package io.sluice.tls.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.event.SocketError;
import io.sluice.host.Host;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsOption;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.TlsSession;
import io.sluice.tls.TlsVersion;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** A host on a TUN device in a network namespace, with TLS servers and clients on it; the kernel is 10.8.0.1. */
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"
}) // what arrives is looked at; after its event there is a session
final class Endpoints implements AutoCloseable {
    static final String KERNEL = "10.8.0.1";
    static final String HOST = "10.8.0.2";

    /** Our keys are changed after so many records. */
    volatile long rekeyRecords = 40;

    /** Whether peers are asked to change theirs, too, once. */
    volatile boolean asksForKeys = true;

    final NetworkNamespace namespace;
    private final TunDevice tun;
    private final SluiceEventLoopGroup group;
    private final TlsHandshakes handshakes;

    Endpoints(TlsHandshakes handshakes) throws IOException {
        this.handshakes = handshakes;
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        namespace = NetworkNamespace.create();
        tun = namespace.call(() -> TunDevice.builder()
                .offload(Offload.TCP_AND_UDP)
                .address(KERNEL + "/24")
                .open());
        TunLink link = new TunLink(tun.queues().get(0), PooledByteBufAllocator.DEFAULT);
        group = new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, HOST + "/24").build());
    }

    Host host() {
        return group.hosts().get(0);
    }

    private static SslHandler noFallback(ByteBufAllocator allocator) {
        throw new AssertionError("this is a channel of the stack");
    }

    /** Whoever waits for what follows knows how long. */
    private SluiceTlsHandler handler(TlsParameters parameters) {
        SluiceTlsHandler handler = new SluiceTlsHandler(handshakes, parameters, Endpoints::noFallback);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /**
     * One end of an exchange: checks what comes, sends as much as it is to send (a server only when all has come), and
     * closes when both are done. Ours changes its keys all the time in TLS 1.3, and asks the peer to do so once.
     */
    <T> ChannelHandler exchange(T tls, long expected, long toSend, boolean server, CompletableFuture<T> done) {
        return new Exchange<>(tls, expected, toSend, server, done);
    }

    /** See {@link #exchange}. */
    private final class Exchange<T> extends ChannelInboundHandlerAdapter {
        private static final int PIECE = 64 * 1024;

        private final T tls;
        private final long expected;
        private final long toSend;
        private final boolean server;
        private final CompletableFuture<T> done;
        private long received;
        private long written;
        private boolean started;
        private boolean sent;

        Exchange(T tls, long expected, long toSend, boolean server, CompletableFuture<T> done) {
            this.tls = tls;
            this.expected = expected;
            this.toSend = toSend;
            this.server = server;
            this.done = done;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent e && !e.isSuccess()) {
                done.completeExceptionally(e.cause());
                return;
            }
            if (!(event instanceof SslHandshakeCompletionEvent)) {
                return;
            }
            if (tls instanceof SluiceTlsHandler ours && ours.session().suite().version() == TlsVersion.TLS_1_3) {
                SocketError error = ours.tls().socket().set(TlsOption.TLS_TX_REKEY_RECORDS, rekeyRecords, 0);
                if (error != null) {
                    done.completeExceptionally(new IOException(error.toString()));
                }
                ours.tls().updateKey(asksForKeys);
            }
            if (!server || expected == 0) {
                started = true;
                send(ctx);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (started) {
                send(ctx);
            }
        }

        private void send(ChannelHandlerContext ctx) {
            while (written < toSend && ctx.channel().isWritable()) {
                int n = (int) Math.min(PIECE, toSend - written);
                ByteBuf piece = Unpooled.wrappedBuffer(Octets.piece(written, n));
                written += n;
                boolean last = written == toSend;
                ctx.write(piece).addListener(f -> {
                    if (last && f.isSuccess()) {
                        sent = true;
                        closeIfDone(ctx);
                    }
                });
            }
            sent |= toSend == 0;
            ctx.flush();
            closeIfDone(ctx);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
            ByteBuf data = (ByteBuf) message;
            byte[] octets = new byte[data.readableBytes()];
            data.readBytes(octets).release();
            Octets.check(octets, received);
            received += octets.length;
            if (received == expected && server) {
                started = true;
                send(ctx);
            }
            closeIfDone(ctx);
        }

        private void closeIfDone(ChannelHandlerContext ctx) {
            if (sent && received >= expected) {
                ctx.close().addListener((ChannelFutureListener) f -> done.complete(tls));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            done.completeExceptionally(new IOException(
                    "closed after " + received + " of " + expected + ", " + written + " of " + toSend + " written"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            done.completeExceptionally(cause);
            ctx.close();
        }
    }

    /** A server for one exchange. */
    final class Server implements AutoCloseable {
        final CompletableFuture<SluiceTlsHandler> done = new CompletableFuture<>();
        private final Channel channel;

        Server(TlsParameters parameters, long expected, long toSend) {
            channel = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SluiceTlsHandler tls = handler(parameters);
                            c.pipeline().addLast(tls, exchange(tls, expected, toSend, true, done));
                        }
                    })
                    .bind(new InetSocketAddress(HOST, 0))
                    .syncUninterruptibly()
                    .channel();
        }

        int port() {
            return ((InetSocketAddress) channel.localAddress()).getPort();
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
        }
    }

    /** A server that answers any request of HTTP with octets. */
    final class HttpServer implements AutoCloseable {
        final CompletableFuture<SluiceTlsHandler> done = new CompletableFuture<>();
        final BlockingQueue<TlsSession> sessions = new LinkedBlockingQueue<>();
        private final Channel channel;

        HttpServer(TlsParameters parameters, long octets) {
            channel = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SluiceTlsHandler tls = handler(parameters);
                            c.pipeline().addLast(tls, new Answer(), exchange(tls, 0, octets, true, done));
                        }

                        /** Lets the exchange begin with the request. */
                        final class Answer extends SimpleChannelInboundHandler<ByteBuf> {
                            @Override
                            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                                if (event instanceof SslHandshakeCompletionEvent e && e.isSuccess()) {
                                    sessions.add(ctx.pipeline()
                                            .get(SluiceTlsHandler.class)
                                            .session());
                                } else {
                                    ctx.fireUserEventTriggered(event);
                                }
                            }

                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
                                String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + octets
                                        + "\r\n\r\n";
                                ctx.write(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
                                ctx.fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
                            }
                        }
                    })
                    .bind(new InetSocketAddress(HOST, 0))
                    .syncUninterruptibly()
                    .channel();
        }

        int port() {
            return ((InetSocketAddress) channel.localAddress()).getPort();
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
        }
    }

    /** A server with another handler behind TLS. */
    Channel serve(TlsParameters parameters, Supplier<ChannelHandler> behind) {
        return new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel c) {
                        c.pipeline().addLast(handler(parameters), behind.get());
                    }
                })
                .bind(new InetSocketAddress(HOST, 0))
                .syncUninterruptibly()
                .channel();
    }

    /** One exchange with a server of the kernel. */
    CompletableFuture<SluiceTlsHandler> connect(int port, TlsParameters parameters, long expected, long toSend) {
        SluiceTlsHandler tls = handler(parameters);
        CompletableFuture<SluiceTlsHandler> done = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(SluiceSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel c) {
                        c.pipeline().addLast(tls, exchange(tls, expected, toSend, false, done));
                    }
                })
                .connect(new InetSocketAddress(KERNEL, port))
                .syncUninterruptibly();
        return done;
    }

    @Override
    public void close() throws IOException {
        group.shutdownGracefully(0, 30, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS);
        tun.close();
        namespace.close();
    }
}
