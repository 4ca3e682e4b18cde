package io.sluice.examples;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.tun.TunDevice;

/** The shortest HTTP server on Sluice: {@code docs/embedding.md} explains it, and how to run it. */
public final class Embed {
    private Embed() {}

    /** Serves until it is interrupted. */
    public static void main(String[] args) throws Exception {
        try (TunDevice tun = TunDevice.builder().address("10.77.0.1/24").open();
                SluiceEventLoopGroup group = SluiceEventLoopGroup.on(tun.link(), "10.77.0.2/24")) {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(SluiceServerSocketChannel.class)
                    .childHandler(new Pipeline())
                    .bind(80)
                    .sync()
                    .channel();
            System.out.println("curl http://10.77.0.2/");
            server.closeFuture().sync();
        }
    }

    /** Your pipeline: nothing in it knows Sluice. */
    private static final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel connection) {
            connection
                    .pipeline()
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpServerKeepAliveHandler())
                    .addLast(new HttpObjectAggregator(65_536))
                    .addLast(new Hello());
        }
    }

    /** Your handler. */
    @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
    private static final class Hello extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            ByteBuf body =
                    ByteBufUtil.writeUtf8(ctx.alloc(), "Hello " + ctx.channel().remoteAddress() + "\n");
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            ctx.writeAndFlush(response, ctx.voidPromise());
        }
    }
}
