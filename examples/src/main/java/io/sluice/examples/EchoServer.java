package io.sluice.examples;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * The echo service over TCP (RFC 862): sends back what it receives, and closes its side when the client has closed its
 * own and everything was sent back.
 */
public final class EchoServer {
    private EchoServer() {}

    /**
     * Starts to listen.
     *
     * @param channelType {@code NioServerSocketChannel} for the kernel's TCP, or Sluice's
     * @return the listening channel: close it to accept no more
     * @throws IOException if it cannot bind to {@code local}
     */
    public static Channel start(EventLoopGroup group, Class<? extends ServerChannel> channelType, SocketAddress local)
            throws IOException {
        var bound = new ServerBootstrap()
                .group(group)
                .channel(channelType)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + local, bound.cause());
        }
        return bound.channel();
    }

    /** One connection. Reads only while what it wrote leaves, so the client's own window slows it down. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // a write that fails closes the connection, and closing is all there is to do
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object octets) {
            ctx.write(octets);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
