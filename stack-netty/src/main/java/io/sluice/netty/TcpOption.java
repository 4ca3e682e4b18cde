package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpStack;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChannelOption} and the field of {@link SocketOptions} that it means.
 *
 * @param <T> the option's type
 */
record TcpOption<T>(ChannelOption<T> option, Function<SocketOptions, T> getter, BiConsumer<SocketOptions, T> setter) {
    static final TcpOption<Integer> RECEIVE_BUFFER =
            new TcpOption<>(ChannelOption.SO_RCVBUF, o -> o.receiveBuffer, (o, v) -> o.receiveBuffer = v);
    static final TcpOption<Integer> SEND_BUFFER =
            new TcpOption<>(ChannelOption.SO_SNDBUF, o -> o.sendBuffer, (o, v) -> o.sendBuffer = v);
    static final TcpOption<Boolean> NO_DELAY =
            new TcpOption<>(ChannelOption.TCP_NODELAY, o -> o.noDelay, (o, v) -> o.noDelay = v);
    static final TcpOption<Boolean> KEEP_ALIVE =
            new TcpOption<>(ChannelOption.SO_KEEPALIVE, o -> o.keepAlive, (o, v) -> o.keepAlive = v);
    static final TcpOption<Integer> LINGER =
            new TcpOption<>(ChannelOption.SO_LINGER, o -> o.lingerSeconds, (o, v) -> o.lingerSeconds = v);
    static final TcpOption<Boolean> REUSE_ADDRESS =
            new TcpOption<>(ChannelOption.SO_REUSEADDR, o -> o.reuseAddress, (o, v) -> o.reuseAddress = v);
    static final TcpOption<Integer> TRAFFIC_CLASS =
            new TcpOption<>(ChannelOption.IP_TOS, o -> o.trafficClass, (o, v) -> o.trafficClass = v);

    private static final TcpOption<Boolean> CORK =
            new TcpOption<>(EpollChannelOption.TCP_CORK, o -> o.cork, (o, v) -> o.cork = v);
    private static final TcpOption<Integer> KEEP_ALIVE_IDLE = new TcpOption<>(
            EpollChannelOption.TCP_KEEPIDLE, o -> seconds(o.keepAliveIdleNs), (o, v) -> o.keepAliveIdleNs = ns(v));
    private static final TcpOption<Integer> KEEP_ALIVE_INTERVAL = new TcpOption<>(
            EpollChannelOption.TCP_KEEPINTVL,
            o -> seconds(o.keepAliveIntervalNs),
            (o, v) -> o.keepAliveIntervalNs = ns(v));
    private static final TcpOption<Integer> KEEP_ALIVE_PROBES =
            new TcpOption<>(EpollChannelOption.TCP_KEEPCNT, o -> o.keepAliveProbes, (o, v) -> o.keepAliveProbes = v);
    private static final TcpOption<Integer> USER_TIMEOUT = new TcpOption<>(
            EpollChannelOption.TCP_USER_TIMEOUT,
            o -> (int) TimeUnit.NANOSECONDS.toMillis(o.userTimeoutNs),
            (o, v) -> o.userTimeoutNs = TimeUnit.MILLISECONDS.toNanos(v));
    private static final TcpOption<Integer> MAX_SEGMENT =
            new TcpOption<>(SluiceChannelOption.TCP_MAXSEG, o -> o.maxSegment, (o, v) -> o.maxSegment = v);
    private static final TcpOption<Integer> HOP_LIMIT =
            new TcpOption<>(SluiceChannelOption.IP_TTL, o -> o.hopLimit, (o, v) -> o.hopLimit = v);
    private static final TcpOption<TcpStack> STACK =
            new TcpOption<>(SluiceChannelOption.TCP_STACK, o -> o.stack, (o, v) -> o.stack = v);

    /** Those of a connection. */
    static final List<TcpOption<?>> OF_CONNECTION = List.of(
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
    static final List<TcpOption<?>> OF_LISTENER =
            List.of(RECEIVE_BUFFER, REUSE_ADDRESS, TRAFFIC_CLASS, MAX_SEGMENT, HOP_LIMIT, STACK);

    private static int seconds(long ns) {
        return (int) TimeUnit.NANOSECONDS.toSeconds(ns);
    }

    private static long ns(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** The option's place in one of the lists, or null if it is not there. */
    @SuppressWarnings("unchecked") // equal options have the same type
    static <T> @Nullable TcpOption<T> find(List<TcpOption<?>> options, ChannelOption<T> wanted) {
        for (TcpOption<?> o : options) {
            if (o.option.equals(wanted)) {
                return (TcpOption<T>) o;
            }
        }
        return null;
    }
}
