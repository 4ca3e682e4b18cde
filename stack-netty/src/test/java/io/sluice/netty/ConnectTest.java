package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connection attempts end as with the kernel's channels: in the same exceptions, with the same words. */
@Timeout(60)
class ConnectTest {
    /** On the wire's subnet, and nobody has it. */
    private static final InetSocketAddress NOBODY = new InetSocketAddress("10.9.0.99", 80);

    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static void assertClosed(ChannelFuture attempt) throws InterruptedException {
        Collector.get(attempt.channel().closeFuture());
        assertFalse(attempt.channel().isOpen());
        assertFalse(attempt.channel().isActive());
    }

    @Test
    void aClosedPortRefuses() throws InterruptedException {
        ChannelFuture attempt = net.client(new Collector()).connect(TwoHosts.SERVER, 81);
        Throwable failure = Collector.failure(attempt);
        assertInstanceOf(ConnectException.class, failure);
        assertEquals("Connection refused: /10.9.0.2:81", failure.getMessage());
        assertClosed(attempt);
    }

    @Test
    void aSilentAddressTimesOut() throws InterruptedException {
        ChannelFuture attempt = net.client(new Collector())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 200)
                .connect(NOBODY);
        Throwable failure = Collector.failure(attempt);
        assertInstanceOf(ConnectTimeoutException.class, failure);
        assertEquals("connection timed out after 200 ms: /10.9.0.99:80", failure.getMessage());
        assertClosed(attempt);
    }

    @Test
    void withoutARouteThereIsNoWay() throws InterruptedException {
        ChannelFuture attempt = net.client(new Collector()).connect("192.0.2.1", 80);
        Throwable failure = Collector.failure(attempt);
        assertInstanceOf(NoRouteToHostException.class, failure);
        assertEquals("Network is unreachable: /192.0.2.1:80", failure.getMessage());
        assertClosed(attempt);
    }

    @Test
    void aForeignLocalAddressCannotBeHad() throws InterruptedException {
        SocketAddress foreign = new InetSocketAddress(TwoHosts.SERVER, 0);
        ChannelFuture attempt =
                net.client(new Collector()).localAddress(foreign).connect(TwoHosts.SERVER, 81);
        Throwable failure = Collector.failure(attempt);
        assertInstanceOf(SocketException.class, failure);
        assertEquals("Cannot assign requested address: /10.9.0.2:81", failure.getMessage());
        assertInstanceOf(BindException.class, failure.getCause());
        assertClosed(attempt);
    }

    @Test
    void aChosenLocalPortIsUsed() throws InterruptedException {
        Channel server = net.serve(new Echo());
        SocketAddress local = new InetSocketAddress(TwoHosts.CLIENT, 7777);
        Channel client = net.client(new Collector())
                .localAddress(local)
                .connect(server.localAddress())
                .sync()
                .channel();
        assertEquals(local, client.localAddress());
    }

    @Test
    void bothFamiliesWork() throws InterruptedException {
        Channel server = net.server(new Echo()).bind(0).sync().channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        for (String address : new String[] {TwoHosts.SERVER, "fd09::2"}) {
            Channel client =
                    net.client(new Collector()).connect(address, port).sync().channel();
            assertEquals(new InetSocketAddress(address, port), client.remoteAddress());
        }
    }

    @Test
    void aNameThatWasNotLookedUpIsRefused() throws InterruptedException {
        Channel client = net.client(new Collector()).register().sync().channel();
        ChannelFuture attempt = client.connect(InetSocketAddress.createUnresolved("host.invalid", 80));
        assertInstanceOf(UnresolvedAddressException.class, Collector.failure(attempt));
    }

    @Test
    void whileConnectingOrConnectedASecondAttemptFails() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Channel client = net.client(new Collector()).register().sync().channel();
        ChannelFuture first = client.connect(NOBODY);
        assertInstanceOf(ConnectionPendingException.class, Collector.failure(client.connect(NOBODY)));
        assertFalse(first.isDone());
        client.close().sync();
        assertInstanceOf(ClosedChannelException.class, Collector.failure(first));

        Channel connected = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        assertInstanceOf(AlreadyConnectedException.class, Collector.failure(connected.connect(NOBODY)));
        assertTrue(connected.isActive());
    }

    @Test
    void anAttemptCanBeCancelled() throws InterruptedException {
        ChannelFuture attempt = net.client(new Collector()).connect(NOBODY);
        assertTrue(attempt.cancel(false));
        assertInstanceOf(CancellationException.class, Collector.failure(attempt));
        assertClosed(attempt);
    }

    @Test
    void aSecondAttemptAfterARefusalWorks() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Collector.failure(net.client(new Collector()).connect(TwoHosts.SERVER, 81));
        Collector collector = new Collector();
        net.client(collector).connect(server.localAddress()).sync();
        assertEquals("active", collector.next());
    }
}
