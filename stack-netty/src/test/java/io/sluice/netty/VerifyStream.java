package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.CompletableFuture;

/** Compares what arrives with {@link Stream}; completes with the number of octets when the peer has closed. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the channel to close
final class VerifyStream extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Long> received = new CompletableFuture<>();
    private long position;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            long wrong = Stream.firstWrong(data, position);
            if (wrong >= 0) {
                received.completeExceptionally(new AssertionError("octet " + wrong + " is wrong"));
                ctx.close();
            }
            position += data.readableBytes();
        } finally {
            data.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            received.complete(position);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        received.complete(position);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        received.completeExceptionally(cause);
    }
}
