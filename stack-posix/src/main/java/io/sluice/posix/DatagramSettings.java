package io.sluice.posix;

import io.sluice.link.Path;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.UdpSocketOptions;
import io.sluice.udp.UdpSocketOptions.Fragmentation;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** {@code getsockopt} and {@code setsockopt} of datagram sockets, but for the options of datagrams ({@link UdpOptionSettings}). */
final class DatagramSettings {
    private static final int SOCK_DGRAM = 2;
    private static final int LARGEST_OCTET = 0xFF;

    /** IP_PMTUDISC_DO, by which what is too large is refused, and _WANT. */
    private static final int PMTUDISC_DO = 2;

    private static final int PMTUDISC_WANT = 1;

    /** What an option stands for, and which values it takes. */
    private record Field(
            ToLongFunction<UdpSocketOptions> getter, LongPredicate range, ObjLongConsumer<UdpSocketOptions> setter) {}

    private static final Field HOP_LIMIT = new Field(
            o -> o.hopLimit == 0 ? Path.DEFAULT_HOP_LIMIT : o.hopLimit,
            v -> v == -1 || (v > 0 && v <= LARGEST_OCTET),
            (o, v) -> o.hopLimit = v < 0 ? 0 : (int) v);
    private static final Field MINIMUM_HOP_LIMIT =
            new Field(o -> o.minimumHopLimit, v -> v >= 0 && v <= LARGEST_OCTET, (o, v) -> o.minimumHopLimit = (int) v);
    private static final Field TRAFFIC_CLASS =
            new Field(o -> o.trafficClass, v -> v >= 0 && v <= LARGEST_OCTET, (o, v) -> o.trafficClass = (int) v);
    private static final Field PATH_MTU = new Field(
            o -> o.fragmentation == Fragmentation.NEVER ? PMTUDISC_DO : PMTUDISC_WANT,
            v -> v >= 0,
            (o, v) -> o.fragmentation = v == PMTUDISC_DO ? Fragmentation.NEVER : Fragmentation.WHERE_NEEDED);

    private static final Field PATH_MTU_SEARCH = new Field(
            o -> bit(o.pathMtuDiscovery.isPresent()),
            v -> true,
            (o, v) -> o.pathMtuDiscovery = v == 0 ? Optional.empty() : Optional.of(DplpmtudConfig.STANDARD));

    private static final Map<SocketOption, Field> FIELDS = Map.ofEntries(
            Map.entry(SocketOption.SO_TYPE, new Field(o -> SOCK_DGRAM, v -> false, (o, v) -> {})),
            Map.entry(
                    SocketOption.SO_RCVBUF,
                    new Field(o -> o.receiveLimitBytes, v -> true, (o, v) -> o.receiveLimitBytes = octets(v))),
            Map.entry(
                    SocketOption.SO_SNDBUF,
                    new Field(o -> o.sendLimitBytes, v -> true, (o, v) -> o.sendLimitBytes = octets(v))),
            Map.entry(
                    SocketOption.SO_REUSEADDR,
                    new Field(o -> bit(o.reuseAddress), v -> true, (o, v) -> o.reuseAddress = v != 0)),
            Map.entry(
                    SocketOption.SO_REUSEPORT,
                    new Field(o -> bit(o.reusePort), v -> true, (o, v) -> o.reusePort = v != 0)),
            Map.entry(
                    SocketOption.SO_BROADCAST,
                    new Field(o -> bit(o.broadcast), v -> true, (o, v) -> o.broadcast = v != 0)),
            Map.entry(
                    SocketOption.SO_NO_CHECK,
                    new Field(o -> bit(!o.checksum4), v -> true, (o, v) -> o.checksum4 = v == 0)),
            Map.entry(
                    SocketOption.UDP_NO_CHECK6_TX,
                    new Field(o -> bit(!o.checksum6), v -> true, (o, v) -> o.checksum6 = v == 0)),
            Map.entry(
                    SocketOption.UDP_NO_CHECK6_RX,
                    new Field(o -> bit(o.acceptsZeroChecksum6), v -> true, (o, v) -> o.acceptsZeroChecksum6 = v != 0)),
            Map.entry(SocketOption.IPV6_V6ONLY, new Field(o -> bit(o.v6Only), v -> true, (o, v) -> o.v6Only = v != 0)),
            Map.entry(SocketOption.IP_TTL, HOP_LIMIT),
            Map.entry(SocketOption.IPV6_UNICAST_HOPS, HOP_LIMIT),
            Map.entry(SocketOption.IP_MINTTL, MINIMUM_HOP_LIMIT),
            Map.entry(SocketOption.IPV6_MINHOPCOUNT, MINIMUM_HOP_LIMIT),
            Map.entry(SocketOption.IP_TOS, TRAFFIC_CLASS),
            Map.entry(SocketOption.IPV6_TCLASS, TRAFFIC_CLASS),
            Map.entry(SocketOption.IP_MTU_DISCOVER, PATH_MTU),
            Map.entry(SocketOption.IPV6_MTU_DISCOVER, PATH_MTU),
            Map.entry(SocketOption.UDP_OPT_PLPMTUD, PATH_MTU_SEARCH));

    private DatagramSettings() {}

    static @Nullable Errno get(UdpSocketOptions o, SocketOption option, long[] out) {
        Field field = FIELDS.get(option);
        if (field == null) {
            return Errno.ENOPROTOOPT;
        }
        out[0] = field.getter().applyAsLong(o);
        return null;
    }

    static @Nullable Errno set(UdpSocketOptions o, SocketOption option, long value) {
        Field field = FIELDS.get(option);
        if (field == null) {
            return Errno.ENOPROTOOPT;
        }
        if (!field.range().test(value)) {
            return Errno.EINVAL;
        }
        field.setter().accept(o, value);
        return null;
    }

    private static int octets(long value) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, value));
    }

    private static int bit(boolean on) {
        return on ? 1 : 0;
    }
}
