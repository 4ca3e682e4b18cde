package io.sluice.benchmarks.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.sluice.netty.SluiceServerSocketChannel;
import java.net.InetAddress;
import java.util.function.Supplier;

/** Discard, source and echo as a Netty user writes them. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is all there is to do
final class NettyServices {
    private static final int BACKLOG = 4096;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final EventLoopGroup group;
    private final InetAddress address;

    NettyServices(EventLoopGroup group, InetAddress address) {
        this.group = group;
        this.address = address;
    }

    /** Listens on the three ports of {@link Ports}. */
    void listen() {
        listen(Ports.DISCARD, Discard::new);
        listen(Ports.SOURCE, Source::new);
        listen(Ports.ECHO, Echo::new);
    }

    private void listen(int port, Supplier<ChannelHandler> handler) {
        new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handler.get());
                    }
                })
                .bind(address, port)
                .syncUninterruptibly();
    }

    /** A connection that breaks is nothing to talk about here. */
    private static class Service extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class Discard extends Service {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    private static final class Source extends Service {
        private final ByteBuf chunk =
                PooledByteBufAllocator.DEFAULT.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES);
        private final ByteBuf unchanging = chunk.asReadOnly();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            writeMore(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            writeMore(context);
        }

        private void writeMore(ChannelHandlerContext context) {
            while (context.channel().isWritable()) {
                context.write(unchanging.retainedDuplicate(), context.voidPromise());
            }
            context.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            chunk.release();
        }
    }

    private static final class Echo extends Service {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
