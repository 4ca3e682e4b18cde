package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One direction ends, the other goes on: {@link DuplexChannel}, ALLOW_HALF_CLOSURE and their events. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close led to is seen elsewhere
class HalfCloseTest {
    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static Object text(String s) {
        return Unpooled.copiedBuffer(s, StandardCharsets.US_ASCII);
    }

    @Test
    void theOtherDirectionGoesOn() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted, b -> b.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true));
        Collector toldClient = new Collector();
        DuplexChannel client = (DuplexChannel) net.client(toldClient)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .connect(server.localAddress())
                .sync()
                .channel();
        Accepted.Connection there = accepted.next();
        assertEquals("active", toldClient.next());
        assertEquals("active", there.collector().next());

        client.writeAndFlush(text("question"));
        client.shutdownOutput().sync();
        assertEquals(ChannelOutputShutdownEvent.INSTANCE, toldClient.next());
        assertTrue(client.isOutputShutdown());
        assertFalse(client.isInputShutdown());
        assertInstanceOf(IOException.class, Collector.failure(client.writeAndFlush(text("too late"))));

        assertEquals("question", there.collector().next());
        assertEquals(ChannelInputShutdownEvent.INSTANCE, there.collector().next());
        assertEquals(
                ChannelInputShutdownReadComplete.INSTANCE, there.collector().next());
        assertTrue(((DuplexChannel) there.channel()).isInputShutdown());
        assertTrue(there.channel().isActive());
        there.channel().writeAndFlush(text("answer")).sync();
        assertEquals("answer", toldClient.next());

        there.channel().close().sync();
        assertEquals("inactive", there.collector().next());
        assertEquals(ChannelInputShutdownEvent.INSTANCE, toldClient.next());
        assertEquals(ChannelInputShutdownReadComplete.INSTANCE, toldClient.next());
        assertTrue(client.isShutdown());
        client.close().sync();
        assertEquals("inactive", toldClient.next());
    }

    @Test
    void withoutTheOptionThePeersEndClosesTheChannel() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Collector toldClient = new Collector();
        DuplexChannel client = (DuplexChannel)
                net.client(toldClient).connect(server.localAddress()).sync().channel();
        Accepted.Connection there = accepted.next();
        client.writeAndFlush(text("last words"));
        client.shutdownOutput();
        assertEquals("last words", there.collector().atEnd());
        assertFalse(there.channel().isOpen());
        assertEquals("", toldClient.atEnd());
        assertFalse(client.isOpen());
    }

    @Test
    void whatIsNotFlushedYetFailsWithTheShutdown() throws InterruptedException {
        Channel server = net.serve(new Echo());
        DuplexChannel client = (DuplexChannel) net.client(new Collector())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .connect(server.localAddress())
                .sync()
                .channel();
        var unflushed = client.write(text("never"));
        client.shutdownOutput().sync();
        assertInstanceOf(ChannelOutputShutdownException.class, Collector.failure(unflushed));
    }

    @Test
    void shuttingTheInputEndsReading() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Collector toldClient = new Collector();
        DuplexChannel client = (DuplexChannel) net.client(toldClient)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .connect(server.localAddress())
                .sync()
                .channel();
        Accepted.Connection there = accepted.next();
        assertEquals("active", toldClient.next());
        client.shutdownInput().sync();
        assertTrue(client.isInputShutdown());
        assertEquals(ChannelInputShutdownReadComplete.INSTANCE, toldClient.next());
        there.channel().writeAndFlush(text("nobody reads this")).sync();
        client.writeAndFlush(text("but writing works")).sync();
        assertEquals("active", there.collector().next());
        assertEquals("but writing works", there.collector().next());
        assertFalse(toldClient.hasNext());
    }

    @Test
    void shutdownEndsBoth() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        DuplexChannel client = (DuplexChannel) net.client(new Collector())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .connect(server.localAddress())
                .sync()
                .channel();
        client.shutdown().sync();
        assertTrue(client.isShutdown());
        assertTrue(client.isOpen());
        assertEquals("", accepted.next().collector().atEnd());
    }

    @Test
    void anUnconnectedChannelHasNothingToShut() throws InterruptedException {
        DuplexChannel client =
                (DuplexChannel) net.client(new Collector()).register().sync().channel();
        assertInstanceOf(NotYetConnectedException.class, Collector.failure(client.shutdownInput()));
        assertInstanceOf(NotYetConnectedException.class, Collector.failure(client.shutdownOutput()));
    }
}
