package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.host.Host;
import io.sluice.ip.NeighborLimits;
import io.sluice.ip.Neighbors;
import io.sluice.tun.Offload;
import io.sluice.tun.TapLink;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.AddressKey;
import io.sluice.wire.EthernetHeader;
import io.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host on an Ethernet with the Linux kernel: a TAP device in a network namespace. */
@Tag("netns")
@Timeout(120)
class TapTest {
    private static final long SIZE = 2_000_000;

    /** The device, and a host on it. */
    private static final class OnTap implements AutoCloseable {
        final Leaks leaks = new Leaks();
        final NetworkNamespace namespace;
        final TunDevice tap;
        final TapLink link;
        final SluiceEventLoopGroup group;

        OnTap(Offload offload, String... addresses) throws IOException {
            this(offload, NeighborLimits.DEFAULT, addresses);
        }

        OnTap(Offload offload, NeighborLimits limits, String... addresses) throws IOException {
            Optional<String> reason = NetworkNamespace.unavailable();
            if (reason.isPresent()) {
                System.err.println("NOT RUN: " + reason.get());
                Assumptions.abort(reason.get());
            }
            namespace = NetworkNamespace.create();
            tap = namespace.call(() -> TunDevice.builder()
                    .ethernet()
                    .offload(offload)
                    .address(OnTun.KERNEL + "/24")
                    .address(OnTun.KERNEL6 + "/64")
                    .open());
            // The kernel asks until the host has made sure of its addresses, however long that takes on a busy machine.
            namespace.sysctl("net/ipv4/neigh/" + tap.name() + "/mcast_solicit", "60");
            namespace.sysctl("net/ipv6/neigh/" + tap.name() + "/mcast_solicit", "60");
            link = new TapLink(tap.queues().get(0), leaks.allocator, TapLink.randomMac());
            group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                    .link(link, addresses)
                    .autoconfigure(link)
                    .tune(c -> c.allocator(leaks.allocator).neighborLimits(limits))
                    .build());
        }

        Host host() {
            return group.hosts().get(0);
        }

        Neighbors neighbors() {
            return Objects.requireNonNull(host().interfaces().all().get(0).neighbors());
        }

