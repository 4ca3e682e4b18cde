package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.sluice.udp.UdpOptions;
import java.util.List;

/** The {@link ChannelOption}s of UDP sockets, each a field of {@link UdpOptions}. */
final class UdpSettings {
    static final Setting<UdpOptions, Integer> RECEIVE_BUFFER =
            new Setting<>(ChannelOption.SO_RCVBUF, o -> o.receiveLimitBytes, (o, v) -> o.receiveLimitBytes = v);
    static final Setting<UdpOptions, Integer> SEND_BUFFER =
            new Setting<>(ChannelOption.SO_SNDBUF, o -> o.sendLimitBytes, (o, v) -> o.sendLimitBytes = v);
    static final Setting<UdpOptions, Boolean> REUSE_ADDRESS =
            new Setting<>(ChannelOption.SO_REUSEADDR, o -> o.reuseAddress, (o, v) -> o.reuseAddress = v);
    static final Setting<UdpOptions, Boolean> BROADCAST =
            new Setting<>(ChannelOption.SO_BROADCAST, o -> o.broadcast, (o, v) -> o.broadcast = v);
    static final Setting<UdpOptions, Integer> TRAFFIC_CLASS =
            new Setting<>(ChannelOption.IP_TOS, o -> o.trafficClass, (o, v) -> o.trafficClass = v);
    static final Setting<UdpOptions, Integer> MULTICAST_HOP_LIMIT =
            new Setting<>(ChannelOption.IP_MULTICAST_TTL, o -> o.multicastHopLimit, (o, v) -> o.multicastHopLimit = v);

    private static final Setting<UdpOptions, Boolean> REUSE_PORT =
            new Setting<>(UnixChannelOption.SO_REUSEPORT, o -> o.reusePort, (o, v) -> o.reusePort = v);
    private static final Setting<UdpOptions, Integer> HOP_LIMIT =
            new Setting<>(SluiceChannelOption.IP_TTL, o -> o.hopLimit, (o, v) -> o.hopLimit = v);
    private static final Setting<UdpOptions, Boolean> IPV6_ONLY =
            new Setting<>(SluiceChannelOption.IPV6_V6ONLY, o -> o.v6Only, (o, v) -> o.v6Only = v);

    static final List<Setting<UdpOptions, ?>> ALL = List.of(
            RECEIVE_BUFFER,
            SEND_BUFFER,
            REUSE_ADDRESS,
            BROADCAST,
            TRAFFIC_CLASS,
            MULTICAST_HOP_LIMIT,
            REUSE_PORT,
            HOP_LIMIT,
            IPV6_ONLY);

    private UdpSettings() {}
}
