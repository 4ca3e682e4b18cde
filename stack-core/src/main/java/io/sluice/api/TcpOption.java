package io.sluice.api;

import io.sluice.cc.CongestionControlFactory;
import io.sluice.tcp.FastOpenKeys;
import io.sluice.tcp.PathMtuMode;
import io.sluice.tcp.RareSettings;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpStack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A socket option of TCP by the name that kernels give it, with a typed value: {@link TcpSocket#set} and {@link
 * TcpListener#set} take it, {@link TcpSocket#get} tells it. Accepted connections begin with what their listener has.
 * {@code docs/socket-options.md} says what each one changes, and when.
 *
 * @param <T> the value's type; times are durations, sizes octets
 */
public final class TcpOption<T> {
    private static final int LARGEST_OCTET = 0xFF;
    private static final int SMALLEST_SEGMENT = 64;

    /** Octets of received data that may wait for the reader; from then on it does not grow by itself. */
    public static final TcpOption<Integer> SO_RCVBUF =
            of("SO_RCVBUF", v -> v > 0, o -> o.receiveBuffer, SocketOptions::fixReceiveBuffer);

    /** Octets that may be written and not acknowledged; from then on it does not grow by itself. */
    public static final TcpOption<Integer> SO_SNDBUF =
            of("SO_SNDBUF", v -> v > 0, o -> o.sendBuffer, SocketOptions::fixSendBuffer);

    /**
     * The most octets of the stream that leave in a second; {@link Long#MAX_VALUE} for no limit. Any limit paces: a connection
     * whose congestion control has no rate of its own then sends its window spread over the round trip.
     */
    public static final TcpOption<Long> SO_MAX_PACING_RATE =
            of("SO_MAX_PACING_RATE", v -> v > 0, o -> o.maxPacingRate, (o, v) -> o.maxPacingRate = v);

    /** What close does with what has not been sent: -1 sends it later, 0 resets, else the seconds that adapters wait. */
    public static final TcpOption<Integer> SO_LINGER =
            of("SO_LINGER", v -> v >= -1, o -> o.lingerSeconds, (o, v) -> o.lingerSeconds = v);

    /** Probing of an idle peer (RFC 9293 §3.8.4). */
    public static final TcpOption<Boolean> SO_KEEPALIVE =
            of("SO_KEEPALIVE", v -> true, o -> o.keepAlive, (o, v) -> o.keepAlive = v);

    /** Whether a port may be bound that connections in TIME-WAIT or other sockets with this option use. */
    public static final TcpOption<Boolean> SO_REUSEADDR =
            of("SO_REUSEADDR", v -> true, o -> o.reuseAddress, (o, v) -> o.reuseAddress = v);

    /** Whether several listeners share a port, if all of them have this option: each connection goes to one of them. */
    public static final TcpOption<Boolean> SO_REUSEPORT =
            of("SO_REUSEPORT", v -> true, o -> o.reusePort, (o, v) -> o.reusePort = v);

    /** No Nagle algorithm (RFC 9293 §3.7.4). */
    public static final TcpOption<Boolean> TCP_NODELAY =
            of("TCP_NODELAY", v -> true, o -> o.noDelay, (o, v) -> o.noDelay = v);

    /** Only full segments until it is taken off; TCP_NOPUSH on FreeBSD. */
    public static final TcpOption<Boolean> TCP_CORK = of("TCP_CORK", v -> true, o -> o.cork, (o, v) -> o.cork = v);

    /** The largest segment to announce and to send, in octets (RFC 9293 §3.7.1), 64 at least; 0 for what the path allows. */
    public static final TcpOption<Integer> TCP_MAXSEG =
            of("TCP_MAXSEG", v -> v == 0 || (v >= SMALLEST_SEGMENT && v <= 0xFFFF), o -> (int) o.maxSegment, (o, v) -> {
                o.maxSegment = (char) v.intValue();
            });

    /** Idle time before the first keepalive probe. */
    public static final TcpOption<Duration> TCP_KEEPIDLE =
            of("TCP_KEEPIDLE", TcpOption::isPositiveTime, o -> Duration.ofNanos(o.keepAliveIdleNs), (o, v) -> {
                o.keepAliveIdleNs = v.toNanos();
            });

    /** Between keepalive probes. */
    public static final TcpOption<Duration> TCP_KEEPINTVL =
            of("TCP_KEEPINTVL", TcpOption::isPositiveTime, o -> Duration.ofNanos(o.keepAliveIntervalNs), (o, v) -> {
                o.keepAliveIntervalNs = v.toNanos();
            });

    /** Keepalive probes without an answer before the connection is given up; 1 at least. */
    public static final TcpOption<Integer> TCP_KEEPCNT =
            of("TCP_KEEPCNT", v -> v > 0 && v <= Short.MAX_VALUE, o -> (int) o.keepAliveProbes, (o, v) -> {
                o.keepAliveProbes = v.shortValue();
            });

    /** How long an active open may take; zero for as long as its SYN is repeated. */
    public static final TcpOption<Duration> TCP_KEEPINIT =
            of("TCP_KEEPINIT", TcpOption::isTime, o -> Duration.ofNanos(o.connectTimeoutNs), (o, v) -> {
                o.connectTimeoutNs = v.toNanos();
            });

    /** The user timeout (RFC 9293 §3.10.1, RFC 5482): how long sent data may go unacknowledged; zero for the usual. */
    public static final TcpOption<Duration> TCP_USER_TIMEOUT = of(
            "TCP_USER_TIMEOUT",
            TcpOption::isTime,
            o -> Duration.ofNanos(o.userTimeoutNs),
            (o, v) -> o.userTimeoutNs = v.toNanos());

    /** Repetitions of a SYN before an active open gives up, 1 to 255; 0 for the host's. */
    public static final TcpOption<Integer> TCP_SYNCNT =
            of("TCP_SYNCNT", v -> v >= 0 && v <= LARGEST_OCTET, o -> (int) o.synRetries, (o, v) -> {
                o.synRetries = v.shortValue();
            });

    /** Acknowledges at once for a while from now on (true), or delays acknowledgments from now on (RFC 9293 §3.8.6.3). */
    public static final TcpOption<Boolean> TCP_QUICKACK =
            of("TCP_QUICKACK", v -> true, o -> Boolean.TRUE.equals(o.quickAck), (o, v) -> o.quickAck = v);

    /** No options on the SYN, and none taken from the peer's: for peers that cannot bear them. */
    public static final TcpOption<Boolean> TCP_NOOPT =
            of("TCP_NOOPT", v -> true, o -> o.noOptions, (o, v) -> o.noOptions = v);

    /** The peer's UDP port for TCP over UDP, 0 for TCP over IP; before connecting. */
    public static final TcpOption<Integer> TCP_REMOTE_UDP_ENCAPS_PORT =
            of("TCP_REMOTE_UDP_ENCAPS_PORT", v -> v >= 0 && v <= 0xFFFF, o -> (int) o.remoteUdpPort, (o, v) -> {
                o.remoteUdpPort = (char) v.intValue();
            });

    /**
     * Fast connections (RFC 7413 §4.2) that a listener has at most whose handshake is not over; 0 for none, -1 for what the host
     * says. What comes with a SYN may come twice.
     */
    public static final TcpOption<Integer> TCP_FASTOPEN =
            of("TCP_FASTOPEN", v -> v >= -1, o -> Math.max(-1, o.fastOpen.queue()), (o, v) -> {
                o.fastOpen = o.fastOpen.queue(v);
            });

    /** Connecting waits for the first write, whose data the SYN takes along, where there is a cookie (RFC 7413 §4.2.2). */
    public static final TcpOption<Boolean> TCP_FASTOPEN_CONNECT =
            of("TCP_FASTOPEN_CONNECT", v -> true, o -> o.fastOpen.onConnect(), (o, v) -> {
                o.fastOpen = o.fastOpen.onConnect(v);
            });

    /** Data goes on SYNs, or is taken from them, without a cookie: only where nobody can forge addresses. */
    public static final TcpOption<Boolean> TCP_FASTOPEN_NO_COOKIE =
            of("TCP_FASTOPEN_NO_COOKIE", v -> true, o -> o.fastOpen.withoutCookie(), (o, v) -> {
                o.fastOpen = o.fastOpen.withoutCookie(v);
            });

    /** A listener's own keys for cookies (RFC 7413 §4.1.2); none for the host's. */
    public static final TcpOption<Optional<FastOpenKeys>> TCP_FASTOPEN_KEY =
            of("TCP_FASTOPEN_KEY", v -> true, o -> Optional.ofNullable(o.fastOpen.keys()), (o, v) -> {
                o.fastOpen = o.fastOpen.keys(v.orElse(null));
            });

    /** The stack: of a connection that is opened or accepted later, or of one that is open, from now on (TCP_FUNCTION_BLK). */
    public static final TcpOption<TcpStack> TCP_STACK = of("TCP_STACK", v -> true, o -> o.stack, (o, v) -> o.stack = v);

    /**
     * The congestion control, of a connection that is open from now on; one of those that {@link Sockets#congestionControls}
     * knows, or any other. Until it is set, that of the stack or else of the host.
     */
    public static final TcpOption<CongestionControlFactory> TCP_CONGESTION =
            of("TCP_CONGESTION", v -> true, SocketOptions::usualCongestionControl, (o, v) -> o.congestionControl = v);

    /** DSCP (RFC 2474) in the upper six bits of the octet; the lower two are TCP's (RFC 3168 §5). IPV6_TCLASS, too. */
    public static final TcpOption<Integer> IP_TOS =
            of("IP_TOS", v -> v >= 0 && v <= LARGEST_OCTET, o -> (int) o.trafficClass, (o, v) -> {
                o.trafficClass = v.shortValue();
            });

    /** TTL or hop limit, 1 to 255; 0 for the host's. IPV6_UNICAST_HOPS, too. */
    public static final TcpOption<Integer> IP_TTL =
            of("IP_TTL", v -> v >= 0 && v <= LARGEST_OCTET, o -> (int) o.hopLimit, (o, v) -> {
                o.hopLimit = v.shortValue();
            });

    /**
     * Packets with a lower TTL or hop limit are not for this socket: 255 lets in what is from the same link only, as both sides
     * of BGP sessions want (the Generalized TTL Security Mechanism, RFC 5082; the peer sends with {@link #IP_TTL} 255). ICMP
     * errors count by what the quoted packet had left. Of a listener: for SYNs and handshakes as well, and for what it accepts.
     * 0 for any. IPV6_MINHOPCOUNT, too.
     */
    public static final TcpOption<Integer> IP_MINTTL =
            of("IP_MINTTL", v -> v >= 0 && v <= LARGEST_OCTET, o -> o.rare.minimumHopLimit(), (o, v) -> {
                o.rare = o.rare.minimumHopLimit(v);
            });

    /** No packet larger than every IPv6 link can carry (RFC 3542 §11.1); before connecting. */
    public static final TcpOption<Boolean> IPV6_USE_MIN_MTU =
            of("IPV6_USE_MIN_MTU", v -> true, o -> o.minimalMtu, (o, v) -> o.minimalMtu = v);

    /** Octets that may be written and not sent before the socket is not writable; 0 for the host's limit. */
    public static final TcpOption<Integer> TCP_NOTSENT_LOWAT =
            of("TCP_NOTSENT_LOWAT", v -> v >= 0, o -> o.notSentLowWater, (o, v) -> o.notSentLowWater = v);

    /** The largest window to announce, in octets, 1 at least; 0 for what the receive buffer allows. */
    public static final TcpOption<Integer> TCP_WINDOW_CLAMP =
            of("TCP_WINDOW_CLAMP", v -> v >= 0, o -> o.rare.windowClamp(), (o, v) -> o.rare = o.rare.windowClamp(v));

    /** Octets to be read that make the socket readable; at most half of what the window can hold. */
    public static final TcpOption<Integer> SO_RCVLOWAT =
            of("SO_RCVLOWAT", v -> v > 0, o -> o.rare.receiveLowWater(), (o, v) -> {
                o.rare = o.rare.receiveLowWater(v);
            });

    /** How long FIN-WAIT-2 lasts after close; zero for the host's limit, negative for a reset instead. */
    public static final TcpOption<Duration> TCP_LINGER2 =
            of("TCP_LINGER2", v -> v.isNegative() || isTime(v), o -> Duration.ofNanos(o.rare.finWait2Ns()), (o, v) -> {
                o.rare = o.rare.finWait2Ns(v.isNegative() ? RareSettings.NO_FIN_WAIT_2 : v.toNanos());
            });

    /** How long a listener waits for data before it hands a connection out; zero for not at all. */
    public static final TcpOption<Duration> TCP_DEFER_ACCEPT =
            of("TCP_DEFER_ACCEPT", TcpOption::isTime, o -> Duration.ofNanos(o.rare.deferAcceptNs()), (o, v) -> {
                o.rare = o.rare.deferAcceptNs(v.toNanos());
            });

    /** Whether path MTU discovery is done. IPV6_MTU_DISCOVER, too. */
    public static final TcpOption<PathMtuMode> IP_MTU_DISCOVER =
            of("IP_MTU_DISCOVER", v -> true, o -> o.rare.pathMtu(), (o, v) -> o.rare = o.rare.pathMtu(v));

    /**
     * ICMP errors that do not end a connection become pending errors at once, and {@link ErrorQueue#pollIcmp} tells those about one
     * that is opening. IPV6_RECVERR, too.
     */
    public static final TcpOption<Boolean> IP_RECVERR =
            of("IP_RECVERR", v -> true, o -> o.rare.reportsErrors(), (o, v) -> o.rare = o.rare.reportsErrors(v));

    /** Keeps when data arrived, for {@link ErrorQueue#receiveTime}. */
    public static final TcpOption<Boolean> SO_TIMESTAMP =
            of("SO_TIMESTAMP", v -> true, o -> o.rare.stampsReceived(), (o, v) -> o.rare = o.rare.stampsReceived(v));

    /** Of what a listener accepts, the headers of the SYN are kept, for {@link io.sluice.tcp.SavedSyn}. */
    public static final TcpOption<Boolean> TCP_SAVE_SYN =
            of("TCP_SAVE_SYN", v -> true, o -> o.rare.savesSyn(), (o, v) -> o.rare = o.rare.savesSyn(v));

    /** All of them. */
    public static final List<TcpOption<?>> ALL = List.of(
            SO_RCVBUF,
            SO_SNDBUF,
            SO_MAX_PACING_RATE,
            SO_LINGER,
            SO_KEEPALIVE,
            SO_REUSEADDR,
            SO_REUSEPORT,
            TCP_NODELAY,
            TCP_CORK,
            TCP_MAXSEG,
            TCP_KEEPIDLE,
            TCP_KEEPINTVL,
            TCP_KEEPCNT,
            TCP_KEEPINIT,
            TCP_USER_TIMEOUT,
            TCP_SYNCNT,
            TCP_QUICKACK,
            TCP_NOOPT,
            TCP_REMOTE_UDP_ENCAPS_PORT,
            TCP_FASTOPEN,
            TCP_FASTOPEN_CONNECT,
            TCP_FASTOPEN_NO_COOKIE,
            TCP_FASTOPEN_KEY,
            TCP_STACK,
            TCP_CONGESTION,
            IP_TOS,
            IP_TTL,
            IP_MINTTL,
            IPV6_USE_MIN_MTU,
            TCP_NOTSENT_LOWAT,
            TCP_WINDOW_CLAMP,
            SO_RCVLOWAT,
            TCP_LINGER2,
            TCP_DEFER_ACCEPT,
            IP_MTU_DISCOVER,
            IP_RECVERR,
            SO_TIMESTAMP,
            TCP_SAVE_SYN);

    private final String name;
    private final Predicate<T> range;
    private final Function<SocketOptions, T> getter;
    private final BiConsumer<SocketOptions, T> setter;

    private TcpOption(
            String name, Predicate<T> range, Function<SocketOptions, T> getter, BiConsumer<SocketOptions, T> setter) {
        this.name = name;
        this.range = range;
        this.getter = getter;
        this.setter = setter;
    }

    private static <T> TcpOption<T> of(
            String name, Predicate<T> range, Function<SocketOptions, T> getter, BiConsumer<SocketOptions, T> setter) {
        return new TcpOption<>(name, range, getter, setter);
    }

    private static boolean isTime(Duration d) {
        return !d.isNegative() && d.compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0;
    }

    private static boolean isPositiveTime(Duration d) {
        return isTime(d) && !d.isZero();
    }

    /** The name as kernels have it. */
    public String name() {
        return name;
    }

    /** Whether {@code value} is one that the option can have. */
    public boolean isValid(T value) {
        return range.test(value);
    }

    /** The value among {@code options}. */
    public T of(SocketOptions options) {
        return getter.apply(options);
    }

    /** Sets the value among {@code options}; false, and nothing is changed, if it is out of range. */
    public boolean set(SocketOptions options, T value) {
        if (!range.test(value)) {
            return false;
        }
        setter.accept(options, value);
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
