package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** UDP channels: datagrams with their addresses, connected and not, large and empty, and what goes wrong. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write led to is seen elsewhere
class DatagramTest {
    private final TwoHosts net = new TwoHosts();

    @AfterEach
    void end() {
        net.close();
    }

    /** Datagrams as text, in order, with an exception where there was one. */
    private static final class Inbox extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Object> inbox = new LinkedBlockingQueue<>();

        private record Letter(String text, InetSocketAddress from, InetSocketAddress to) {}

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket p = (DatagramPacket) message;
            inbox.add(new Letter(p.content().toString(StandardCharsets.ISO_8859_1), p.sender(), p.recipient()));
            p.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            inbox.add(cause);
        }

        Object next() throws InterruptedException {
            Object o = inbox.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(o != null, "nothing arrived");
            return o;
        }

        Letter nextLetter() throws InterruptedException {
            return assertInstanceOf(Letter.class, next());
        }
    }

    private Bootstrap udp(EventLoopGroup group, Inbox inbox) {
        return new Bootstrap()
                .group(group)
                .channel(SluiceDatagramChannel.class)
                .option(ChannelOption.ALLOCATOR, net.leaks.allocator)
                .handler(inbox);
    }

    private DatagramChannel bind(EventLoopGroup group, String address, Inbox inbox) throws InterruptedException {
        return (DatagramChannel)
                udp(group, inbox).bind(new InetSocketAddress(address, 0)).sync().channel();
    }

    private static ByteBuf text(String s) {
        return Unpooled.copiedBuffer(s, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aDatagramCarriesItsAddressesBothWays() throws InterruptedException {
        for (String[] pair : new String[][] {{TwoHosts.CLIENT, TwoHosts.SERVER}, {"fd09::1", "fd09::2"}}) {
            Inbox here = new Inbox();
            Inbox there = new Inbox();
            DatagramChannel client = bind(net.clients, pair[0], here);
            DatagramChannel server = bind(net.servers, pair[1], there);
            client.writeAndFlush(new DatagramPacket(text("ping"), server.localAddress()))
                    .sync();
            Inbox.Letter ping = there.nextLetter();
            assertEquals(new Inbox.Letter("ping", client.localAddress(), server.localAddress()), ping);
            server.writeAndFlush(new DatagramPacket(text("pong"), ping.from())).sync();
            assertEquals(new Inbox.Letter("pong", server.localAddress(), client.localAddress()), here.nextLetter());
        }
    }

    @Test
    void boundToAnyTheRecipientIsTheAddressItWasSentTo() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel server =
                (DatagramChannel) udp(net.servers, there).bind(0).sync().channel();
        assertTrue(server.localAddress().getAddress().isAnyLocalAddress());
        InetSocketAddress to =
                new InetSocketAddress(TwoHosts.SERVER, server.localAddress().getPort());
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        client.writeAndFlush(new DatagramPacket(text("to one of many"), to)).sync();
        assertEquals(to, there.nextLetter().to());
    }

    @Test
    void everySizeArrivesWhole() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        for (int size : new int[] {0, 1, 1472, 1473, 9000, 65_507}) {
            String content = "x".repeat(size);
            client.writeAndFlush(new DatagramPacket(text(content), server.localAddress()))
                    .sync();
            assertEquals(content, there.nextLetter().text());
        }
    }

    @Test
    void whatIsTooLargeFailsAndTheNextOneIsSent() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        ChannelFuture tooLarge = client.write(new DatagramPacket(text("x".repeat(65_508)), server.localAddress()));
        client.writeAndFlush(new DatagramPacket(text("fits"), server.localAddress()))
                .sync();
        assertEquals(
                "Message too long",
                assertInstanceOf(SocketException.class, tooLarge.cause()).getMessage());
        assertEquals("fits", there.nextLetter().text());
    }

    @Test
    void aConnectedChannelHearsItsPeerOnly() throws InterruptedException {
        Inbox here = new Inbox();
        Inbox there = new Inbox();
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        DatagramChannel stranger = bind(net.servers, TwoHosts.SERVER, new Inbox());
        DatagramChannel client = (DatagramChannel)
                udp(net.clients, here).connect(server.localAddress()).sync().channel();
        assertTrue(client.isConnected());
        assertEquals(server.localAddress(), client.remoteAddress());
        client.writeAndFlush(text("no address")).sync();
        Inbox.Letter letter = there.nextLetter();
        assertEquals("no address", letter.text());
        stranger.writeAndFlush(new DatagramPacket(text("from a stranger"), letter.from()))
                .sync();
        server.writeAndFlush(new DatagramPacket(text("from the peer"), letter.from()))
                .sync();
        assertEquals("from the peer", here.nextLetter().text());

        client.disconnect().sync();
        assertFalse(client.isConnected());
        assertTrue(client.isActive());
        stranger.writeAndFlush(new DatagramPacket(text("from a stranger"), letter.from()))
                .sync();
        assertEquals("from a stranger", here.nextLetter().text());
    }

    @Test
    void aClosedPortIsUnreachableToAConnectedChannel() throws InterruptedException {
        Inbox here = new Inbox();
        Channel client =
                udp(net.clients, here).connect(TwoHosts.SERVER, 81).sync().channel();
        client.writeAndFlush(text("anybody?")).sync();
        assertInstanceOf(PortUnreachableException.class, here.next());
        assertTrue(client.isActive());
    }

    @Test
    void failuresAreThoseOfTheKernelsChannels() throws InterruptedException {
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        assertInstanceOf(NotYetConnectedException.class, Collector.failure(client.writeAndFlush(text("where to?"))));
        assertInstanceOf(UnsupportedOperationException.class, Collector.failure(client.writeAndFlush("a string")));
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("host.invalid", 80);
        assertInstanceOf(
                UnresolvedAddressException.class,
                Collector.failure(client.writeAndFlush(new DatagramPacket(text("x"), unresolved))));
        assertInstanceOf(
                BindException.class,
                Collector.failure(udp(net.clients, new Inbox()).bind(client.localAddress())));
        assertInstanceOf(
                BindException.class,
                Collector.failure(udp(net.clients, new Inbox()).bind(TwoHosts.SERVER, 0)));
    }

    @Test
    void directBuffersAreSentFromWhereTheyAreAndSharedOnesAreCopied() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        ByteBuf direct = net.leaks.allocator.directBuffer().writeBytes(text("x".repeat(1000)));
        ByteBuf shared = net.leaks.allocator.directBuffer().writeBytes(text("y".repeat(500)));
        client.writeAndFlush(new DatagramPacket(direct, server.localAddress())).sync();
        client.writeAndFlush(new DatagramPacket(shared.retain(), server.localAddress()))
                .sync();
        assertEquals("x".repeat(1000), there.nextLetter().text());
        assertEquals("y".repeat(500), there.nextLetter().text());
        shared.release();
        assertEquals(500, net.clientHost().counters().get(Counter.SEND_BYTES_COPIED));
    }

    @Test
    void autoReadOffKeepsDatagramsInTheSocketUpToItsLimit() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        server.config().setAutoRead(false);
        for (int i = 0; i < 3; i++) {
            client.writeAndFlush(new DatagramPacket(text("number " + i), server.localAddress()))
                    .sync();
        }
        TwoHosts.await(server, () -> net.serverHost().counters().get(Counter.UDP_DATAGRAMS_IN) == 3);
        server.config().setAutoRead(true);
        for (int i = 0; i < 3; i++) {
            assertEquals("number " + i, there.nextLetter().text());
        }
    }

    @Test
    void aBurstWaitsForRoomAndAllOfItIsSent() throws InterruptedException {
        int count = 2000;
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        client.config().setOption(ChannelOption.SO_SNDBUF, 16 * 1024);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(client.write(new DatagramPacket(text("x".repeat(1000)), server.localAddress())));
        }
        client.flush();
        for (ChannelFuture write : writes) {
            assertTrue(write.await(TwoHosts.PATIENCE_S, TimeUnit.SECONDS) && write.isSuccess(), write::toString);
        }
        TwoHosts.await(client, () -> net.clientHost().counters().get(Counter.UDP_DATAGRAMS_OUT) == count);
    }

    @Test
    void groupsAreJoinedAndLeft() throws Exception {
        InetAddress group = InetAddress.getByName("239.1.2.3");
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server =
                (DatagramChannel) udp(net.servers, there).bind(0).sync().channel();
        InetSocketAddress to =
                new InetSocketAddress(group, server.localAddress().getPort());
        client.writeAndFlush(new DatagramPacket(text("nobody listens"), to)).sync();
        server.joinGroup(group).sync();
        client.writeAndFlush(new DatagramPacket(text("somebody does"), to)).sync();
        assertEquals(to, there.nextLetter().to());
        server.leaveGroup(group).sync();
        assertInstanceOf(SocketException.class, Collector.failure(server.leaveGroup(group)));
        assertInstanceOf(
                SocketException.class, Collector.failure(server.joinGroup(InetAddress.getByName(TwoHosts.CLIENT))));
    }

    /** RFC 5082 §3: only what has crossed no router reaches a socket that asks for a TTL of 255. */
    @Test
    void minimumTimeToLive() throws InterruptedException {
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server = bind(net.servers, TwoHosts.SERVER, there);
        assertTrue(server.config().setOption(SluiceChannelOption.IP_MINTTL, 255));
        assertEquals(255, server.config().getOption(SluiceChannelOption.IP_MINTTL));
        client.writeAndFlush(new DatagramPacket(text("from afar"), server.localAddress()))
                .sync();
        TwoHosts.await(server, () -> net.serverHost().counters().get(DropReason.UDP_LOW_HOP_LIMIT) == 1);
        client.config().setOption(SluiceChannelOption.IP_TTL, 255);
        client.writeAndFlush(new DatagramPacket(text("from here"), server.localAddress()))
                .sync();
        assertEquals("from here", there.nextLetter().text());
    }

    /** RFC 3376 §2: a source of a group that is blocked is not heard, nor one that was not asked for. */
    @Test
    void sourcesOfGroups() throws Exception {
        InetAddress group = InetAddress.getByName("239.1.2.3");
        InetAddress source = InetAddress.getByName(TwoHosts.CLIENT);
        InetAddress other = InetAddress.getByName("192.0.2.7");
        Inbox there = new Inbox();
        DatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox());
        DatagramChannel server =
                (DatagramChannel) udp(net.servers, there).bind(0).sync().channel();
        InetSocketAddress to =
                new InetSocketAddress(group, server.localAddress().getPort());
        server.joinGroup(group, null, other).sync();
        client.writeAndFlush(new DatagramPacket(text("not from here"), to)).sync();
        TwoHosts.await(server, () -> net.serverHost().counters().get(DropReason.UDP_NO_PORT) == 1);
        server.joinGroup(group, null, source).sync();
        client.writeAndFlush(new DatagramPacket(text("from here, too"), to)).sync();
        assertEquals("from here, too", there.nextLetter().text());
        assertInstanceOf(SocketException.class, Collector.failure(server.block(group, source)), "it is not excluded");
        server.leaveGroup(group, null, other).sync();
        server.leaveGroup(group).sync();
        server.joinGroup(group).sync();
        server.block(group, source).sync();
        client.writeAndFlush(new DatagramPacket(text("blocked"), to)).sync();
        TwoHosts.await(server, () -> net.serverHost().counters().get(DropReason.UDP_NO_PORT) == 2);
        server.leaveGroup(group).sync();
        server.joinGroup(group).sync();
        client.writeAndFlush(new DatagramPacket(text("from anybody"), to)).sync();
        assertEquals("from anybody", there.nextLetter().text());
    }

    @Test
    void oneFamilyIsEnough() throws InterruptedException {
        Inbox inbox = new Inbox();
        Channel four = new Bootstrap()
                .group(net.clients)
                .channelFactory(() -> new SluiceDatagramChannel(SocketProtocolFamily.INET))
                .handler(inbox)
                .bind(0)
                .sync()
                .channel();
        InetSocketAddress local = (InetSocketAddress) four.localAddress();
        assertEquals("0.0.0.0", local.getAddress().getHostAddress());
    }
}
