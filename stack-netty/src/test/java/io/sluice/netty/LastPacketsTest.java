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
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.link.SignallingLink;
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
    private record NarrowLink(PipeLink pipe, AtomicInteger toOther, AtomicInteger toThis, AtomicInteger sent)
            implements SignallingLink {
        @Override
        public String name() {
            return pipe.name();
        }

        @Override
        public int mtu() {
            return pipe.mtu();
        }

        @Override
        public boolean checksumOffload() {
            return pipe.checksumOffload();
        }

        @Override
        public void signalTo(Runnable wakeUp) {
            pipe.signalTo(wakeUp);
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            if (toOther.get() > 0) {
                return EmitResult.BUSY;
            }
            toOther.incrementAndGet();
            sent.incrementAndGet();
            return pipe.emit(packet, nowNs);
        }

        @Override
        public int receive(PacketReceiver host, int maxPackets, long nowNs) {
            PacketMeta mine = new PacketMeta(this);
            int received = pipe.receive(
                    (packet, meta, now) ->
                            host.onPacket(packet, mine.reset().checksumTrusted(meta.checksumTrusted()), now),
                    maxPackets,
                    nowNs);
            toThis.addAndGet(-received);
            return received;
        }

        @Override
        public void close() {
            pipe.close();
        }
    }

    @Test
    void oneEndTakesInWhatTheOtherHasNoRoomFor() throws InterruptedException {
        Leaks leaks = new Leaks();
        PipeLink pipe = PipeLink.create(TwoHosts.MTU, leaks.allocator);
        AtomicInteger there = new AtomicInteger();
        AtomicInteger back = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        SluiceEventLoopGroup group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                .link(new NarrowLink(pipe, there, back, sent), TwoHosts.CLIENT + "/24")
                .link(new NarrowLink(pipe.otherEnd(), back, there, new AtomicInteger()), "10.8.0.1/24")
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
        assertEquals(DATAGRAMS, sent.get());
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
