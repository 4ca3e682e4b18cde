package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.tcp.Knobs;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@link ChannelOption}s of TCP sockets, each a field of {@link SocketOptions}. */
final class TcpSettings {
    static final Setting<SocketOptions, Integer> RECEIVE_BUFFER =
            new Setting<>(ChannelOption.SO_RCVBUF, o -> o.receiveBuffer, SocketOptions::fixReceiveBuffer);
    static final Setting<SocketOptions, Integer> SEND_BUFFER =
            new Setting<>(ChannelOption.SO_SNDBUF, o -> o.sendBuffer, SocketOptions::fixSendBuffer);
    static final Setting<SocketOptions, Boolean> NO_DELAY =
            new Setting<>(ChannelOption.TCP_NODELAY, o -> o.noDelay, (o, v) -> o.noDelay = v);
    static final Setting<SocketOptions, Boolean> KEEP_ALIVE =
            new Setting<>(ChannelOption.SO_KEEPALIVE, o -> o.keepAlive, (o, v) -> o.keepAlive = v);
    static final Setting<SocketOptions, Integer> LINGER =
            new Setting<>(ChannelOption.SO_LINGER, o -> o.lingerSeconds, (o, v) -> o.lingerSeconds = v);
    static final Setting<SocketOptions, Boolean> REUSE_ADDRESS =
            new Setting<>(ChannelOption.SO_REUSEADDR, o -> o.reuseAddress, (o, v) -> o.reuseAddress = v);
    static final Setting<SocketOptions, Integer> TRAFFIC_CLASS =
            new Setting<>(ChannelOption.IP_TOS, o -> o.trafficClass, (o, v) -> o.trafficClass = v);

    private static final Setting<SocketOptions, Boolean> CORK =
            new Setting<>(EpollChannelOption.TCP_CORK, o -> o.cork, (o, v) -> o.cork = v);
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_IDLE = new Setting<>(
            EpollChannelOption.TCP_KEEPIDLE, o -> seconds(o.keepAliveIdleNs), (o, v) -> o.keepAliveIdleNs = ns(v));
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_INTERVAL = new Setting<>(
            EpollChannelOption.TCP_KEEPINTVL,
            o -> seconds(o.keepAliveIntervalNs),
            (o, v) -> o.keepAliveIntervalNs = ns(v));
    private static final Setting<SocketOptions, Integer> KEEP_ALIVE_PROBES =
            new Setting<>(EpollChannelOption.TCP_KEEPCNT, o -> o.keepAliveProbes, (o, v) -> o.keepAliveProbes = v);
    private static final Setting<SocketOptions, Integer> USER_TIMEOUT = new Setting<>(
            EpollChannelOption.TCP_USER_TIMEOUT,
            o -> (int) TimeUnit.NANOSECONDS.toMillis(o.userTimeoutNs),
            (o, v) -> o.userTimeoutNs = TimeUnit.MILLISECONDS.toNanos(v));
    private static final Setting<SocketOptions, Integer> MAX_SEGMENT =
            new Setting<>(SluiceChannelOption.TCP_MAXSEG, o -> o.maxSegment, (o, v) -> o.maxSegment = v);
    private static final Setting<SocketOptions, Integer> HOP_LIMIT =
            new Setting<>(SluiceChannelOption.IP_TTL, o -> o.hopLimit, (o, v) -> o.hopLimit = v);
    private static final Setting<SocketOptions, TcpStack> STACK =
            new Setting<>(SluiceChannelOption.TCP_STACK, o -> o.stack, (o, v) -> o.stack = v);

    /** Those of a connection. */
    static final List<Setting<SocketOptions, ?>> OF_CONNECTION = List.of(
            RECEIVE_BUFFER,
            SEND_BUFFER,
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
            STACK);

    /** Those of a listener; what it accepts inherits them. */
    static final List<Setting<SocketOptions, ?>> OF_LISTENER =
            List.of(RECEIVE_BUFFER, REUSE_ADDRESS, TRAFFIC_CLASS, MAX_SEGMENT, HOP_LIMIT, STACK);

    private TcpSettings() {}

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
