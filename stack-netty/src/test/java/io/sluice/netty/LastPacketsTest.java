package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketReceiver;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a loop that ends has still to send leaves also where both ends of a link that is full are on this loop. */
@Timeout(60)
final class LastPacketsTest {
    private static final int DATAGRAMS = 20;

    /** An end of a pipe that has room for one packet, until the other end has taken it in. */
    private static final class NarrowLink extends PipeEnd {
        private final AtomicInteger toOther;
        private final AtomicInteger toThis;
        private final AtomicInteger sent = new AtomicInteger();

        NarrowLink(PipeLink pipe, AtomicInteger toOther, AtomicInteger toThis) {
            super(pipe);
            this.toOther = toOther;
            this.toThis = toThis;
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            if (toOther.get() > 0) {
                return EmitResult.BUSY;
            }
            toOther.incrementAndGet();
            sent.incrementAndGet();
            return super.emit(packet, nowNs);
        }

        @Override
        public int receive(PacketReceiver host, int maxPackets, long nowNs) {
            int received = super.receive(host, maxPackets, nowNs);
            toThis.addAndGet(-received);
            return received;
        }
    }

    @Test
    void oneEndTakesInWhatTheOtherHasNoRoomFor() throws InterruptedException {
        Leaks leaks = new Leaks();
        PipeLink pipe = PipeLink.create(TwoHosts.MTU, leaks.allocator);
        AtomicInteger there = new AtomicInteger();
        AtomicInteger back = new AtomicInteger();
        NarrowLink link = new NarrowLink(pipe, there, back);
        SluiceEventLoopGroup group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                .link(link, TwoHosts.CLIENT + "/24")
                .link(new NarrowLink(pipe.otherEnd(), back, there), "10.8.0.1/24")
                .build());
        Channel sender = new Bootstrap()
                .group(group)
                .channel(SluiceDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new InetSocketAddress(TwoHosts.CLIENT, 0))
                .sync()
                .channel();
        sender.eventLoop().submit(() -> sendAndEnd(sender, group)).sync();
        assertTrue(group.terminationFuture().await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(DATAGRAMS, link.sent.get());
        leaks.close();
    }

    /** In one turn, so that nothing of it leaves before the loop's end. */
    @SuppressWarnings("FutureReturnValueIgnored") // what became of them is seen on the link
    private static void sendAndEnd(Channel sender, SluiceEventLoopGroup group) {
        for (int i = 0; i < DATAGRAMS; i++) {
            sender.write(new DatagramPacket(
                    Unpooled.copiedBuffer("last", StandardCharsets.US_ASCII),
                    new InetSocketAddress(TwoHosts.SERVER, 9)));
        }
        sender.flush();
        group.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
    }
}
