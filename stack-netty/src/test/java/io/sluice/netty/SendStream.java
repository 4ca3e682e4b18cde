package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;

/** Sends so many octets of {@link Stream} as fast as the channel is writable, then closes its sending direction. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which the tests see
final class SendStream extends ChannelInboundHandlerAdapter {
    /** In the place of a size: sends nothing and closes nothing. */
    static final long NOTHING = -1;

    private static final int CHUNK = 64 * 1024;

    private final long size;
    private long sent;

    SendStream(long size) {
        this.size = size;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (size == 0) {
            ((DuplexChannel) ctx.channel()).shutdownOutput();
        }
        send(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        send(ctx);
        ctx.fireChannelWritabilityChanged();
    }

    private void send(ChannelHandlerContext ctx) {
        boolean any = false;
        while (sent < size && ctx.channel().isWritable()) {
            int n = (int) Math.min(CHUNK, size - sent);
            ByteBuf chunk = ctx.alloc().directBuffer(n);
            ByteBuffer room = chunk.internalNioBuffer(0, n);
            Stream.fill(room, sent);
            chunk.writerIndex(n);
            ChannelFuture written = ctx.write(chunk);
            sent += n;
            if (sent == size) {
                written.addListener(f -> ((DuplexChannel) ctx.channel()).shutdownOutput());
            }
            any = true;
        }
        if (any) {
            ctx.flush();
        }
    }
}
