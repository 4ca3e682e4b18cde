package io.sluice.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.sluice.event.Counter;
import io.sluice.host.Host;
import io.sluice.link.Path;
import io.sluice.tun.TapLink;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.AddressKey;
import io.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two hosts on TAP devices that the Linux kernel bridges, and the kernel itself as a third: as the router that redirects and
 * advertises, and as a switch that snoops.
 */
@Tag("netns")
@Timeout(120)
class BridgeInteropTest {
    private static final String KERNEL_LINK_LOCAL = "fe80::f";
    private static final int PATIENCE_MS = (int) TimeUnit.SECONDS.toMillis(TwoHosts.PATIENCE_S);

    private final List<Station> stations = new ArrayList<>();
    private NetworkNamespace namespace;

    /** A host on a port of the bridge. */
    private final class Station {
        final Leaks leaks = new Leaks();
        final TunDevice tap;
        final TapLink link;
        final SluiceEventLoopGroup group;
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        final Channel channel;

        Station(int number) throws Exception {
            tap = namespace.call(
                    () -> TunDevice.builder().ethernet().name("tap" + number).open());
            namespace.exec("ip", "link", "set", "tap" + number, "master", "br0");
            link = new TapLink(tap.queues().get(0), leaks.allocator, TapLink.randomMac());
            group = new SluiceEventLoopGroup(SluiceNetwork.builder()
                    .link(link, "10.8.0." + number + "/24", "fd08::" + number + "/64", "fe80::" + number + "/64")
                    .route("10.9.0.0/24", link, "10.8.0.1")
                    .route("fd09::/64", link, KERNEL_LINK_LOCAL)
                    .autoconfigure(link)
                    .tune(c -> c.allocator(leaks.allocator))
                    .build());
            channel = new Bootstrap()
                    .group(group)
                    .channel(SluiceDatagramChannel.class)
                    .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
                            received.add(address(datagram.recipient()) + " from " + address(datagram.sender()));
                        }
                    })
                    .bind(5555)
                    .sync()
                    .channel();
        }

        private static String address(InetSocketAddress of) {
            return IpAddress.of(of.getAddress()).toString();
        }

        Host host() {
            return group.hosts().get(0);
        }

        /** Asks on the host's thread. */
        <T> T ask(Callable<T> question) throws Exception {
            return channel.eventLoop().submit(question).get();
        }

        long macOf(String address) throws Exception {
            IpAddress a = IpAddress.parse(address);
            return ask(() -> Objects.requireNonNull(
                            host().interfaces().all().get(0).neighbors())
                    .macOf(AddressKey.hi(a), AddressKey.lo(a)));
        }

        void send(String to) throws InterruptedException {
            channel.writeAndFlush(new DatagramPacket(Unpooled.copyInt(1), new InetSocketAddress(to, 9)))
                    .sync();
        }

        void close() throws IOException {
            Future<?> gone = group.shutdownGracefully(0, TwoHosts.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(gone.awaitUninterruptibly(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
            tap.close();
            leaks.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        namespace = NetworkNamespace.create();
        namespace.sysctl("net.ipv6.conf.default.accept_dad", "0");
        namespace.sysctl("net.ipv4.ip_forward", "1");
        namespace.sysctl("net.ipv6.conf.all.forwarding", "1");
        namespace.exec("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "1", "mcast_querier", "1");
        namespace.exec(
                "ip", "link", "set", "br0", "type", "bridge", "mcast_igmp_version", "3", "mcast_mld_version", "2");
        for (String address : new String[] {
            "10.8.0.1/24", "10.8.0.7/24", "fd08::1/64", "fd08::7/64", "2001:db8:1::1/64", KERNEL_LINK_LOCAL + "/64"
        }) {
            namespace.exec("ip", "address", "add", address, "dev", "br0");
        }
        namespace.exec("ip", "link", "set", "br0", "up");
        stations.add(new Station(2));
    }

    @AfterEach
    void close() throws IOException {
        for (Station s : stations) {
            s.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TwoHosts.PATIENCE_S);
        while (!condition.call()) {
            assertTrue(System.nanoTime() - endNs < 0, "it never was so");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Over IPv6 the question for the host's MAC address goes to a group, which the bridge has to know the port of. */
    @ParameterizedTest
    @ValueSource(strings = {"10.8.0.2", "fd08::2"})
    void theKernelPingsUs(String address) throws Exception {
        Station s = stations.get(0);
        assertTrue(namespace.call(() -> InetAddress.getByName(address).isReachable(PATIENCE_MS)));
        assertTrue(s.ask(() -> s.host().counters().get(Counter.ICMP_ECHO_REPLIES)) > 0);
    }

    /** IGMP and MLD as a switch hears them: its table has the port, the data arrives, and is forgotten afterwards. */
    @Test
    void aSwitchLearnsOurGroups() throws Exception {
        Station s = stations.get(0);
        await(() -> mdb().contains("port tap2 grp ff02::1:ff00:2 "));
        SluiceDatagramChannel channel = (SluiceDatagramChannel) s.channel;
        for (String name : new String[] {"239.1.2.3", "ff05::77"}) {
            InetAddress group = InetAddress.getByName(name);
            channel.joinGroup(group).sync();
            await(() -> mdb().contains("port tap2 grp " + name + " "));
            String from = group.getAddress().length == 4 ? "10.8.0.1" : "fd08::1";
            send(from, group);
            assertEquals(name + " from " + from, s.received.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
            channel.leaveGroup(group).sync();
            await(() -> !mdb().contains("port tap2 grp " + name + " "));
        }
        assertTrue(s.ask(() -> s.host().counters().get(Counter.GROUP_REPORTS_OUT)) >= 8);
    }

    /** A datagram of the kernel's to a group. */
    private void send(String from, InetAddress group) throws Exception {
        namespace.call(() -> {
            try (MulticastSocket sender = new MulticastSocket(new InetSocketAddress(from, 0))) {
                sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, NetworkInterface.getByName("br0"));
                sender.send(new java.net.DatagramPacket(new byte[1], 1, new InetSocketAddress(group, 5555)));
            }
            return true;
        });
    }

    /** RFC 3376, RFC 3810: the switch knows which sources we listen to, as changes of the same group tell it, and which not. */
    @ParameterizedTest
    @CsvSource({"239.1.2.4, 10.8.0.1, 10.8.0.7", "ff05::78, fd08::1, fd08::7"})
    void aSwitchLearnsWhomWeListenTo(String name, String first, String second) throws Exception {
        Station s = stations.get(0);
        SluiceDatagramChannel channel = (SluiceDatagramChannel) s.channel;
        InetAddress group = InetAddress.getByName(name);
        InetAddress one = InetAddress.getByName(first);
        InetAddress other = InetAddress.getByName(second);
        channel.joinGroup(group, null, one).sync();
        await(() -> sources(name, "include").contains(first));
        onlyFrom(s, name, first, second);
        channel.joinGroup(group, null, other).sync();
        await(() -> sources(name, "include").contains(second));
        channel.leaveGroup(group, null, one).sync();
        await(() -> !sources(name, "include").contains(first));
        onlyFrom(s, name, second, first);
        channel.leaveGroup(group, null, other).sync();
        await(() -> !mdb().contains("port tap2 grp " + name + " "));
        channel.joinGroup(group).sync();
        channel.block(group, null, one).sync();
        await(() -> sources(name, "exclude").contains(first));
        onlyFrom(s, name, second, first);
        channel.leaveGroup(group).sync();
        await(() -> !mdb().contains("port tap2 grp " + name + " "));
    }

    /** What comes from one is received, and what came before from the other is not. */
    private void onlyFrom(Station s, String group, String heard, String unheard) throws Exception {
        send(unheard, InetAddress.getByName(group));
        send(heard, InetAddress.getByName(group));
        assertEquals(group + " from " + heard, s.received.poll(TwoHosts.PATIENCE_S, TimeUnit.SECONDS));
        assertTrue(s.received.isEmpty());
    }

    /** The kernel's list of the sources of a group at our port, in this mode. */
    private String sources(String group, String mode) throws IOException {
        return namespace
                .exec("bridge", "-d", "mdb", "show")
                .lines()
                .filter(l -> l.contains("port tap2 grp " + group + " temp filter_mode " + mode + " source_list "))
                .map(l -> l.substring(l.indexOf("source_list ")))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.8.0.77", "fd08::77"})
    void whoConnectsToNobodyIsTold(String address) {
        Future<?> attempt = new Bootstrap()
                .group(stations.get(0).group)
                .channel(SluiceSocketChannel.class)
                .handler(new Echo())
                .connect(address, 80)
                .awaitUninterruptibly();
        assertInstanceOf(NoRouteToHostException.class, attempt.cause());
    }

    private String mdb() throws IOException {
        return namespace.exec("bridge", "mdb", "show");
    }

    /** The kernel, as a router, tells of a neighbour that is a better first hop. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theKernelRedirectsUs(boolean ipv6) throws Exception {
        stations.add(new Station(3));
        String better = ipv6 ? "fe80::3" : "10.8.0.3";
        if (ipv6) {
            namespace.exec("ip", "route", "add", "fd09::/64", "via", better, "dev", "br0");
        } else {
            namespace.exec("ip", "route", "add", "10.9.0.0/24", "via", better);
        }
        Station s = stations.get(0);
        String far = ipv6 ? "fd09::9" : "10.9.0.9";
        await(() -> {
            s.send(far);
            TimeUnit.MILLISECONDS.sleep(100);
            return s.macOf(better) == stations.get(1).link.macAddress();
        });
    }

    /** A Router Advertisement that goes out by the kernel: addresses, the router and the link's parameters are taken from it. */
    @Test
    void theKernelsSideAdvertisesARouter() throws Exception {
        Station s = stations.get(0);
        ByteBuffer b = ByteBuffer.allocate(16 + 32 + 8);
        b.put(0, (byte) 134).put(4, (byte) 99).putShort(6, (short) 1800);
        b.put(16, new byte[] {3, 4, 64, (byte) 0xC0}).putInt(20, 3600).putInt(24, 3600);
        b.putLong(32, 0x2001_0DB8_0001_0000L);
        b.putShort(48, (short) 0x0501).putInt(52, 1400);
        await(() -> namespace.call(() -> RawIcmpv6.isSent(b.array(), KERNEL_LINK_LOCAL, "ff02::1", "br0")));
        IpAddress far = IpAddress.parse("2001:db8:2::9");
        await(() -> s.ask(() -> s.host().routes().lookup(far) != null));
        IpAddress own = s.ask(() -> s.host().interfaces().all().get(0).addresses().stream()
                .map(a -> a.address())
                .filter(a -> a.toString().startsWith("2001:db8:1:"))
                .findFirst()
                .orElseThrow());
        assertTrue(namespace.call(() -> InetAddress.getByName(own.toString()).isReachable(PATIENCE_MS)));
        Path path = s.ask(() -> Objects.requireNonNull(s.host().ip().paths().find(null, far, 0)));
        assertEquals(1400, path.mtu());
        assertEquals(99, path.hopLimit());
        assertEquals(own, path.local());
        try (ServerSocket server =
                namespace.call(() -> new ServerSocket(0, 1, InetAddress.getByName("2001:db8:1::1")))) {
            Channel c = new Bootstrap()
                    .group(s.group)
                    .channel(SluiceSocketChannel.class)
                    .handler(new Echo())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            server.accept().close();
            c.close().sync();
        }
    }

    /** A raw ICMPv6 socket of the kernel, which computes the checksum. */
    private static final class RawIcmpv6 {
        private static final int AF_INET6 = 10;
        private static final int SOCK_RAW = 3;
        private static final int IPPROTO_ICMPV6 = 58;
        private static final int IPPROTO_IPV6 = 41;
        private static final int IPV6_MULTICAST_HOPS = 18;
        private static final int EADDRNOTAVAIL = 99;

        static {
            Native.register(RawIcmpv6.class, "c");
        }

        private RawIcmpv6() {}

        private static native int socket(int family, int type, int protocol) throws LastErrorException;

        private static native int setsockopt(int fd, int level, int name, byte[] value, int length)
                throws LastErrorException;

        private static native int bind(int fd, byte[] address, int length) throws LastErrorException;

        private static native long sendto(
                int fd, byte[] data, long length, int flags, byte[] address, int addressLength)
                throws LastErrorException;

        private static native int close(int fd) throws LastErrorException;

        private static byte[] address(String address, int scope) throws IOException {
            ByteBuffer b =
                    ByteBuffer.allocate(28).order(ByteOrder.nativeOrder()).putShort(0, (short) AF_INET6);
            b.putInt(24, scope);
            return b.put(8, InetAddress.getByName(address).getAddress()).array();
        }

        /** False if the source address is not there yet. */
        static boolean isSent(byte[] message, String from, String to, String on) throws IOException {
            int scope = NetworkInterface.getByName(on).getIndex();
            int fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
            byte[] hops = ByteBuffer.allocate(4)
                    .order(ByteOrder.nativeOrder())
                    .putInt(255)
                    .array();
            setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops, 4);
            try {
                bind(fd, address(from, scope), 28);
                return sendto(fd, message, message.length, 0, address(to, scope), 28) == message.length;
            } catch (LastErrorException e) {
                if (e.getErrorCode() == EADDRNOTAVAIL) {
                    return false;
                }
                throw e;
            } finally {
                close(fd);
            }
        }
    }
}
