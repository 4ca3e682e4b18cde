package io.sluice.benchmarks.bulk;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.sluice.netty.SluiceServerSocketChannel;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** The stack's side: a port that compares what it gets, and one that sends the same content. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is all there is to do
final class StackServer {
    static final int SINK = 5001;
    static final int SOURCE = 5002;

    private final Content content;
    private final long bytes;
    private final BlockingQueue<String> complaints = new LinkedBlockingQueue<>();

    /** @param bytes octets of each stream */
    StackServer(Content content, long bytes) {
        this.content = content;
        this.bytes = bytes;
    }

    void listen(EventLoopGroup group, InetAddress address) {
        listen(group, address, SINK, Sink::new);
        listen(group, address, SOURCE, Source::new);
    }

    private static void listen(EventLoopGroup group, InetAddress address, int port, Supplier<ChannelHandler> handler) {
        new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handler.get());
                    }
                })
                .bind(address, port)
                .syncUninterruptibly();
    }

    /** Waits until a stream to the sink has ended; what was wrong with it, or "". */
    String awaitReceived() throws InterruptedException {
        return complaints.take();
    }

    private final class Sink extends SimpleChannelInboundHandler<ByteBuf> {
        private final Verifier verifier = new Verifier(content, bytes);
        private String failure = "";

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf data) {
            verifier.onData(data.nioBuffer());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failure = cause.toString();
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            complaints.add(failure.isEmpty() ? verifier.complaint() : failure);
        }
    }

    private final class Source extends ChannelInboundHandlerAdapter {
        private long sentBytes;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            writeMore(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            writeMore(context);
        }

        private void writeMore(ChannelHandlerContext context) {
            while (sentBytes < bytes && context.channel().isWritable()) {
                ByteBuf next = content.slice(sentBytes, bytes - sentBytes);
                sentBytes += next.readableBytes();
                if (sentBytes < bytes) {
                    context.write(next, context.voidPromise());
                } else {
                    context.write(next).addListener(ChannelFutureListener.CLOSE);
                }
            }
            context.flush();
        }
    }
}
