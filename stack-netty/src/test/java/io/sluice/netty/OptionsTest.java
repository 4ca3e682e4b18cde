package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.api.ErrorQueue;
import io.sluice.api.TcpSocket;
import io.sluice.tcp.PathMtuMode;
import io.sluice.tcp.SavedSyn;
import io.sluice.tcp.SendNotice;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Options are kept before there is a socket, reach it, and can be read back; accepted connections inherit. */
@Timeout(60)
class OptionsTest {
    private static final int MEGABYTE = 1 << 20;

    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    private static Map<ChannelOption<?>, Object> ofConnection() {
        Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
        options.put(ChannelOption.SO_RCVBUF, 123_456);
        options.put(ChannelOption.SO_SNDBUF, 234_567);
        options.put(ChannelOption.TCP_NODELAY, false);
        options.put(ChannelOption.SO_KEEPALIVE, true);
        options.put(ChannelOption.SO_LINGER, 3);
        options.put(ChannelOption.SO_REUSEADDR, true);
        options.put(ChannelOption.IP_TOS, 0x20);
        options.put(ChannelOption.ALLOW_HALF_CLOSURE, true);
        options.put(ChannelOption.CONNECT_TIMEOUT_MILLIS, 4321);
        options.put(EpollChannelOption.TCP_CORK, true);
        options.put(EpollChannelOption.TCP_KEEPIDLE, 11);
        options.put(EpollChannelOption.TCP_KEEPINTVL, 12);
        options.put(EpollChannelOption.TCP_KEEPCNT, 13);
        options.put(EpollChannelOption.TCP_USER_TIMEOUT, 14_000);
        options.put(SluiceChannelOption.TCP_MAXSEG, 1000);
        options.put(SluiceChannelOption.IP_TTL, 33);
        options.put(SluiceChannelOption.IP_MINTTL, 60);
        options.put(SluiceChannelOption.TCP_STACK, TcpStack.DEFAULT);
        options.put(SluiceChannelOption.STABLE_WRITES, true);
        options.put(EpollChannelOption.SO_REUSEPORT, true);
        options.put(EpollChannelOption.TCP_QUICKACK, true);
        options.put(SluiceChannelOption.TCP_SYNCNT, 4);
        options.put(SluiceChannelOption.TCP_NOOPT, false);
        options.put(SluiceChannelOption.TCP_REMOTE_UDP_ENCAPS_PORT, 0);
        options.put(SluiceChannelOption.IPV6_USE_MIN_MTU, true);
        options.put(ChannelOption.TCP_FASTOPEN_CONNECT, true);
        options.put(SluiceChannelOption.TCP_FASTOPEN_NO_COOKIE, false);
        options.put(EpollChannelOption.TCP_NOTSENT_LOWAT, 4_000_000_000L);
        options.put(SluiceChannelOption.TCP_WINDOW_CLAMP, 100_000);
        options.put(SluiceChannelOption.SO_RCVLOWAT, 5);
        options.put(SluiceChannelOption.TCP_LINGER2, Duration.ofSeconds(9));
        options.put(SluiceChannelOption.IP_MTU_DISCOVER, PathMtuMode.DONT);
        options.put(SluiceChannelOption.IP_RECVERR, true);
        options.put(SluiceChannelOption.SO_TIMESTAMP, true);
        options.put(SluiceChannelOption.SO_TIMESTAMPING, Set.of(SendNotice.Kind.SENT));
        return options;
    }

    @SuppressWarnings("unchecked") // each value was put for its option
    private static void set(Channel channel, ChannelOption<?> option, Object value) {
        assertTrue(channel.config().setOption((ChannelOption<Object>) option, value), option.name());
    }

    private static void assertHas(Map<ChannelOption<?>, Object> expected, Channel channel) {
        expected.forEach((option, value) -> {
            assertEquals(value, channel.config().getOption(option), option.name());
            assertEquals(value, channel.config().getOptions().get(option), option.name());
        });
    }

    @Test
    void whatWasSetIsReadBackBeforeAndAfterThereIsASocket() throws InterruptedException {
        Channel server = net.serve(new Echo());
        Channel channel = new SluiceSocketChannel();
        Map<ChannelOption<?>, Object> options = ofConnection();
        options.forEach((option, value) -> set(channel, option, value));
        assertHas(options, channel);
        net.clients.register(channel).sync();
        assertHas(options, channel);
        channel.connect(server.localAddress()).sync();
        assertHas(options, channel);
        channel.close().sync();
    }

    @Test
    void theyReachTheSocketAtOnceAndLater() throws InterruptedException {
        Channel server = net.serve(new Echo());
        SluiceSocketChannel client = (SluiceSocketChannel) net.client(new Collector())
                .option(ChannelOption.SO_RCVBUF, 123_456)
                .connect(server.localAddress())
                .sync()
                .channel();
        SocketOptions socket = Objects.requireNonNull(client.tcpSocket()).options();
        TwoHosts.await(client, () -> socket.receiveBuffer == 123_456 && socket.noDelay);
        client.config().setTcpNoDelay(false).setSendBufferSize(55_555).setKeepAlive(true);
        TwoHosts.await(client, () -> socket.sendBuffer == 55_555 && !socket.noDelay && socket.keepAlive);
        assertFalse(client.config().isTcpNoDelay());
    }

