package io.sluice.tls.netty;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslHandler;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tls.Certificates;
import io.sluice.tls.TlsHandshakes;
import io.sluice.tls.TlsIdentity;
import io.sluice.tls.TlsParameters;
import io.sluice.tls.bouncycastle.BouncyCastleHandshakes;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A client and a server of the stack on the two ends of a pipe, and what comes to them. */
@SuppressWarnings({"FutureReturnValueIgnored", "NullAway"}) // what arrives is looked at; JUnit fills the field
class NettyEnds {
    private static final String CLIENT = "10.9.0.1";
    private static final String SERVER = "10.9.0.2";
    private static final long PATIENCE_MS = 50_000;
    static final TlsIdentity IDENTITY = Certificates.identity("EC", "server.example");

    final TlsHandshakes handshakes = newHandshakes();
    final BlockingQueue<Object> atClient = new LinkedBlockingQueue<>();
    final BlockingQueue<Object> atServer = new LinkedBlockingQueue<>();
    private final SluiceEventLoopGroup clients;
    private final SluiceEventLoopGroup servers;
    final MultiThreadIoEventLoopGroup kernel = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @TempDir
    Path directory;

    NettyEnds() {
        PipeLink pipe = PipeLink.create(1500, PooledByteBufAllocator.DEFAULT);
        clients = group(pipe, CLIENT);
        servers = group(pipe.otherEnd(), SERVER);
    }

    private static SluiceEventLoopGroup group(PipeLink link, String address) {
        return new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, address + "/24").build());
    }

    @AfterEach
    void end() {
        assertTrue(clients.shutdownGracefully(0, 30, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS));
        assertTrue(servers.shutdownGracefully(0, 30, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS));
        kernel.shutdownGracefully(0, 30, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Whose handshakes they are; those of both ends. */
    TlsHandshakes newHandshakes() {
        return new BouncyCastleHandshakes();
    }

    static TlsParameters.Builder clientParameters() {
        return TlsParameters.client("server.example", Certificates.trusting(IDENTITY));
    }

    private static SslHandler noFallback(Object allocator) {
        throw new AssertionError("this is a channel of the stack");
    }

    SluiceTlsHandler handler(TlsParameters parameters) {
        return patient(new SluiceTlsHandler(handshakes, parameters, NettyEnds::noFallback));
    }

    /** The handshake may take as long as a busy machine makes it take. */
    static SluiceTlsHandler patient(SluiceTlsHandler handler) {
        handler.setHandshakeTimeoutMillis(PATIENCE_MS);
        return handler;
    }

    static SslHandler patient(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(PATIENCE_MS);
        return handler;
    }

    /** Puts what comes, and what happens, into a queue. */
    static final class Notes extends ChannelInboundHandlerAdapter {
        final BlockingQueue<Object> into;

        Notes(BlockingQueue<Object> into) {
            this.into = into;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            byte[] octets = new byte[data.readableBytes()];
            data.readBytes(octets);
            data.release();
            into.add(octets);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            into.add(event.toString());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            into.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            into.add(cause);
        }
    }

    static ChannelInitializer<Channel> pipeline(Consumer<Channel> fill) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                fill.accept(channel);
            }
        };
    }

    Channel serve(Consumer<Channel> fill) throws InterruptedException {
        return new ServerBootstrap()
                .group(servers)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(pipeline(fill))
                .bind(new InetSocketAddress(SERVER, 0))
                .sync()
                .channel();
    }

    Channel connect(Channel server, Consumer<Channel> fill) throws InterruptedException {
        return new Bootstrap()
                .group(clients)
                .channel(SluiceSocketChannel.class)
                .handler(pipeline(fill))
                .connect(server.localAddress())
                .sync()
                .channel();
    }

    static Object next(BlockingQueue<Object> queue) throws InterruptedException {
        Object o = queue.poll(30, TimeUnit.SECONDS);
        assertNotNull(o, "nothing came");
        return o;
    }

    /** So many octets, in whatever pieces. */
    static byte[] octets(BlockingQueue<Object> queue, int n) throws InterruptedException {
        byte[] all = new byte[n];
        for (int at = 0; at < n; ) {
            byte[] piece = assertInstanceOf(byte[].class, next(queue));
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    static ByteBuf text(String s) {
        return Unpooled.copiedBuffer(s, StandardCharsets.US_ASCII);
    }

    static byte[] random(int n) {
        byte[] octets = new byte[n];
        new SplittableRandom(n).nextBytes(octets);
        return octets;
    }
}
