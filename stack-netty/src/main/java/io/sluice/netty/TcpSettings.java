package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.api.TcpOption;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.tcp.FastOpenKeys;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.PathMtuMode;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The {@link ChannelOption}s of TCP sockets, each a field of {@link SocketOptions}. */
final class TcpSettings {
    static final Setting<SocketOptions, Integer> RECEIVE_BUFFER = setting(ChannelOption.SO_RCVBUF, TcpOption.SO_RCVBUF);
    static final Setting<SocketOptions, Integer> SEND_BUFFER = setting(ChannelOption.SO_SNDBUF, TcpOption.SO_SNDBUF);
    static final Setting<SocketOptions, Boolean> NO_DELAY = setting(ChannelOption.TCP_NODELAY, TcpOption.TCP_NODELAY);
    static final Setting<SocketOptions, Boolean> KEEP_ALIVE =
            setting(ChannelOption.SO_KEEPALIVE, TcpOption.SO_KEEPALIVE);
    static final Setting<SocketOptions, Integer> LINGER = setting(ChannelOption.SO_LINGER, TcpOption.SO_LINGER);
    static final Setting<SocketOptions, Boolean> REUSE_ADDRESS =
            setting(ChannelOption.SO_REUSEADDR, TcpOption.SO_REUSEADDR);
    static final Setting<SocketOptions, Integer> TRAFFIC_CLASS = setting(ChannelOption.IP_TOS, TcpOption.IP_TOS);

    private static final Setting<SocketOptions, Boolean> REUSE_PORT =
            setting(EpollChannelOption.SO_REUSEPORT, TcpOption.SO_REUSEPORT);
    private static final Setting<SocketOptions, Long> MAX_PACING_RATE =
            setting(SluiceChannelOption.SO_MAX_PACING_RATE, TcpOption.SO_MAX_PACING_RATE);
    private static final Setting<SocketOptions, Boolean> QUICK_ACK =
            setting(EpollChannelOption.TCP_QUICKACK, TcpOption.TCP_QUICKACK);
    private static final Setting<SocketOptions, Integer> SYN_RETRIES =
            setting(SluiceChannelOption.TCP_SYNCNT, TcpOption.TCP_SYNCNT);
    private static final Setting<SocketOptions, Boolean> NO_OPTIONS =
            setting(SluiceChannelOption.TCP_NOOPT, TcpOption.TCP_NOOPT);
    private static final Setting<SocketOptions, Integer> REMOTE_UDP_PORT =
            setting(SluiceChannelOption.TCP_REMOTE_UDP_ENCAPS_PORT, TcpOption.TCP_REMOTE_UDP_ENCAPS_PORT);
    private static final Setting<SocketOptions, Boolean> MINIMAL_MTU =
            setting(SluiceChannelOption.IPV6_USE_MIN_MTU, TcpOption.IPV6_USE_MIN_MTU);
    private static final Setting<SocketOptions, Boolean> CORK =
            setting(EpollChannelOption.TCP_CORK, TcpOption.TCP_CORK);
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_IDLE = new Setting<>(
            EpollChannelOption.TCP_KEEPIDLE, o -> seconds(o.keepAliveIdleNs), (o, v) -> o.keepAliveIdleNs = ns(v));
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_INTERVAL = new Setting<>(
            EpollChannelOption.TCP_KEEPINTVL,
            o -> seconds(o.keepAliveIntervalNs),
            (o, v) -> o.keepAliveIntervalNs = ns(v));
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_PROBES =
            setting(EpollChannelOption.TCP_KEEPCNT, TcpOption.TCP_KEEPCNT);
    private static final Setting<SocketOptions, Integer> USER_TIMEOUT = new Setting<>(
            EpollChannelOption.TCP_USER_TIMEOUT,
            o -> (int) TimeUnit.NANOSECONDS.toMillis(o.userTimeoutNs),
            (o, v) -> o.userTimeoutNs = TimeUnit.MILLISECONDS.toNanos(v));
    private static final Setting<SocketOptions, Integer> MAX_SEGMENT =
            setting(SluiceChannelOption.TCP_MAXSEG, TcpOption.TCP_MAXSEG);
    private static final Setting<SocketOptions, Integer> HOP_LIMIT =
            setting(SluiceChannelOption.IP_TTL, TcpOption.IP_TTL);
    private static final Setting<SocketOptions, Integer> MINIMUM_HOP_LIMIT =
            setting(SluiceChannelOption.IP_MINTTL, TcpOption.IP_MINTTL);
    static final Setting<SocketOptions, TcpStack> STACK = setting(SluiceChannelOption.TCP_STACK, TcpOption.TCP_STACK);

    private static final Setting<SocketOptions, CongestionControlFactory> CONGESTION =
            setting(SluiceChannelOption.TCP_CONGESTION, TcpOption.TCP_CONGESTION);
    static final Setting<SocketOptions, Boolean> FAST_OPEN_CONNECT =
            setting(ChannelOption.TCP_FASTOPEN_CONNECT, TcpOption.TCP_FASTOPEN_CONNECT);
    private static final Setting<SocketOptions, Integer> FAST_OPEN =
            setting(ChannelOption.TCP_FASTOPEN, TcpOption.TCP_FASTOPEN);