    @Test
    void acceptedConnectionsInheritFromTheirListener() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.SO_RCVBUF, 77_777)
                .option(SluiceChannelOption.IP_TTL, 9)
                .option(SluiceChannelOption.TCP_SAVE_SYN, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true));
        net.client(new Collector()).connect(server.localAddress()).sync();
        Channel child = accepted.next().channel();
        assertEquals(77_777, child.config().getOption(ChannelOption.SO_RCVBUF));
        assertEquals(9, child.config().getOption(SluiceChannelOption.IP_TTL));
        assertEquals(true, child.config().getOption(ChannelOption.TCP_NODELAY));
        TwoHosts.await(child, () -> child.config().getOption(ChannelOption.SO_KEEPALIVE));
        TcpSocket socket = Objects.requireNonNull(((SluiceSocketChannel) child).tcpSocket());
        TwoHosts.await(child, () -> SavedSyn.take(socket.connection()) != null);
    }

    @Test
    void defaultsAreThoseOfTheHostAndUnknownOptionsAreRefused() throws InterruptedException {
        Channel client = net.client(new Collector()).register().sync().channel();
        assertEquals(true, client.config().getOption(ChannelOption.TCP_NODELAY));
        assertEquals(-1, client.config().getOption(ChannelOption.SO_LINGER));
        assertNotNull(client.config().getOption(ChannelOption.SO_SNDBUF));
        assertFalse(client.config().setOption(EpollChannelOption.IP_FREEBIND, true));
        assertNull(client.config().getOption(EpollChannelOption.IP_FREEBIND));
    }

    /** What a pipeline is told of its writes, in the order of its telling. */
    private static final class Told extends ChannelInboundHandlerAdapter {
        final Queue<SendNotice> notices = new ConcurrentLinkedQueue<>();

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SendNotice notice) {
                notices.add(notice);
            } else {
                context.fireUserEventTriggered(event);
            }
        }
    }

    @Test
    void thePipelineIsToldWhatBecomesOfItsWritesAndWhenDataArrived() throws InterruptedException {
        Accepted accepted = new Accepted();
        Channel server = net.serve(accepted, b -> b.childOption(SluiceChannelOption.SO_TIMESTAMP, true));
        Told told = new Told();
        SluiceSocketChannel client = (SluiceSocketChannel) net.client(told)
                .option(SluiceChannelOption.SO_TIMESTAMPING, EnumSet.allOf(SendNotice.Kind.class))
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(megabyte()).sync();
        TwoHosts.await(client, () -> told.notices.size() == 4);
        assertEquals(
                List.of(
                        SendNotice.Kind.SCHEDULED,
                        SendNotice.Kind.SENT,
                        SendNotice.Kind.ACKNOWLEDGED,
                        SendNotice.Kind.COMPLETED),
                told.notices.stream().map(SendNotice::kind).toList());
        assertTrue(told.notices.stream()
                .filter(n -> n.kind() != SendNotice.Kind.COMPLETED)
                .allMatch(n -> n.lastId() == MEGABYTE - 1));
        SluiceSocketChannel there = (SluiceSocketChannel) accepted.next().channel();
        TcpSocket socket = Objects.requireNonNull(there.tcpSocket());
        TwoHosts.await(there, () -> new ErrorQueue(socket).receiveTime() != null);
        TwoHosts.await(
                there, () -> Objects.requireNonNull(socket.info()).totals().receivedBytes() == MEGABYTE);
        client.close().sync();
    }

    private ByteBuf megabyte() {
        return net.leaks.allocator.directBuffer(MEGABYTE).writeZero(MEGABYTE);
    }

    @Test
    void aLingeringCloseEndsWhenThePeerHasEverything() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.SO_RCVBUF, MEGABYTE / 16));
        SluiceSocketChannel client = (SluiceSocketChannel) net.client(new Collector())
                .option(ChannelOption.SO_LINGER, (int) TwoHosts.PATIENCE_S)
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(megabyte()).sync();
        ChannelFuture closed = client.close();
        TwoHosts.await(client, () -> Objects.requireNonNull(client.tcpSocket()).state() == TcpState.FIN_WAIT_1);
        assertFalse(closed.isDone());
        Accepted.Connection there = accepted.next();
        there.channel().config().setAutoRead(true);
        assertTrue(closed.await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertFalse(client.isOpen());
        assertEquals(MEGABYTE, there.collector().atEnd().length());
    }

    @Test
    void aLingeringCloseWaitsNoLongerThanItShould() throws InterruptedException {
        Accepted accepted = new Accepted(channel -> channel.config().setAutoRead(false));
        Channel server = net.serve(accepted, b -> b.option(ChannelOption.SO_RCVBUF, MEGABYTE / 16));
        Channel client = net.client(new Collector())
                .option(ChannelOption.SO_LINGER, 1)
                .connect(server.localAddress())
                .sync()
                .channel();
        client.writeAndFlush(megabyte()).sync();
        client.close().sync();
        Accepted.Connection there = accepted.next();
        there.channel().config().setAutoRead(true);
        assertEquals(MEGABYTE, there.collector().atEnd().length());
    }
}
