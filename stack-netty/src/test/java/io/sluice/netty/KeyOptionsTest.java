package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The options of TCP-AO and TCP MD5: what they do before there is a socket, to a listener, and to an open connection. */
@Timeout(60)
class KeyOptionsTest {
    private static final int NEVER_CONNECTS_MS = 300;

    private final TwoHosts net = new TwoHosts();
    private final Accepted accepted = new Accepted(c -> c.pipeline().addFirst(new Echo()));
    private final Collector received = new Collector();

    @AfterEach
    void end() {
        net.close();
    }

    private static byte[] secret() {
        return "a secret of BGP".getBytes(StandardCharsets.US_ASCII);
    }

    private static MasterKeyTuple key(String peer, int sendId, int receiveId) {
        return MasterKeyTuple.builder(IpPrefix.parse(peer), new MasterKey(secret()))
                .ids(sendId, receiveId)
                .build();
    }

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByName(text);
    }

    private static AoInfo info(Channel channel) {
        return Objects.requireNonNull(channel.config().getOption(SluiceChannelOption.TCP_AO_INFO));
    }

    private void assertEchoes(Channel client) throws Exception {
        client.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII))
                .sync();
        Object event = received.next();
        while (!(event instanceof String text && text.equals("hello"))) {
            event = received.next();
        }
    }

    private static KeyControl keysOf(Channel channel) {
        return Objects.requireNonNull(((SluiceSocketChannel) channel).tcpSocket())
                .authentication();
    }

    /** A key is added to both ends of an open connection, and taken into use by asking the peer for it. */
    @Test
    void authenticatedConnectionsAndAnotherKey() throws Exception {
        Channel server =
                net.serve(accepted, b -> b.option(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.CLIENT, 1, 2)))
                        .option(SluiceChannelOption.TCP_AO_REQUIRED, true));
        assertEquals(true, server.config().getOption(SluiceChannelOption.TCP_AO_REQUIRED));
        Channel client = net.client(received)
                .option(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.SERVER, 2, 1)))
                .connect(server.localAddress())
                .sync()
                .channel();
        assertEchoes(client);
        Channel there = accepted.next().channel();
        TwoHosts.await(there, () -> info(there).good() > 2);
        assertEquals(2, client.config().getOption(SluiceChannelOption.TCP_AO_CURRENT_KEY));
        assertEquals(1, client.config().getOption(SluiceChannelOption.TCP_AO_RNEXT_KEY));
        assertTrue(there.config().setOption(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.CLIENT, 3, 4))));
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.SERVER, 4, 3))));
        TwoHosts.await(there, () -> keysOf(there).keys().size() == 2);
        TwoHosts.await(client, () -> keysOf(client).keys().size() == 2);
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_AO_RNEXT_KEY, 3));
        assertTrue(there.config().setOption(SluiceChannelOption.TCP_AO_CURRENT_KEY, 3));
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_AO_ACCEPT_ICMPS, true));
        assertEchoes(client);
        TwoHosts.await(client, () -> info(client).lastKeyId() == 3);
        assertEquals(3, there.config().getOption(SluiceChannelOption.TCP_AO_CURRENT_KEY));
        assertEquals(true, client.config().getOption(SluiceChannelOption.TCP_AO_ACCEPT_ICMPS));
        assertEquals(0, net.serverHost().counters().get(DropReason.TCP_AO_WRONG));
    }

    @Test
    void withoutTheKeyNothingIsAnswered() throws Exception {
        Channel server = net.serve(
                accepted, b -> b.option(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.CLIENT, 1, 2))));
        Bootstrap without = net.client(received).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, NEVER_CONNECTS_MS);
        assertInstanceOf(ConnectTimeoutException.class, Collector.failure(without.connect(server.localAddress())));
        TwoHosts.await(server, () -> net.serverHost().counters().get(DropReason.TCP_AO_MISSING) > 0);
    }

    @Test
    void aKeyThatAnotherContradictsIsRefused() throws Exception {
        Channel fresh = new SluiceSocketChannel();
        assertTrue(fresh.config().setOption(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.SERVER, 2, 1))));
        ChannelException refusal = assertThrows(ChannelException.class, () -> fresh.config()
                .setOption(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.SERVER, 2, 7))));
        assertTrue(refusal.toString().contains(SocketError.EXISTS.toString()), refusal::toString);
        assertThrows(
                ChannelException.class,
                () -> fresh.config().setOption(SluiceChannelOption.TCP_AO_CURRENT_KEY, 9),
                "no such key");
        assertThrows(
                ChannelException.class,
                () -> fresh.config()
                        .setOption(EpollChannelOption.TCP_MD5SIG, Map.of(address(TwoHosts.SERVER), secret())),
                "never both for a peer");
        fresh.unsafe().closeForcibly(); // as Netty does where an option is refused
        assertThrows(
                ChannelException.class,
                () -> fresh.config().setOption(SluiceChannelOption.TCP_AO_REQUIRED, true),
                "nobody would wipe keys that are set now");
        assertNull(fresh.config().getOption(SluiceChannelOption.TCP_AO_INFO), "those that waited are gone");
    }

    /** On the loop at once, from elsewhere by the pipeline. */
    @Test
    void anOpenConnectionWithoutTcpAoStaysSo() throws Exception {
        Channel server = net.serve(accepted);
        Channel client =
                net.client(received).connect(server.localAddress()).sync().channel();
        Throwable refusal = Collector.failure(
                client.eventLoop().submit(() -> client.config().setOption(SluiceChannelOption.TCP_AO_REQUIRED, true)));
        assertInstanceOf(ChannelException.class, refusal);
        assertTrue(client.config().setOption(SluiceChannelOption.TCP_AO_KEYS, List.of(key(TwoHosts.SERVER, 2, 1))));
        assertEquals("active", received.next());
        assertInstanceOf(ChannelException.class, received.next());
        assertNull(client.config().getOption(SluiceChannelOption.TCP_AO_INFO));
        assertEquals(false, client.config().getOption(SluiceChannelOption.TCP_AO_REQUIRED));
        assertEchoes(client);
    }

    /** As with Netty's epoll channels: a copy is made, the whole map counts, and no secret is read back. */
    @Test
    void md5KeysAreCopiedReplacedAndNotTold() throws Exception {
        byte[] here = secret();
        Map<InetAddress, byte[]> ofServer = Map.of(address(TwoHosts.CLIENT), secret(), address("10.9.0.9"), secret());
        Channel server = net.serve(accepted, b -> b.option(EpollChannelOption.TCP_MD5SIG, ofServer));
        SluiceSocketChannel client = new SluiceSocketChannel();
        client.pipeline().addLast(received);
        client.config().setOption(EpollChannelOption.TCP_MD5SIG, Map.of(address(TwoHosts.SERVER), here));
        Arrays.fill(here, (byte) 0);
        assertEquals(Map.of(), client.config().getOption(EpollChannelOption.TCP_MD5SIG));
        assertEquals(Map.of(), client.config().getOptions().get(EpollChannelOption.TCP_MD5SIG));
        net.clients.register(client).sync();
        client.connect(server.localAddress()).sync();
        assertEchoes(client);
        TwoHosts.await(client, () -> keysOf(client).usesHostMd5());
        server.config().setOption(EpollChannelOption.TCP_MD5SIG, Map.of(address("10.9.0.9"), secret()));
        KeyControl keys = Objects.requireNonNull(((SluiceServerSocketChannel) server).tcpListener())
                .authentication();
        assertEquals(
                SocketError.NO_SUCH_NAME,
                server.eventLoop()
                        .submit(() -> keys.removeMd5(IpPrefix.parse(TwoHosts.CLIENT)))
                        .sync()
                        .getNow());
        assertNull(server.eventLoop()
                .submit(() -> keys.removeMd5(IpPrefix.parse("10.9.0.9")))
                .sync()
                .getNow());
        Map<ChannelOption<?>, Object> told = client.config().getOptions();
        assertEquals(Map.of(), told.get(EpollChannelOption.TCP_MD5SIG));
        assertEquals(List.of(), told.get(SluiceChannelOption.TCP_AO_KEYS));
        assertEquals(false, told.get(SluiceChannelOption.TCP_AO_REQUIRED));
        assertEquals(-1, told.get(SluiceChannelOption.TCP_AO_CURRENT_KEY));
        assertFalse(told.containsKey(SluiceChannelOption.TCP_AO_INFO), "there is no TCP-AO");
    }

    @Test
    void md5KeysOfAnOpenConnection() throws Exception {
        Channel server = net.serve(accepted);
        Channel client =
                net.client(received).connect(server.localAddress()).sync().channel();
        assertEchoes(client);
        Channel there = accepted.next().channel();
        there.eventLoop()
                .submit(() -> there.config()
                        .setOption(EpollChannelOption.TCP_MD5SIG, Map.of(address(TwoHosts.CLIENT), secret())))
                .sync();
        client.eventLoop()
                .submit(() -> client.config()
                        .setOption(EpollChannelOption.TCP_MD5SIG, Map.of(address(TwoHosts.SERVER), secret())))
                .sync();
        assertEchoes(client);
        assertTrue(keysOf(client).usesHostMd5());
    }
}
