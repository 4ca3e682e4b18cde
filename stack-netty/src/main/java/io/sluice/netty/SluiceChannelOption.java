package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.FastOpenKeys;
import io.sluice.tcp.PathMtuMode;
import io.sluice.tcp.SendNotice;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.FragmentLimits;
import io.sluice.udp.OptionRules;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Options of the stack's channels beside those of {@link ChannelOption} and the TCP options of {@link
 * io.netty.channel.epoll.EpollChannelOption} (TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT),
 * which they take, too.
 *
 * @param <T> the value's type
 */
public final class SluiceChannelOption<T> extends ChannelOption<T> {
    /**
     * The promise that nobody changes the bytes of a buffer once it was written, not even through another reference to
     * it: then buffers that are shared (slices of a cached file, say) are sent from where they are instead of being
     * copied. Default false.
     */
    public static final ChannelOption<Boolean> STABLE_WRITES = valueOf(SluiceChannelOption.class, "STABLE_WRITES");

    /** The largest MSS to use, in octets (RFC 9293 §3.7.1); 0, the default, for what the path allows. */
    public static final ChannelOption<Integer> TCP_MAXSEG = valueOf(SluiceChannelOption.class, "TCP_MAXSEG");

    /** The most octets of the stream that leave in a second, which paces; the default is no limit. */
    public static final ChannelOption<Long> SO_MAX_PACING_RATE =
            valueOf(SluiceChannelOption.class, "SO_MAX_PACING_RATE");

    /** TTL or hop limit of what is sent, 1..255; 0, the default, for the host's. */
    public static final ChannelOption<Integer> IP_TTL = valueOf(SluiceChannelOption.class, "IP_TTL");

    /**
     * The lowest TTL or hop limit of packets that are for this socket, 1..255: with 255 and an {@link #IP_TTL} of 255 on both sides
     * only neighbours reach it (RFC 5082). 0, the default, for any.
     */
    public static final ChannelOption<Integer> IP_MINTTL = valueOf(SluiceChannelOption.class, "IP_MINTTL");

    /** Repetitions of the SYN before connecting fails, 1 to 255; 0, the default, for the host's. */
    public static final ChannelOption<Integer> TCP_SYNCNT = valueOf(SluiceChannelOption.class, "TCP_SYNCNT");

    /** No options on the SYN, and none taken from the peer's. Default false. */
    public static final ChannelOption<Boolean> TCP_NOOPT = valueOf(SluiceChannelOption.class, "TCP_NOOPT");

    /** The peer's UDP port for TCP over UDP; 0, the default, for TCP over IP. Before connecting. */
    public static final ChannelOption<Integer> TCP_REMOTE_UDP_ENCAPS_PORT =
            valueOf(SluiceChannelOption.class, "TCP_REMOTE_UDP_ENCAPS_PORT");

    /** No packet larger than every IPv6 link can carry (RFC 3542 §11.1). Default false. */
    public static final ChannelOption<Boolean> IPV6_USE_MIN_MTU =
            valueOf(SluiceChannelOption.class, "IPV6_USE_MIN_MTU");

    /** The largest window to announce, in octets; 0, the default, for what the receive buffer allows. */
    public static final ChannelOption<Integer> TCP_WINDOW_CLAMP =
            valueOf(SluiceChannelOption.class, "TCP_WINDOW_CLAMP");

    /** Octets to be read that cause a read, at most half of what the window can hold; the default is 1. */
    public static final ChannelOption<Integer> SO_RCVLOWAT = valueOf(SluiceChannelOption.class, "SO_RCVLOWAT");

    /** How long FIN-WAIT-2 lasts after close; zero, the default, for the host's limit, negative for a reset instead. */
    public static final ChannelOption<Duration> TCP_LINGER2 = valueOf(SluiceChannelOption.class, "TCP_LINGER2");

    /** Whether path MTU discovery is done; by default it is. */
    public static final ChannelOption<PathMtuMode> IP_MTU_DISCOVER =
            valueOf(SluiceChannelOption.class, "IP_MTU_DISCOVER");

