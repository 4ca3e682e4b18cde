package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.SocketAddress;

/** The echo service over UDP (RFC 862): sends each datagram back to where it came from. */
public final class UdpEchoServer {
    private UdpEchoServer() {}

    /**
     * Starts to answer.
     *
     * @param channelType {@code NioDatagramChannel} for the kernel's UDP, or Sluice's
     * @return the socket's channel: close it to stop
     * @throws IOException if it cannot bind to {@code local}
     */
    public static Channel start(EventLoopGroup group, Class<? extends DatagramChannel> channelType, SocketAddress local)
            throws IOException {
        var bound = new Bootstrap()
                .group(group)
                .channel(channelType)
                .handler(new Echo())
                .bind(local)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot bind to " + local, bound.cause());
        }
        return bound.channel();
    }

    /** The socket's pipeline. */
    @SuppressWarnings("FutureReturnValueIgnored") // an answer that cannot be sent is lost, as datagrams are
    private static final class Echo extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket datagram) {
            ctx.write(new DatagramPacket(datagram.content().retain(), datagram.sender()));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        /** Such as an ICMP error about an earlier answer: not the next client's affair. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
    }
}
