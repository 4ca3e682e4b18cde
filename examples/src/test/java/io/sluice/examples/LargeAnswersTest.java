package io.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.event.Counter;
import io.sluice.netty.OptionDatagramPacket;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers of 100 and of 50000 octets, in packets of 1500, over both families. */
final class LargeAnswersTest {
    private final BlockingQueue<ByteBuf> answers = new LinkedBlockingQueue<>();

    private SluiceEventLoopGroup group(PipeLink link, String... addresses) {
        return new SluiceEventLoopGroup(
                SluiceNetwork.builder().link(link, addresses).build());
    }

    @Test
    void largeAnswersComeWhole() throws Exception {
        PipeLink pipe = PipeLink.create(1500, PooledByteBufAllocator.DEFAULT);
        SluiceEventLoopGroup here = group(pipe, "10.9.0.1/24", "fd09::1/64");
        SluiceEventLoopGroup there = group(pipe.otherEnd(), "10.9.0.2/24", "fd09::2/64");
        Channel server = LargeAnswers.serve(there, new InetSocketAddress("::", 5353), q -> Unpooled.buffer()
                .writeZero(Integer.parseInt(q.toString(StandardCharsets.US_ASCII))));
        Channel client = LargeAnswers.client(here, new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, OptionDatagramPacket answer) {
                answers.add(answer.content().copy());
            }
        });
        for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
            InetSocketAddress to = new InetSocketAddress(address, 5353);
            for (int length : new int[] {100, 50_000}) {
                client.writeAndFlush(new DatagramPacket(text(7), to)).sync(); // without MRDS: not answered
                client.writeAndFlush(LargeAnswers.question(text(length), to)).sync();
                ByteBuf answer = answers.poll(30, TimeUnit.SECONDS);
                assertNotNull(answer);
                assertEquals(length, answer.readableBytes());
            }
        }
        assertNull(answers.poll());
        assertEquals(0, there.hosts().get(0).counters().get(Counter.IP_FRAGMENTS_OUT));
        server.close().sync();
        here.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        there.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    private static ByteBuf text(int number) {
        return Unpooled.copiedBuffer(Integer.toString(number), StandardCharsets.US_ASCII);
    }
}
