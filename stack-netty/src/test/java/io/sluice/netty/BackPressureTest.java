package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader that does not read stops its peer's writer through TCP's window, and only as long as it does not read. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close led to is seen elsewhere
class BackPressureTest {
    private static final int BUFFER = 128 * 1024;
    private static final int CHUNK = 16 * 1024;
    private static final int CHUNKS = 256;

    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private ByteBuf chunk() {
        return net.leaks.allocator.directBuffer(CHUNK).writeZero(CHUNK);
    }

    /** Counts octets and reads by itself. */
    private static final class Reads extends ChannelInboundHandlerAdapter {
        final BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> messagesPerRead = new LinkedBlockingQueue<>();
        final BlockingQueue<Channel> channel = new LinkedBlockingQueue<>();
        private int messages;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel.add(ctx.channel());
            ctx.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            messages++;
            sizes.add(((ByteBuf) message).readableBytes());
            ((ByteBuf) message).release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            messagesPerRead.add(messages);
            messages = 0;
        }

        int next() throws InterruptedException {
            Integer size = sizes.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(size != null, "nothing to read");
            return size;
        }
    }

    @Test
    void autoReadOffClosesTheWindowAndOnOpensIt() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.SO_RCVBUF, BUFFER));
        Collector told = new Collector();
        Channel client = net.client(told)
                .option(ChannelOption.SO_SNDBUF, BUFFER)
                .connect(server.localAddress())
                .sync()
                .channel();
        assertEquals("active", told.next());
        // All in one task of the loop: otherwise it may drain what is written between two writes, and tell of that.
        List<ChannelFuture> writes = client.eventLoop()
                .submit(() -> {
                    List<ChannelFuture> all = new ArrayList<>();
                    for (int i = 0; i < CHUNKS; i++) {
                        all.add(client.writeAndFlush(chunk()));
                    }
                    return all;
                })
                .sync()
                .getNow();
        assertEquals("unwritable", told.next());
        Accepted.Connection there = accepted.next();
        // What fits the two buffers is taken, and not more than what TCP can have in flight besides.
        writes.get(BUFFER / CHUNK).sync();
        assertFalse(writes.get(CHUNKS - 1).isDone());
        assertFalse(client.isWritable());
        assertEquals("active", there.collector().next());
        assertFalse(there.collector().hasNext());

        there.channel().config().setAutoRead(true);
        writes.get(CHUNKS - 1).sync();
        assertEquals("writable", told.next());
        client.close().sync();
        assertEquals(CHUNKS * CHUNK, there.collector().atEnd().length());
    }

    @Test
    void eachReadIsAskedFor() throws InterruptedException {
        Reads reads = new Reads();
        Channel server = net.serve(reads, b -> b.childOption(ChannelOption.AUTO_READ, false));
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(Unpooled.copiedBuffer("one", StandardCharsets.US_ASCII))
                .sync();
        Channel there = reads.channel.take();
        assertEquals(0, reads.sizes.size());
        there.read();
        assertEquals(3, reads.next());
        client.writeAndFlush(Unpooled.copiedBuffer("three", StandardCharsets.US_ASCII))
                .sync();
        there.read();
        assertEquals(5, reads.next());
        assertEquals(1, reads.messagesPerRead.take());
    }

    private static RecvByteBufAllocator atMost(int bytes, int messages) {
        return new FixedRecvByteBufAllocator(bytes).maxMessagesPerRead(messages);
    }

    @Test
    @SuppressWarnings("deprecation") // RCVBUF_ALLOCATOR: people use it
    void messagesPerReadAndTheirSizeAreLimited() throws InterruptedException {
        Reads reads = new Reads();
        Channel server = net.serve(reads, b -> b.childOption(ChannelOption.RCVBUF_ALLOCATOR, atMost(1000, 3)));
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(chunk()).sync();
        int total = 0;
        while (total < CHUNK) {
            int size = reads.next();
            assertTrue(size <= 1000, "a message of " + size);
            total += size;
        }
        assertEquals(CHUNK, total);
        assertTrue(reads.messagesPerRead.stream().allMatch(n -> n <= 3), reads.messagesPerRead::toString);
    }
}
