package io.sluice.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.sluice.event.SocketError;
import io.sluice.link.PolledLink;
import io.sluice.netty.PipeLink;
import io.sluice.netty.SluiceChannelOption;
import io.sluice.netty.SluiceEventLoopGroup;
import io.sluice.netty.SluiceNetwork;
import io.sluice.netty.SluiceServerSocketChannel;
import io.sluice.netty.SluiceSocketChannel;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.AoKeyInfo;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.tun.TunDevice;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.wire.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two routers with a BGP session (RFC 4271, as far as an example needs it) that TCP-AO protects (RFC 5925), and whose key is changed
 * while a full table is on its way: both sides get the new key, each asks the other to use it, and the old one is wiped when nobody
 * does any more. No segment is refused. Over IPv4 and over IPv6; over a pipe, or with {@code --tun} through the kernel's forwarding between
 * two TUN devices. With {@code --md5} the session has the password that peers without TCP-AO need (RFC 2385), which stays as it is.
 */
public final class BgpSession {
    private static final int BGP = 179;
    private static final int MARKER_OCTETS = 16;
    private static final int HEADER_OCTETS = 19;
    private static final int OPEN = 1;
    private static final int UPDATE = 2;
    private static final int KEEPALIVE = 4;
    private static final int PREFIXES_OF_UPDATE = 200;
    private static final int PREFIXES = 900_000;

    private BgpSession() {}

    /** The addresses of both routers. */
    enum Family {
        IPV4("10.81.1.2", "10.81.2.2"),
        IPV6("fd81:1::2", "fd81:2::2");

        private final String active;
        private final String passive;

        Family(String active, String passive) {
            this.active = active;
            this.passive = passive;
        }
    }

    /** {@code [--tun] [--md5]}. */
    public static void main(String[] args) throws Exception {
        boolean tun = List.of(args).contains("--tun");
        Optional<String> unavailable = tun ? NetworkNamespace.unavailable() : Optional.empty();
        if (unavailable.isPresent()) {
            System.out.println(unavailable.get() + "; over a pipe");
        }
        tun &= unavailable.isEmpty();
        for (Family family : Family.values()) {
            if (List.of(args).contains("--md5")) {
                int prefixes = tun
                        ? overTun(PREFIXES, family, BgpSession::signed)
                        : overPipe(PREFIXES, family, BgpSession::signed);
                System.out.printf("%s: %,d prefixes, signed with MD5%n", family, prefixes);
                continue;
            }
            Outcome outcome = tun
                    ? overTun(PREFIXES, family, BgpSession::rolled)
                    : overPipe(PREFIXES, family, BgpSession::rolled);
            System.out.printf("%s: %,d prefixes, the key changed in the middle%n", family, outcome.prefixes);
            System.out.println("active:  " + outcome.active + " " + outcome.activeKeys);
            System.out.println("passive: " + outcome.passive + " " + outcome.passiveKeys);
        }
    }

    /**
     * What became of a session.
     *
     * @param prefixes that the passive side has learnt
     * @param active TCP-AO of the router that connects, at the end
     * @param activeKeys its keys
     * @param passive TCP-AO of the other
     * @param passiveKeys its keys
     */
    record Outcome(
            int prefixes, AoInfo active, List<AoKeyInfo> activeKeys, AoInfo passive, List<AoKeyInfo> passiveKeys) {}

    /** What two routers do, each with its event loop. */
    interface Session<T> {
        T run(EventLoopGroup active, EventLoopGroup passive, Family family, int prefixes) throws Exception;
    }

    /** A session over a pipe. */
    static <T> T overPipe(int prefixes, Family family, Session<T> session) throws Exception {
        PipeLink end = PipeLink.create(1500);
        return run(end, end.otherEnd(), prefixes, family, session);
    }

