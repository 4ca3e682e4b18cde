package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.sluice.event.Counter;
import io.sluice.tun.Offload;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DatagramOptions.Fragments;
import io.sluice.udp.Dplpmtud;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.Experiment;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP options on channels, and what the Linux kernel, which knows nothing of them, makes of such datagrams (RFC 9868 §18). */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // what a write led to is seen elsewhere
class UdpOptionsTest {
    private static final DatagramOptions OPTIONS = DatagramOptions.builder()
            .payloadChecksum()
            .maxDatagramSize()
            .request(77)
            .time(1, 0)
            .experiment(new Experiment(false, 0xABCD, new byte[] {1, 2, 3}))
            .build();

    /** Keeps what comes. */
    private static final class Inbox extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<DatagramPacket> inbox = new LinkedBlockingQueue<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            inbox.add((DatagramPacket) message);
        }

        DatagramPacket next() throws InterruptedException {
            DatagramPacket p = inbox.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
            assertNotNull(p, "nothing arrived");
            return p;
        }
    }

    private static SluiceDatagramChannel bind(EventLoopGroup group, String address, Inbox inbox, Leaks leaks)
            throws InterruptedException {
        Bootstrap b = new Bootstrap()
                .group(group)
                .channelFactory(() -> new SluiceDatagramChannel(
                        address.contains(":") ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET))
                .option(ChannelOption.ALLOCATOR, leaks.allocator)
                .option(SluiceChannelOption.UDP_OPTIONS, OptionReception.PROCESS)
                .handler(inbox);
        return (SluiceDatagramChannel)
                b.bind(new InetSocketAddress(address, 0)).sync().channel();
    }

    private static InetSocketAddress address(SluiceDatagramChannel channel) {
        InetSocketAddress address = channel.localAddress();
        assertNotNull(address);
        return address;
    }

    private static ByteBuf octets(int length) {
        return Unpooled.wrappedBuffer(pattern(length));
    }

    private static byte[] pattern(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (i * 7 + 1);
        }
        return octets;
    }

    @Test
    void optionsTravelWithThePacket() throws InterruptedException {
        try (TwoHosts net = new TwoHosts()) {
            for (String[] pair : new String[][] {{TwoHosts.CLIENT, TwoHosts.SERVER}, {"fd09::1", "fd09::2"}}) {
                Inbox here = new Inbox();
                Inbox there = new Inbox();
                SluiceDatagramChannel client = bind(net.clients, pair[0], here, net.leaks);
                SluiceDatagramChannel server = bind(net.servers, pair[1], there, net.leaks);
                assertEquals(OptionReception.PROCESS, server.config().getOption(SluiceChannelOption.UDP_OPTIONS));
                client.writeAndFlush(new OptionDatagramPacket(octets(2000), address(server), fragmented()))
                        .sync();
                OptionDatagramPacket came = assertInstanceOf(OptionDatagramPacket.class, there.next());
                assertEquals(2000, came.content().readableBytes());
                assertEquals(5, came.options().request());
                assertEquals(5, came.replace(Unpooled.EMPTY_BUFFER).options().request());
                assertNotNull(came.received());
                DatagramOptions answer =
                        DatagramOptions.builder().respondTo(came.received()).build();
                server.writeAndFlush(new OptionDatagramPacket(octets(1), came.sender(), answer))
                        .sync();
                OptionDatagramPacket back = assertInstanceOf(OptionDatagramPacket.class, here.next());
                assertEquals(5, back.options().response());
                back.release();
                assertEquals(0, net.clientHost().counters().get(Counter.IP_FRAGMENTS_OUT));
                // a plain packet is what it always was
                server.writeAndFlush(new DatagramPacket(octets(1), came.sender()))
                        .sync();
                DatagramPacket plain = here.next();
                assertEquals(DatagramPacket.class, plain.getClass());
                plain.release();
                came.release();
            }
        }
    }

    private static DatagramOptions fragmented() {
        return DatagramOptions.builder()
                .request(5)
                .fragments(Fragments.WHERE_NEEDED)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSearchForThePathMtuRunsInRealTime(boolean byOption) throws InterruptedException {
        try (TwoHosts net = new TwoHosts()) {
            SluiceDatagramChannel server = bind(net.servers, TwoHosts.SERVER, new Inbox(), net.leaks);
            SluiceDatagramChannel client = bind(net.clients, TwoHosts.CLIENT, new Inbox(), net.leaks);
            server.config().setOption(SluiceChannelOption.UDP_ANSWER_PROBES, true);
            if (byOption) {
                Optional<DplpmtudConfig> search = Optional.of(DplpmtudConfig.STANDARD);
                assertTrue(client.config().setOption(SluiceChannelOption.UDP_PATH_MTU_DISCOVERY, search));
                assertEquals(search, client.config().getOption(SluiceChannelOption.UDP_PATH_MTU_DISCOVERY));
                client.connect(address(server)).sync();
            } else {
                client.connect(address(server)).sync();
                client.startPathMtuDiscovery(DplpmtudConfig.STANDARD).sync();
            }
            TwoHosts.await(client, () -> {
                Dplpmtud search = client.pathMtuDiscovery();
                return search != null && search.plpmtu() == TwoHosts.MTU;
            });
            assertEquals(
                    TwoHosts.MTU - 28,
                    client.eventLoop().submit(client::maxPayload).sync().getNow());
        }
    }

    /** The kernel's sockets get the data, and nothing of the options, of which they know nothing. */
    @Tag("netns")
    @ParameterizedTest
    @CsvSource({"NONE, ipv4", "NONE, ipv6", "TCP, ipv4", "TCP, ipv6"})
    void theKernelGetsTheData(Offload offload, String family) throws Exception {
        boolean v6 = family.equals("ipv6");
        try (OnTun net = new OnTun(offload)) {
            Inbox inbox = new Inbox();
            SluiceDatagramChannel ours = bind(net.group, v6 ? OnTun.HOST6 : OnTun.HOST, inbox, net.leaks);
            DatagramChannel kernel = net.namespace.call(() -> {
                DatagramChannel c = DatagramChannel.open();
                return c.bind(new InetSocketAddress(v6 ? OnTun.KERNEL6 : OnTun.KERNEL, 0));
            });
            try (kernel) {
                InetSocketAddress to = (InetSocketAddress) kernel.getLocalAddress();
                for (int length : new int[] {0, 1, 2, 9, 100, 1001}) {
                    ours.writeAndFlush(new OptionDatagramPacket(octets(length), to, OPTIONS))
                            .sync();
                    ByteBuffer got = ByteBuffer.allocate(4000);
                    InetSocketAddress from = (InetSocketAddress) kernel.receive(got);
                    assertTrue(
                            Arrays.equals(pattern(length), Arrays.copyOf(got.array(), got.position())),
                            () -> "" + length);
                    // what it answers has no options
                    kernel.send(ByteBuffer.wrap(pattern(length)), from);
                    DatagramPacket back = inbox.next();
                    assertEquals(DatagramPacket.class, back.getClass());
                    assertEquals(length, back.content().readableBytes());
                    back.release();
                }
                // UDP fragments are empty datagrams to it (RFC 9868 §11.4)
                ours.writeAndFlush(new OptionDatagramPacket(octets(2000), to, fragmented()))
                        .sync();
                for (int i = 0; i < 2; i++) {
                    ByteBuffer got = ByteBuffer.allocate(4000);
                    assertNotNull(kernel.receive(got));
                    assertEquals(0, got.position());
                }
            }
            assertNull(inbox.inbox.poll());
        }
    }
}