    /** Whether ICMP errors that do not end the connection reach the pipeline as exceptions. Default false. */
    public static final ChannelOption<Boolean> IP_RECVERR = valueOf(SluiceChannelOption.class, "IP_RECVERR");

    /** Fast Open without cookies. Default false. */
    public static final ChannelOption<Boolean> TCP_FASTOPEN_NO_COOKIE =
            valueOf(SluiceChannelOption.class, "TCP_FASTOPEN_NO_COOKIE");

    /** A listener's own keys for Fast Open's cookies (RFC 7413 §4.1.2); none, the default, for the host's. */
    public static final ChannelOption<Optional<FastOpenKeys>> TCP_FASTOPEN_KEY =
            valueOf(SluiceChannelOption.class, "TCP_FASTOPEN_KEY");

    /** Keeps when data arrived, for {@link io.sluice.api.ErrorQueue#receiveTime} of the channel's socket. Default false. */
    public static final ChannelOption<Boolean> SO_TIMESTAMP = valueOf(SluiceChannelOption.class, "SO_TIMESTAMP");

    /**
     * Of a listener: the headers of each SYN are kept, for {@link io.sluice.tcp.SavedSyn} of the accepted channel's socket. Default false.
     */
    public static final ChannelOption<Boolean> TCP_SAVE_SYN = valueOf(SluiceChannelOption.class, "TCP_SAVE_SYN");

    /**
     * What the pipeline is told of each message that is written from now on, as a user event that is a {@link SendNotice}: that
     * its last octet was scheduled, has left, was acknowledged; and with {@link SendNotice.Kind#COMPLETED} that its memory is
     * not needed any more, which a buffer's release tells, too. Default: nothing.
     */
    public static final ChannelOption<Set<SendNotice.Kind>> SO_TIMESTAMPING =
            valueOf(SluiceChannelOption.class, "SO_TIMESTAMPING");

    /** What becomes of UDP options that come (RFC 9868); by default they are not looked at. */
    public static final ChannelOption<OptionReception> UDP_OPTIONS = valueOf(SluiceChannelOption.class, "UDP_OPTIONS");

    /** The UDP options of every datagram that is sent without some of its own. */
    public static final ChannelOption<DatagramOptions> UDP_DATAGRAM_OPTIONS =
            valueOf(SluiceChannelOption.class, "UDP_DATAGRAM_OPTIONS");

    /** Kinds of UDP options ({@link io.sluice.wire.UdpOptionKind}) without which datagrams are dropped. */
    public static final ChannelOption<Set<Integer>> UDP_REQUIRED_OPTIONS =
            valueOf(SluiceChannelOption.class, "UDP_REQUIRED_OPTIONS");

    /** How RFC 9868 is read where it is not clear. */
    public static final ChannelOption<OptionRules> UDP_OPTION_RULES =
            valueOf(SluiceChannelOption.class, "UDP_OPTION_RULES");

    /** Whether IPv6 datagrams are sent without a checksum, as tunnels may (RFC 6935 §5). Default false. */
    public static final ChannelOption<Boolean> UDP_NO_CHECK6_TX =
            valueOf(SluiceChannelOption.class, "UDP_NO_CHECK6_TX");

    /** Whether IPv6 datagrams without a checksum are received (RFC 6935 §5). Default false. */
    public static final ChannelOption<Boolean> UDP_NO_CHECK6_RX =
            valueOf(SluiceChannelOption.class, "UDP_NO_CHECK6_RX");

    /** What UDP fragments may cost (RFC 9868 §11.4). */
    public static final ChannelOption<FragmentLimits> UDP_FRAGMENT_LIMITS =
            valueOf(SluiceChannelOption.class, "UDP_FRAGMENT_LIMITS");