    private static final Setting<SocketOptions, Boolean> FAST_OPEN_NO_COOKIE =
            setting(SluiceChannelOption.TCP_FASTOPEN_NO_COOKIE, TcpOption.TCP_FASTOPEN_NO_COOKIE);
    private static final Setting<SocketOptions, Optional<FastOpenKeys>> FAST_OPEN_KEY =
            setting(SluiceChannelOption.TCP_FASTOPEN_KEY, TcpOption.TCP_FASTOPEN_KEY);
    private static final Setting<SocketOptions, Long> NOT_SENT_LOW_WATER = new Setting<>(
            EpollChannelOption.TCP_NOTSENT_LOWAT,
            v -> v >= 0 && v <= 0xFFFF_FFFFL,
            o -> Integer.toUnsignedLong(o.notSentLowWater),
            (o, v) -> o.notSentLowWater = v.intValue());
    private static final Setting<SocketOptions, Integer> DEFER_ACCEPT = new Setting<>(
            EpollChannelOption.TCP_DEFER_ACCEPT,
            v -> v >= 0,
            o -> seconds(o.rare.deferAcceptNs()),
            (o, v) -> o.rare = o.rare.deferAcceptNs(ns(v)));
    private static final Setting<SocketOptions, Integer> WINDOW_CLAMP =
            setting(SluiceChannelOption.TCP_WINDOW_CLAMP, TcpOption.TCP_WINDOW_CLAMP);
    private static final Setting<SocketOptions, Integer> RECEIVE_LOW_WATER =
            setting(SluiceChannelOption.SO_RCVLOWAT, TcpOption.SO_RCVLOWAT);
    private static final Setting<SocketOptions, Duration> FIN_WAIT_2 =
            setting(SluiceChannelOption.TCP_LINGER2, TcpOption.TCP_LINGER2);
    private static final Setting<SocketOptions, PathMtuMode> PATH_MTU =
            setting(SluiceChannelOption.IP_MTU_DISCOVER, TcpOption.IP_MTU_DISCOVER);
    private static final Setting<SocketOptions, Boolean> REPORTS_ERRORS =
            setting(SluiceChannelOption.IP_RECVERR, TcpOption.IP_RECVERR);
    private static final Setting<SocketOptions, Boolean> STAMPS_RECEIVED =
            setting(SluiceChannelOption.SO_TIMESTAMP, TcpOption.SO_TIMESTAMP);
    private static final Setting<SocketOptions, Boolean> SAVES_SYN =
            setting(SluiceChannelOption.TCP_SAVE_SYN, TcpOption.TCP_SAVE_SYN);

    /** Those of a connection. */
    static final List<Setting<SocketOptions, ?>> OF_CONNECTION = List.of(
            RECEIVE_BUFFER,
            SEND_BUFFER,
            MAX_PACING_RATE,
            NO_DELAY,
            KEEP_ALIVE,
            LINGER,
            REUSE_ADDRESS,
            TRAFFIC_CLASS,
            CORK,
            KEEP_ALIVE_IDLE,
            KEEP_ALIVE_INTERVAL,
            KEEP_ALIVE_PROBES,
            USER_TIMEOUT,
            MAX_SEGMENT,
            HOP_LIMIT,
            MINIMUM_HOP_LIMIT,
            STACK,
            CONGESTION,
            REUSE_PORT,
            QUICK_ACK,
            SYN_RETRIES,
            NO_OPTIONS,
            REMOTE_UDP_PORT,
            MINIMAL_MTU,
            FAST_OPEN_CONNECT,
            FAST_OPEN_NO_COOKIE,
            NOT_SENT_LOW_WATER,
            WINDOW_CLAMP,
            RECEIVE_LOW_WATER,
            FIN_WAIT_2,
            PATH_MTU,
            REPORTS_ERRORS,
            STAMPS_RECEIVED);

    /** Those of a listener; what it accepts inherits them. */
    static final List<Setting<SocketOptions, ?>> OF_LISTENER = List.of(
            RECEIVE_BUFFER,
            REUSE_ADDRESS,
            REUSE_PORT,
            TRAFFIC_CLASS,
            MAX_SEGMENT,
            HOP_LIMIT,
            MINIMUM_HOP_LIMIT,
            STACK,
            CONGESTION,
            NO_OPTIONS,
            FAST_OPEN,
            FAST_OPEN_NO_COOKIE,
            FAST_OPEN_KEY,
            DEFER_ACCEPT,
            WINDOW_CLAMP,
            PATH_MTU,
            SAVES_SYN);

    private TcpSettings() {}

    private static <T> Setting<SocketOptions, T> setting(ChannelOption<T> option, TcpOption<T> of) {
        return new Setting<>(option, of::isValid, of::of, of::set);
    }

    /** What a host starts with unless it is told otherwise. */
    static SocketOptions defaults() {
        return new SocketOptions(new Knobs(TcpProfile.STANDARD), TcpStack.DEFAULT);
    }

    private static int seconds(long ns) {
        return (int) TimeUnit.NANOSECONDS.toSeconds(ns);
    }

    private static long ns(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
