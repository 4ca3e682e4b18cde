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
import io.sluice.tls.TlsVersion;
import io.sluice.tun.Offload;
import io.sluice.tun.TunDevice;
import io.sluice.tun.TunLink;
import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** A host on a TUN device in a network namespace, with TLS servers and clients on it; the kernel is 10.8.0.1. */
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"
}) // what arrives is looked at; after its event there is a session
final class Endpoints implements AutoCloseable {
    static final String KERNEL = "10.8.0.1";
    static final String HOST = "10.8.0.2";

    private static final long REKEY_RECORDS = 40;

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

    /** What the octet at a position of every stream is: never 0, which some tools take for the end. */
    static byte at(long position) {
        return (byte) (1 + (position * 31 + (position >>> 9) + (position >>> 17)) % 255);
    }

    static byte[] stream(int octets) {
        byte[] all = new byte[octets];
        for (int i = 0; i < octets; i++) {
            all[i] = at(i);
        }
        return all;
    }

    private static SslHandler noFallback(ByteBufAllocator allocator) {
        throw new AssertionError("this is a channel of the stack");
    }

    /**
     * Our end of an exchange: checks what comes, sends as much as it is to send (a server only when all has come), and
     * closes when both are done. In TLS 1.3 it changes its keys all the time, and asks the peer to do so once.
     */
    static final class Exchange extends ChannelInboundHandlerAdapter {
        final CompletableFuture<SluiceTlsHandler> done = new CompletableFuture<>();
        private final SluiceTlsHandler tls;
        private final long expected;
        private final byte[] toSend;
        private final boolean server;
        private long received;
        private boolean sent;

        Exchange(SluiceTlsHandler tls, long expected, byte[] toSend, boolean server) {
            this.tls = tls;
            this.expected = expected;
            this.toSend = toSend;
            this.server = server;
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
            if (tls.session().suite().version() == TlsVersion.TLS_1_3) {
                SocketError error = tls.tls().socket().set(TlsOption.TLS_TX_REKEY_RECORDS, REKEY_RECORDS, 0);
                if (error != null) {
                    done.completeExceptionally(new IOException(error.toString()));
                }
                tls.tls().updateKey(true);
            }
            if (!server || expected == 0) {
                send(ctx);
            }
        }

        private void send(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(toSend)).addListener(f -> {
                sent = true;
                closeIfDone(ctx);
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            byte[] octets = new byte[data.readableBytes()];
            data.readBytes(octets).release();
            for (byte octet : octets) {
                if (octet != at(received++)) {
                    done.completeExceptionally(new IOException("octet " + (received - 1) + " is wrong"));
                }
            }
            if (received == expected && server) {
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
            done.completeExceptionally(new IOException("closed after " + received + " of " + expected));
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

        Server(TlsParameters parameters, long expected, byte[] toSend) {
            channel = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SluiceTlsHandler tls = new SluiceTlsHandler(handshakes, parameters, Endpoints::noFallback);
                            Exchange exchange = new Exchange(tls, expected, toSend, true);
                            exchange.done.whenComplete((t, e) -> {
                                if (e == null) {
                                    done.complete(t);
                                } else {
                                    done.completeExceptionally(e);
                                }
                            });
                            c.pipeline().addLast(tls, exchange);
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

    /** A server that answers any request of HTTP with the same octets. */
    final class HttpServer implements AutoCloseable {
        final CompletableFuture<SluiceTlsHandler> done = new CompletableFuture<>();
        private final Channel channel;

        HttpServer(TlsParameters parameters, byte[] body) {
            channel = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel c) {
                            SluiceTlsHandler tls = new SluiceTlsHandler(handshakes, parameters, Endpoints::noFallback);
                            c.pipeline().addLast(tls, new SimpleChannelInboundHandler<ByteBuf>() {
                                @Override
                                protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
                                    String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                            + body.length + "\r\n\r\n";
                                    ctx.write(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
                                    ctx.writeAndFlush(Unpooled.wrappedBuffer(body))
                                            .addListener(ChannelFutureListener.CLOSE)
                                            .addListener(f -> done.complete(tls));
                                }
                            });
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
                        c.pipeline()
                                .addLast(
                                        new SluiceTlsHandler(handshakes, parameters, Endpoints::noFallback),
                                        behind.get());
                    }
                })
                .bind(new InetSocketAddress(HOST, 0))
                .syncUninterruptibly()
                .channel();
    }

    /** One exchange with a server of the kernel. */
    CompletableFuture<SluiceTlsHandler> connect(int port, TlsParameters parameters, long expected, byte[] toSend) {
        SluiceTlsHandler tls = new SluiceTlsHandler(handshakes, parameters, Endpoints::noFallback);
        Exchange exchange = new Exchange(tls, expected, toSend, false);
        new Bootstrap()
                .group(group)
                .channel(SluiceSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel c) {
                        c.pipeline().addLast(tls, exchange);
                    }
                })
                .connect(new InetSocketAddress(KERNEL, port))
                .syncUninterruptibly();
        return exchange.done;
    }

    @Override
    public void close() throws IOException {
        group.shutdownGracefully(0, 30, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS);
        tun.close();
        namespace.close();
    }
}
