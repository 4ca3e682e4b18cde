package io.sluice.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many of our channels, all open at once, that ask an echo server and count right answers. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write leaves an answer out, which is counted
final class EchoClients {
    private static final int MESSAGE = 1000;

    private EchoClients() {}

    static int connectAndAsk(OnTun net, String address, int port, int connections) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(connections);
        AtomicInteger right = new AtomicInteger();
        Bootstrap bootstrap = net.client(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Answer(answered, right));
            }
        });
        List<ChannelFuture> connecting = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            connecting.add(bootstrap.connect(address, port));
        }
        for (ChannelFuture f : connecting) {
            f.syncUninterruptibly();
        }
        for (ChannelFuture f : connecting) {
            ByteBuf message = net.leaks.allocator.directBuffer(MESSAGE);
            Stream.fill(message.internalNioBuffer(0, MESSAGE), 0);
            f.channel().writeAndFlush(message.writerIndex(MESSAGE));
        }
        answered.await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        return right.get();
    }

    /** Compares one answer. */
    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final CountDownLatch answered;
        private final AtomicInteger right;
        private int position;
        private boolean wrong;

        Answer(CountDownLatch answered, AtomicInteger right) {
            this.answered = answered;
            this.right = right;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            wrong |= Stream.firstWrong(data, position) >= 0;
            position += data.readableBytes();
            data.release();
            if (position == MESSAGE) {
                right.addAndGet(wrong ? 0 : 1);
                answered.countDown();
            }
        }
    }
}