    /** A session over two TUN devices, between which the kernel forwards. */
    static <T> T overTun(int prefixes, Family family, Session<T> session) throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                TunDevice a = namespace.call(() -> TunDevice.builder()
                        .address("10.81.1.1/24")
                        .address("fd81:1::1/64")
                        .open());
                TunDevice b = namespace.call(() -> TunDevice.builder()
                        .address("10.81.2.1/24")
                        .address("fd81:2::1/64")
                        .open())) {
            namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
            namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1"));
            return run(a.link(), b.link(), prefixes, family, session);
        }
    }

    private static <T> T run(
            PolledLink activeLink, PolledLink passiveLink, int prefixes, Family family, Session<T> session)
            throws Exception {
        SluiceNetwork activeNetwork = SluiceNetwork.builder()
                .link(activeLink, Family.IPV4.active + "/24", Family.IPV6.active + "/64")
                .route("10.81.2.0/24", activeLink)
                .route("fd81:2::/64", activeLink)
                .build();
        SluiceNetwork passiveNetwork = SluiceNetwork.builder()
                .link(passiveLink, Family.IPV4.passive + "/24", Family.IPV6.passive + "/64")
                .route("10.81.1.0/24", passiveLink)
                .route("fd81:1::/64", passiveLink)
                .build();
        try (SluiceEventLoopGroup activeGroup = new SluiceEventLoopGroup(activeNetwork);
                SluiceEventLoopGroup passiveGroup = new SluiceEventLoopGroup(passiveNetwork)) {
            return session.run(activeGroup, passiveGroup, family, prefixes);
        }
    }

    /** A session with TCP-AO, whose key is changed when a third of the prefixes is told. */
    static Outcome rolled(EventLoopGroup activeGroup, EventLoopGroup passiveGroup, Family family, int prefixes)
            throws Exception {
        try (MasterKeyTuple toActive = key(family.active, 1, 2, "the key of last year");
                MasterKeyTuple toPassive = key(family.passive, 2, 1, "the key of last year")) {
            ServerBootstrap server = new ServerBootstrap()
                    .option(SluiceChannelOption.TCP_AO_KEYS, List.of(toActive))
                    .option(SluiceChannelOption.TCP_AO_REQUIRED, true); // nobody else gets as far as a SYN-ACK
            Bootstrap client = new Bootstrap().option(SluiceChannelOption.TCP_AO_KEYS, List.of(toPassive));
            CompletableFuture<Router> accepted = serve(server, passiveGroup);
            SluiceSocketChannel channel = connect(client, activeGroup, family.passive, prefixes);
            Router passive = accepted.get(1, TimeUnit.MINUTES);
            passive.awaitPrefixes(prefixes / 3);
            changeKey(channel, passive.channel, family);
            passive.awaitPrefixes(prefixes);
            Outcome outcome = new Outcome(
                    passive.prefixes,
                    ask(channel, BgpSession::info),
                    ask(channel, KeyControl::keys),
                    ask(passive.channel, BgpSession::info),
                    ask(passive.channel, KeyControl::keys));
            channel.close().syncUninterruptibly();
            return outcome;
        }
    }

    /** A session with TCP MD5 signatures, by the option that Netty's epoll transport has, too; returns what the passive side learnt. */
    static int signed(EventLoopGroup activeGroup, EventLoopGroup passiveGroup, Family family, int prefixes)
            throws Exception {
        byte[] password = "the password of all years".getBytes(StandardCharsets.UTF_8);
        ServerBootstrap server = new ServerBootstrap()
                .option(EpollChannelOption.TCP_MD5SIG, Map.of(InetAddress.getByName(family.active), password));
        Bootstrap client = new Bootstrap()
                .option(EpollChannelOption.TCP_MD5SIG, Map.of(InetAddress.getByName(family.passive), password));
        CompletableFuture<Router> accepted = serve(server, passiveGroup);
        SluiceSocketChannel channel = connect(client, activeGroup, family.passive, prefixes);
        Router passive = accepted.get(1, TimeUnit.MINUTES);
        passive.awaitPrefixes(prefixes);
        channel.close().syncUninterruptibly();
        return passive.prefixes;
    }

    private static CompletableFuture<Router> serve(ServerBootstrap server, EventLoopGroup group) {
        CompletableFuture<Router> accepted = new CompletableFuture<>();
        server.group(group)
                .channel(SluiceServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SluiceSocketChannel>() {
                    @Override
                    protected void initChannel(SluiceSocketChannel channel) {
                        accepted.complete(new Router(channel, 0));
                    }
                })
                .bind(BGP)
                .syncUninterruptibly();
        return accepted;
    }

    private static SluiceSocketChannel connect(Bootstrap client, EventLoopGroup group, String to, int prefixes) {
        return (SluiceSocketChannel) client.group(group)
                .channel(SluiceSocketChannel.class)
                .handler(new ChannelInitializer<SluiceSocketChannel>() {
                    @Override
                    protected void initChannel(SluiceSocketChannel c) {
                        new Router(c, prefixes);
                    }
                })
                .connect(new InetSocketAddress(to, BGP))
                .syncUninterruptibly()
                .channel();
    }

    /** A key for a peer: what is SendID here is RecvID there. To be closed when it has been passed on: whoever takes it, copies it. */
    private static MasterKeyTuple key(String peer, int sendId, int receiveId, String secret) {
        try (MasterKey key = new MasterKey(secret.getBytes(StandardCharsets.UTF_8))) {
            return MasterKeyTuple.builder(IpPrefix.parse(peer), key)
                    .ids(sendId, receiveId)
                    .algorithm(CmacAlgorithm.AES_128_CMAC_96)
                    .build();
        }
    }

    /** RFC 5925 §6.1: install, ask, and remove. Between the steps any time may pass; nothing is lost in any of them. */
    private static void changeKey(SluiceSocketChannel active, SluiceSocketChannel passive, Family family)
            throws Exception {
        install(passive, family.active, 3, 4);
        install(active, family.passive, 4, 3);
        ask(passive, keys -> done(keys.rnext(4)));
        ask(active, keys -> done(keys.rnext(3)));
        Router.keepAlive(active); // the next segment each way brings the question
        Router.keepAlive(passive);
        await(active, info -> info.currentKey() == 4);
        await(passive, info -> info.currentKey() == 3);
        removeOld(active, family.passive, 2, 1, 3);
        removeOld(passive, family.active, 1, 2, 4);
    }

    private static void install(SluiceSocketChannel channel, String peer, int sendId, int receiveId) throws Exception {
        try (MasterKeyTuple key = key(peer, sendId, receiveId, "the key of this year")) {
            ask(channel, keys -> done(keys.add(key)));
        }
    }

    /** The old key goes when the peer signs with the new one, and what it had signed before and was overtaken has arrived, too. */
    private static void removeOld(SluiceSocketChannel channel, String peer, int sendId, int receiveId, int newReceiveId)
            throws Exception {
        await(channel, info -> info.lastKeyId() == newReceiveId);
        TimeUnit.MILLISECONDS.sleep(100);
        ask(channel, keys -> done(keys.remove(IpPrefix.parse(peer), sendId, receiveId)));
    }

    private static void await(SluiceSocketChannel channel, Predicate<AoInfo> condition) throws Exception {
        long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.test(ask(channel, BgpSession::info))) {
            if (System.nanoTime() - endNs > 0) {
                throw new IllegalStateException("the peer does not follow: " + ask(channel, BgpSession::info));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static AoInfo info(KeyControl keys) {
        return Objects.requireNonNull(keys.info());
    }

    private static boolean done(@Nullable SocketError error) {
        if (error != null) {
            throw new IllegalStateException(error.name());
        }
        return true;
    }

    /** Keys belong to the connection's event loop. */
    private static <T> T ask(SluiceSocketChannel channel, Function<KeyControl, T> question) throws Exception {
        return channel.eventLoop()
                .submit(() -> question.apply(
                        Objects.requireNonNull(channel.tcpSocket()).authentication()))
                .get(1, TimeUnit.MINUTES);
    }

    /** One end of a session: OPEN and KEEPALIVE, and then updates from the one that has prefixes to tell. */
    private static final class Router extends LengthFieldBasedFrameDecoder {
        private static final int LONGEST = 4096;

        final SluiceSocketChannel channel;
        private final int toTell;
        private int told;
        private boolean established;
        private volatile int prefixes;

        Router(SluiceSocketChannel channel, int toTell) {
            super(LONGEST, MARKER_OCTETS, 2, -MARKER_OCTETS - 2, 0);
            this.channel = channel;
            this.toTell = toTell;
            channel.pipeline().addLast(this);
        }

        void awaitPrefixes(int wanted) throws InterruptedException {
            long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (prefixes < wanted) {
                if (!channel.isOpen() || System.nanoTime() - endNs > 0) {
                    throw new IllegalStateException("the session is over after " + prefixes + " prefixes");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        static void keepAlive(Channel channel) {
            channel.writeAndFlush(message(channel, KEEPALIVE, 0), channel.voidPromise());
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        public void channelActive(ChannelHandlerContext context) {
            // version 4, AS 64512, hold time 90 s, identifier, no parameters (RFC 4271 §4.2)
            ByteBuf open = message(context.channel(), OPEN, 10);
            open.writeByte(4)
                    .writeShort(64_512)
                    .writeShort(90)
                    .writeInt(0x0A51_0102)
                    .writeByte(0);
            context.writeAndFlush(open, context.voidPromise());
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
            ByteBuf frame = (ByteBuf) super.decode(context, in);
            if (frame == null) {
                return null;
            }
            try {
                switch (frame.getByte(HEADER_OCTETS - 1)) {
                    case OPEN -> keepAlive(context.channel());
                    case KEEPALIVE -> {
                        established = true;
                        tell(context);
                    }
                    case UPDATE -> onUpdate(context, frame.readableBytes() - HEADER_OCTETS - 4);
                    default -> context.close();
                }
            } finally {
                frame.release();
            }
            return null;
        }

        /** So that the other side hears from this one, a KEEPALIVE now and then. */
        private void onUpdate(ChannelHandlerContext context, int octets) {
            int n = prefixes + octets / 4;
            prefixes = n;
            if (n % (100 * PREFIXES_OF_UPDATE) == 0) {
                keepAlive(context.channel());
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            tell(context);
        }

        /** UPDATEs without withdrawn routes or attributes, each with some /24 prefixes (RFC 4271 §4.3). */
        @SuppressWarnings("FutureReturnValueIgnored") // voidPromise: a failure goes to exceptionCaught
        private void tell(ChannelHandlerContext context) {
            while (established && told < toTell && context.channel().isWritable()) {
                int n = Math.min(PREFIXES_OF_UPDATE, toTell - told);
                ByteBuf update = message(context.channel(), UPDATE, 4 + 4 * n);
                update.writeInt(0);
                for (int i = 0; i < n; i++, told++) {
                    update.writeByte(24).writeMedium(told);
                }
                context.write(update, context.voidPromise());
            }
            context.flush();
        }

        private static ByteBuf message(Channel channel, int type, int octets) {
            ByteBuf b = channel.alloc().directBuffer(HEADER_OCTETS + octets);
            for (int i = 0; i < MARKER_OCTETS; i++) {
                b.writeByte(0xFF);
            }
            return b.writeShort(HEADER_OCTETS + octets).writeByte(type);
        }
    }
}