        @Override
        public void close() throws IOException {
            Future<?> gone = group.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(gone.awaitUninterruptibly(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
            tap.close();
            namespace.close();
            leaks.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, ipv4, kernel",
        "NONE, ipv6, sluice",
        "TCP, ipv4, sluice",
        "TCP, ipv6, kernel",
    })
    void streamsBothWays(Offload offload, String family, String opener) throws Exception {
        boolean v6 = family.equals("ipv6");
        BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();
        VerifyStream verify = new VerifyStream();
        ChannelHandler handler = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                channel.pipeline().addLast(verify, new SendStream(SIZE));
                channels.add(channel);
            }
        };
        try (OnTap net = new OnTap(offload, OnTun.HOST + "/24", OnTun.HOST6 + "/64");
                KernelPeer peer = new KernelPeer();
                SocketChannel kernel =
                        opener.equals("kernel") ? connectKernel(net, handler, v6) : accept(net, handler, v6)) {
            CompletableFuture<Long> sent = peer.send(kernel, SIZE);
            CompletableFuture<Long> verified = peer.verify(kernel);
            assertEquals(SIZE, sent.get(60, TimeUnit.SECONDS));
            assertEquals(SIZE, verify.received.get(60, TimeUnit.SECONDS));
            assertEquals(SIZE, verified.get(60, TimeUnit.SECONDS));
            channels.take().close().sync();
            assertTrue(net.neighbors().size() > 0);
            assertEquals(0, net.host().counters().get(DropReason.ARP_MALFORMED));
            assertEquals(0, net.host().counters().get(DropReason.NDP_MALFORMED));
            assertEquals(0, net.host().counters().get(Counter.ADDRESS_CONFLICTS));
        }
    }

    private static SocketChannel connectKernel(OnTap net, ChannelHandler handler, boolean v6) throws IOException {
        Channel server = new ServerBootstrap()
                .group(net.group)
                .channel(SluiceServerSocketChannel.class)
                .childOption(ChannelOption.ALLOCATOR, net.leaks.allocator)
                .childHandler(handler)
                .bind(0)
                .syncUninterruptibly()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return net.namespace.call(() -> SocketChannel.open(new InetSocketAddress(v6 ? OnTun.HOST6 : OnTun.HOST, port)));
    }

    private static SocketChannel accept(OnTap net, ChannelHandler handler, boolean v6) throws IOException {
        ServerSocketChannel server = net.namespace.call(() -> {
            ServerSocketChannel s = ServerSocketChannel.open();
            return s.bind(new InetSocketAddress(v6 ? OnTun.KERNEL6 : OnTun.KERNEL, 0));
        });
        try (server) {
            new Bootstrap()
                    .group(net.group)
                    .channel(SluiceSocketChannel.class)
                    .option(ChannelOption.ALLOCATOR, net.leaks.allocator)
                    .handler(handler)
                    .connect(server.getLocalAddress())
                    .syncUninterruptibly();
            return server.accept();
        }
    }

    /** The kernel's interface gets another MAC address: the connection goes on once that is noticed (RFC 4861 §7.3). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNeighbourThatMovesIsFoundAgain(boolean v6) throws Exception {
        NeighborLimits hasty = new NeighborLimits(64, 8, 3, 100_000_000L, 200_000_000L, 100_000_000L, 3);
        VerifyStream verify = new VerifyStream();
        try (OnTap net = new OnTap(Offload.NONE, hasty, OnTun.HOST + "/24", OnTun.HOST6 + "/64");
                KernelPeer peer = new KernelPeer();
                SocketChannel kernel = connectKernel(net, verify, v6)) {
            kernel.write(octet(0));
            net.namespace.exec("ip", "link", "set", "dev", net.tap.name(), "address", "02:00:5e:00:00:99");
            CompletableFuture<Long> verified = peer.verify(kernel);
            kernel.write(octet(1));
            kernel.shutdownOutput();
            assertEquals(2, verify.received.get(60, TimeUnit.SECONDS));
            verified.cancel(true);
            TwoHosts.await(datagrams(net), () -> knows(net, v6, 0x0200_5E00_0099L));
        }
    }

    private static ByteBuffer octet(long position) {
        ByteBuffer b = ByteBuffer.allocate(1);
        Stream.fill(b, position);
        return b.flip();
    }

    private static boolean knows(OnTap net, boolean v6, long mac) {
        IpAddress kernel = IpAddress.parse(v6 ? OnTun.KERNEL6 : OnTun.KERNEL);
        return net.neighbors().macOf(AddressKey.hi(kernel), AddressKey.lo(kernel)) == mac;
    }

    /** A channel of the host's event loop. */
    private static Channel datagrams(OnTap net) throws InterruptedException {
        return new Bootstrap()
                .group(net.group)
                .channel(SluiceDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {}
                })
                .bind(0)
                .sync()
                .channel();
    }

    /** An address that the kernel has is given up, for the kernel answers (RFC 4862 §5.4, RFC 5227 §2.1). */
    @ParameterizedTest
    @ValueSource(strings = {OnTun.KERNEL + "/24", OnTun.KERNEL6 + "/64"})
    void anAddressOfTheKernelIsGivenUp(String address) throws Exception {
        try (OnTap net = new OnTap(Offload.NONE, address)) {
            Host host = net.host();
            String given = address.substring(0, address.indexOf('/'));
            TwoHosts.await(datagrams(net), () -> host.interfaces().all().get(0).addresses().stream()
                    .noneMatch(a -> a.address().equals(IpAddress.parse(given))));
            assertTrue(host.counters().get(Counter.ADDRESS_CONFLICTS) > 0);
            assertTrue(EthernetHeader.isUnicast(net.link.macAddress()));
        }
    }
}