    /** Whether the probes of a peer for the path MTU are answered (RFC 9869). Default false. */
    public static final ChannelOption<Boolean> UDP_ANSWER_PROBES =
            valueOf(SluiceChannelOption.class, "UDP_ANSWER_PROBES");

    /**
     * How the path MTU is searched for from when the channel is connected (RFC 8899, RFC 9869); {@link
     * SluiceDatagramChannel#startPathMtuDiscovery} is for one that is. Default: not at all.
     */
    public static final ChannelOption<Optional<DplpmtudConfig>> UDP_PATH_MTU_DISCOVERY =
            valueOf(SluiceChannelOption.class, "UDP_PATH_MTU_DISCOVERY");

    /**
     * The TCP stack; by default the host's. Also of a connection that is open ({@link SluiceSocketChannel#stack}): where that keeps what
     * it has, who sets this on the event loop has a {@link io.netty.channel.ChannelException} thrown whose cause is the {@link
     * StackRefusedException}; what another thread sets is told to the pipeline as an exception.
     */
    public static final ChannelOption<TcpStack> TCP_STACK = valueOf(SluiceChannelOption.class, "TCP_STACK");

    /**
     * The congestion control: one of the host's ({@link io.sluice.cc.CongestionControls#named}) or any other; also of a
     * connection that is open. By default that of the stack, or of the host.
     */
    public static final ChannelOption<CongestionControlFactory> TCP_CONGESTION =
            valueOf(SluiceChannelOption.class, "TCP_CONGESTION");

    /**
     * Adds TCP-AO keys (RFC 5925), copied: of a listener, of a connection before it connects, or of an open one that uses TCP-AO. All
     * else there is to do with keys: {@code channel.tcpSocket().authentication()}, on the event loop. Netty's {@link
     * io.netty.channel.epoll.EpollChannelOption#TCP_MD5SIG} is for those of RFC 2385. No key is read back.
     *
     * <p>Where the keys refuse one of these options ({@link io.sluice.tcp.KeyControl} says when), who sets it on the event loop or
     * before registration has a {@link io.netty.channel.ChannelException} thrown; what another thread sets is told to the
     * pipeline as an exception.
     */
    public static final ChannelOption<List<MasterKeyTuple>> TCP_AO_KEYS =
            valueOf(SluiceChannelOption.class, "TCP_AO_KEYS");

    /** Whether connections without TCP-AO are refused. Default false; an open one uses it or not, whatever this says. */
    public static final ChannelOption<Boolean> TCP_AO_REQUIRED = valueOf(SluiceChannelOption.class, "TCP_AO_REQUIRED");

    /** Whether ICMP's hard errors count on connections that use TCP-AO (RFC 5925 §7.8). Default false. */
    public static final ChannelOption<Boolean> TCP_AO_ACCEPT_ICMPS =
            valueOf(SluiceChannelOption.class, "TCP_AO_ACCEPT_ICMPS");

    /** SendID of current_key (RFC 5925 §3.3), one of the keys; -1 is read where none is chosen. */
    public static final ChannelOption<Integer> TCP_AO_CURRENT_KEY =
            valueOf(SluiceChannelOption.class, "TCP_AO_CURRENT_KEY");

    /** RecvID of rnext_key, which the peer is asked to sign with; -1 is read where none is chosen. */
    public static final ChannelOption<Integer> TCP_AO_RNEXT_KEY =
            valueOf(SluiceChannelOption.class, "TCP_AO_RNEXT_KEY");

    /** TCP-AO as it is, with its counters: to be read only; null where it is not used. */
    public static final ChannelOption<AoInfo> TCP_AO_INFO = valueOf(SluiceChannelOption.class, "TCP_AO_INFO");

    /** Whether a listener on :: takes no IPv4 connections. Default false. */
    public static final ChannelOption<Boolean> IPV6_V6ONLY = valueOf(SluiceChannelOption.class, "IPV6_V6ONLY");

    @SuppressWarnings("deprecation") // as Netty's own transports do: options come from the pool of valueOf
    private SluiceChannelOption() {
        super("");
    }
}
