package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends that are not graceful, or come at a bad moment. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close led to is seen elsewhere
class CloseTest {
    private static final int MEGABYTE = 1 << 20;

    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static Object text(String s) {
        return Unpooled.copiedBuffer(s, StandardCharsets.US_ASCII);
    }

    private ByteBuf megabyte() {
        return net.leaks.allocator.directBuffer(MEGABYTE).writeZero(MEGABYTE);
    }

    @Test
    void aResetIsAnExceptionAndTheEnd() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setOption(ChannelOption.SO_LINGER, 0));
        Channel server = net.serve(accepted);
        Collector told = new Collector();
        Channel client = net.client(told).connect(server.localAddress()).sync().channel();
        assertEquals("active", told.next());
        accepted.next().channel().close().sync();
        IOException reset = assertInstanceOf(IOException.class, told.next());
        assertEquals("Connection reset by peer", reset.getMessage());
        assertEquals("inactive", told.next());
        assertFalse(client.isOpen());
        assertInstanceOf(ClosedChannelException.class, Collector.failure(client.writeAndFlush(text("x"))));
    }

    @Test
    void closingWithUnreadDataResets() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        Channel server = net.serve(accepted);
        Collector told = new Collector();
        Channel client = net.client(told).connect(server.localAddress()).sync().channel();
        client.writeAndFlush(text("never read")).sync();
        Channel there = accepted.next().channel();
        TwoHosts.await(there, ((SluiceSocketChannel) there)::hasInput);
        there.close().sync();
        assertEquals("active", told.next());
        assertInstanceOf(IOException.class, told.next());
        assertEquals("inactive", told.next());
    }

    /** As with the kernel's sockets, where a write has left when the close makes it a reset: so an alert of TLS arrives. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasWrittenBeforeAResetArrives(boolean linger) throws InterruptedException {
        Accepted accepted = new Accepted(channel -> {
            channel.config().setAutoRead(false);
            channel.config().setOption(ChannelOption.SO_LINGER, linger ? 0 : -1);
        });
        Channel server = net.serve(accepted);
        Collector told = new Collector();
        Channel client = net.client(told).connect(server.localAddress()).sync().channel();
        client.writeAndFlush(text("never read")).sync();
        Channel there = accepted.next().channel();
        TwoHosts.await(there, ((SluiceSocketChannel) there)::hasInput);
        there.eventLoop()
                .submit(() -> {
                    there.writeAndFlush(text("last words"));
                    there.close();
                })
                .sync();
        assertEquals("active", told.next());
        assertEquals("last words", told.next());
        assertInstanceOf(IOException.class, told.next());
        assertEquals("inactive", told.next());
    }

    @Test
    void writesThatWaitFailWhenTheChannelIsClosed() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        Channel server = net.serve(accepted);
        Channel client = net.client(new Collector())
                .option(ChannelOption.SO_SNDBUF, MEGABYTE)
                .connect(server.localAddress())
                .sync()
                .channel();
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writes.add(client.writeAndFlush(megabyte()));
        }
        writes.get(0).sync();
        client.close().sync();
        assertInstanceOf(ClosedChannelException.class, Collector.failure(writes.get(15)));
        for (ChannelFuture write : writes) {
            assertTrue(write.isDone());
        }
    }

    @Test
    void writesThatWaitFailWhenThePeerResets() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> {
            channel.config().setAutoRead(false);
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        });
        Channel server = net.serve(accepted);
        Channel client = net.client(new Collector())
                .option(ChannelOption.SO_SNDBUF, MEGABYTE)
                .connect(server.localAddress())
                .sync()
                .channel();
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writes.add(client.writeAndFlush(megabyte()));
        }
        accepted.next().channel().close().sync();
        Throwable failure = Collector.failure(writes.get(15));
        assertInstanceOf(IOException.class, failure);
        Collector.get(client.closeFuture());
    }

    @Test
    void writingBeforeConnectingFails() throws InterruptedException {
        Channel client = net.client(new Collector()).register().sync().channel();
        assertInstanceOf(NotYetConnectedException.class, Collector.failure(client.writeAndFlush(text("early"))));
        assertTrue(client.isOpen());
    }

    @Test
    void whatIsNoBufferCannotBeWritten() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        assertInstanceOf(UnsupportedOperationException.class, Collector.failure(client.writeAndFlush("a string")));
        assertTrue(client.isActive());
    }

    @Test
    void closingInTheMiddleOfReadingIsTheEnd() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Collector told = new Collector();
        ChannelInboundHandlerAdapter closer = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ctx.close();
                ctx.fireChannelRead(message);
            }
        };
        Channel client =
                net.client(closer).connect(server.localAddress()).sync().channel();
        client.pipeline().addLast(told);
        client.writeAndFlush(text("once")).sync();
        assertEquals("once", told.atEnd());
    }

    @Test
    void everythingAcceptedStillArrivesAfterClose() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(megabyte()).sync();
        client.close().sync();
        assertEquals(MEGABYTE, accepted.next().collector().atEnd().length());
    }

    @Test
    void deregisteredItSleepsAndRegisteredAgainItGoesOn() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Collector told = new Collector();
        Channel client = net.client(told).connect(server.localAddress()).sync().channel();
        EventLoop loop = client.eventLoop();
        assertEquals("active", told.next());
        client.deregister().sync();
        assertFalse(client.isRegistered());
        Channel there = accepted.next().channel();
        there.writeAndFlush(text("while it slept")).sync();
        assertFalse(told.hasNext());

        loop.register(client).sync();
        assertEquals("while it slept", told.next());
        client.writeAndFlush(text("awake")).sync();
    }

    @Test
    void aLoopWithoutAHostOrWithAnotherIsRefused() throws InterruptedException {
        MultiThreadIoEventLoopGroup plain = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Throwable failure = Collector.failure(new Bootstrap()
                .group(plain)
                .channel(SluiceSocketChannel.class)
                .handler(new Collector())
                .register());
        assertInstanceOf(IllegalStateException.class, failure);
        plain.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();

        Channel server = net.serve(new Echo());
        Channel client = net.client(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        client.deregister().sync();
        EventLoop foreign = net.servers.next();
        assertInstanceOf(IllegalStateException.class, Collector.failure(foreign.register(client)));
    }

    @Test
    void shuttingALoopDownClosesItsChannelsAndTellsThePeers() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted);
        Collector told = new Collector();
        Channel idle = net.client(told).connect(server.localAddress()).sync().channel();
        Collector toldBusy = new Collector();
        Channel busy = net.client(toldBusy)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(0, 1))
                .connect(server.localAddress())
                .sync()
                .channel();
        Accepted.Connection first = accepted.next();
        Accepted.Connection second = accepted.next();
        second.channel().config().setAutoRead(false);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writes.add(busy.writeAndFlush(megabyte()));
        }
        assertTrue(net.clients
                .shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS)
                .await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertFalse(idle.isOpen());
        assertEquals("inactive", lastOf(told));
        assertTrue(writes.get(15).isDone() && !writes.get(15).isSuccess());

        assertEquals("", first.collector().atEnd());
        second.channel().config().setAutoRead(true);
        String received = second.collector().atEnd();
        assertTrue(received.length() < 16 * MEGABYTE, "the peer hears that it did not get everything");
    }

    /** An end of a pipe that is busy when it is said to be, for some attempts. */
    private static final class BusyLink extends PipeEnd {
        private final AtomicInteger busy = new AtomicInteger();

        BusyLink(PipeLink pipe) {
            super(pipe);
        }

        @Override
        public EmitResult emit(OutboundPacket packet, long nowNs) {
            return busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? EmitResult.BUSY : super.emit(packet, nowNs);
        }
    }

    @Test
    void shuttingALoopDownWaitsForALinkThatIsBusyToTellThePeers() throws InterruptedException {
        PipeLink pipe = PipeLink.create(TwoHosts.MTU, net.leaks.allocator);
        BusyLink link = new BusyLink(pipe);
        SluiceEventLoopGroup here = new SluiceEventLoopGroup(SluiceNetwork.of(link, TwoHosts.CLIENT + "/24"));
        SluiceEventLoopGroup there =
                new SluiceEventLoopGroup(SluiceNetwork.of(pipe.otherEnd(), TwoHosts.SERVER + "/24"));
        Accepted accepted = new Accepted();
        Channel server = new ServerBootstrap()
                .group(there)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(accepted)
                .bind(new InetSocketAddress(TwoHosts.SERVER, 0))
                .sync()
                .channel();
        Channel client = new Bootstrap()
                .group(here)
                .channel(SluiceSocketChannel.class)
                .handler(new Collector())
                .connect(server.localAddress())
                .sync()
                .channel();
        Collector told = accepted.next().collector();
        assertEquals("active", told.next());
        link.busy.set(50);
        client.writeAndFlush(text("cannot leave")).sync();
        assertTrue(here.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS)
                .await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertInstanceOf(IOException.class, told.next());
        assertEquals("inactive", told.next());
        assertTrue(there.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS)
                .await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
    }

    /** A shutdown that comes while the loop runs tasks, and so after it has last looked whether it is to end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shuttingALoopDownInTheMiddleOfATaskClosesItsChannels(boolean ownLoop) throws InterruptedException {
        PipeLink pipe = PipeLink.create(TwoHosts.MTU, net.leaks.allocator);
        pipe.otherEnd().close();
        SluiceNetwork network = SluiceNetwork.of(pipe, TwoHosts.CLIENT + "/24");
        EventLoopGroup group = ownLoop
                ? new SluiceEventLoopGroup(network)
                : new MultiThreadIoEventLoopGroup(1, SluiceIoHandler.newFactory(network));
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(new Echo())
                .bind(0)
                .sync()
                .channel();
        CompletableFuture<Boolean> inTask = new CompletableFuture<>();
        CompletableFuture<Boolean> shutDown = new CompletableFuture<>();
        server.eventLoop().execute(() -> {
            inTask.complete(true);
            shutDown.join();
        });
        Collector.get(inTask);
        Future<?> gone = group.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        shutDown.complete(true);
        assertTrue(gone.await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertFalse(server.isOpen());
    }

    @Test
    void shuttingALoopDownEndsAClosingThatLingers() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        // Less than the client's send buffer takes, so that never all of it is acknowledged.
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.SO_RCVBUF, MEGABYTE / 16));
        Channel client = net.client(new Collector())
                .option(ChannelOption.SO_LINGER, 2 * (int) TwoHosts.PATIENCE_S)
                .option(ChannelOption.SO_SNDBUF, MEGABYTE)
                .connect(server.localAddress())
                .sync()
                .channel();
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writes.add(client.writeAndFlush(megabyte()));
        }
        ChannelFuture closed = client.close();
        assertTrue(client.eventLoop().submit(client::isOpen).sync().getNow(), "it lingers");
        net.clients.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
        Collector.get(closed);
        assertFalse(client.isOpen());
        assertInstanceOf(ClosedChannelException.class, Collector.failure(writes.get(15)));
    }

    private static Object lastOf(Collector collector) throws InterruptedException {
        Object event = collector.next();
        while (collector.hasNext()) {
            event = collector.next();
        }
        return event;
    }
}
