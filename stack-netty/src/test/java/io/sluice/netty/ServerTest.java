package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listening: ports and who has them, accepting, and what is accepted. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close led to is seen elsewhere
class ServerTest {
    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Test
    void aTakenPortCannotBeBound() throws InterruptedException {
        Channel first = net.serve(new Echo());
        ChannelFuture second = net.server(new Echo()).bind(first.localAddress());
        Throwable failure = Collector.failure(second);
        assertInstanceOf(BindException.class, failure);
        assertEquals("Address already in use", failure.getMessage());
        assertInstanceOf(
                BindException.class, Collector.failure(net.server(new Echo()).bind(port(first))));
        assertTrue(first.isActive());
    }

    @Test
    void aPortIsFreeAgainWhenItsServerIsClosed() throws InterruptedException {
        Channel first = net.serve(new Echo());
        InetSocketAddress address = (InetSocketAddress) first.localAddress();
        first.close().sync();
        assertFalse(first.isActive());
        Throwable failure = Collector.failure(net.client(new Collector()).connect(address));
        assertInstanceOf(ConnectException.class, failure);

        Channel again = net.server(new Echo()).bind(address).sync().channel();
        assertTrue(net.client(new Collector()).connect(address).sync().channel().isActive());
        assertEquals(address, again.localAddress());
    }

    @Test
    void aForeignAddressCannotBeBound() throws InterruptedException {
        Throwable failure = Collector.failure(net.server(new Echo()).bind(TwoHosts.CLIENT, 80));
        assertInstanceOf(BindException.class, failure);
        assertEquals("Cannot assign requested address", failure.getMessage());
    }

    @Test
    void portZeroIsAFreePort() throws InterruptedException {
        Channel first = net.serve(new Echo());
        Channel second = net.serve(new Echo());
        assertNotEquals(0, port(first));
        assertNotEquals(port(first), port(second));
    }

    @Test
    void theWildcardIsShownAsJavaDoes() throws InterruptedException {
        Channel server = net.server(new Echo()).bind(0).sync().channel();
        InetAddress shown = ((InetSocketAddress) server.localAddress()).getAddress();
        assertTrue(shown.isAnyLocalAddress(), shown.toString());
    }

    @Test
    void acceptedChannelsKnowBothEnds() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        Channel child = accepted.next().channel();
        assertEquals(client.localAddress(), child.remoteAddress());
        assertEquals(client.remoteAddress(), child.localAddress());
        assertEquals(server, child.parent());
        assertEquals(server.eventLoop(), child.eventLoop());
    }

    @Test
    void withoutAutoReadConnectionsWaitUntilTheyAreAskedFor() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.AUTO_READ, false));
        int clients = 3;
        for (int i = 0; i < clients; i++) {
            Collector client = new Collector();
            net.client(client).connect(server.localAddress()).sync();
            assertEquals("active", client.next());
        }
        SluiceServerSocketChannel listening = (SluiceServerSocketChannel) server;
        TwoHosts.await(
                server, () -> Objects.requireNonNull(listening.tcpListener()).waitingCount() == clients);
        server.read();
        assertTrue(accepted.next().channel().isActive());
        server.config().setAutoRead(true);
        accepted.next();
        accepted.next();
    }

    @Test
    void manyConnectionsAtOnce() throws InterruptedException {
        int count = 1000;
        Channel server = net.serve(new Echo(), b -> b.option(ChannelOption.SO_BACKLOG, count));
        List<Collector> collectors = new ArrayList<>();
        List<ChannelFuture> attempts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Collector collector = new Collector();
            collectors.add(collector);
            attempts.add(net.client(collector).connect(server.localAddress()));
        }
        for (int i = 0; i < count; i++) {
            Channel channel = attempts.get(i).sync().channel();
            channel.writeAndFlush(Unpooled.copiedBuffer("I am " + i, StandardCharsets.US_ASCII));
        }
        for (int i = 0; i < count; i++) {
            assertEquals("active", collectors.get(i).next());
            assertEquals("I am " + i, collectors.get(i).next());
        }
        for (ChannelFuture attempt : attempts) {
            attempt.channel().close();
        }
        for (Collector collector : collectors) {
            assertEquals("inactive", collector.next());
        }
    }
}
