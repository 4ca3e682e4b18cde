package io.sluice.benchmarks.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.netty.FileAccess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** A server that sends to whoever has done the handshake, then closes: arrays of 64 KiB, or a file again and again. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is all there is to do
final class TlsServer implements AutoCloseable {
    /** Octets of an array, and of a large chunk of a file. */
    static final int PIECE = 64 * 1024;

    private final Load load;
    private final Way way;
    private final byte[] piece = new byte[PIECE];
    private final Channel channel;

    /** When each handshake was over, and how much CPU time the process had used then. */
    final BlockingQueue<Moment> handshakes = new LinkedBlockingQueue<>();

    /**
     * Starts it.
     *
     * @param place has the event loop and the kind of channel
     */
    TlsServer(ServerBootstrap place, InetSocketAddress address, Way way, Supplier<ChannelHandler> tls, Load load) {
        this.load = load;
        this.way = way;
        channel = place.childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel c) {
                        if (load.access() == FileAccess.DIRECT && way != Way.OFFLOAD) {
                            c.config().setAllocator(Aligned.BUFFERS);
                        }
                        c.pipeline().addLast(tls.get());
                        if (load.file() != null) {
                            way.addFileHandlers(c.pipeline());
                        }
                        c.pipeline().addLast(new Source());
                    }
                })
                .bind(address)
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

    /** Memory as O_DIRECT takes it. Not before somebody needs it: Netty has it only where it may use Unsafe. */
    private static final class Aligned {
        private static final int ALIGNMENT = 4096;

        static final ByteBufAllocator BUFFERS = new PooledByteBufAllocator(
                true,
                PooledByteBufAllocator.defaultNumHeapArena(),
                PooledByteBufAllocator.defaultNumDirectArena(),
                PooledByteBufAllocator.defaultPageSize(),
                PooledByteBufAllocator.defaultMaxOrder(),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                PooledByteBufAllocator.defaultUseCacheForAllThreads(),
                ALIGNMENT);
    }

    private final class Source extends ChannelInboundHandlerAdapter {
        private long sent;
        private boolean started;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws IOException {
            if (event instanceof SslHandshakeCompletionEvent e && e.isSuccess()) {
                handshakes.add(Moment.now());
                started = true;
                writeMore(ctx);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) throws IOException {
            if (started && load.file() == null) {
                writeMore(ctx);
            }
        }

        private void writeMore(ChannelHandlerContext ctx) throws IOException {
            Path f = load.file();
            if (f != null) {
                writeFile(ctx, f);
                return;
            }
            while (sent < load.octets() && ctx.channel().isWritable()) {
                int n = (int) Math.min(PIECE, load.octets() - sent);
                sent += n;
                if (sent < load.octets()) {
                    ctx.write(Unpooled.wrappedBuffer(piece, 0, n), ctx.voidPromise());
                } else {
                    ctx.write(Unpooled.wrappedBuffer(piece, 0, n)).addListener(ChannelFutureListener.CLOSE);
                }
            }
            ctx.flush();
        }

        /** Once more, until it is enough. */
        private void writeFile(ChannelHandlerContext ctx, Path f) throws IOException {
            if (sent >= load.octets()) {
                ctx.close();
                return;
            }
            long n = Math.min(Files.size(f), load.octets() - sent);
            sent += n;
            ctx.writeAndFlush(load.message(way, n)).addListener(done -> {
                if (done.isSuccess()) {
                    writeFile(ctx, f);
                } else {
                    ctx.close();
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
