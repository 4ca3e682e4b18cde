package io.sluice.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.sluice.link.Path;
import io.sluice.udp.DatagramOptions;
import io.sluice.udp.DplpmtudConfig;
import io.sluice.udp.FragmentLimits;
import io.sluice.udp.OptionRules;
import io.sluice.udp.UdpSocketOptions;
import io.sluice.udp.UdpSocketOptions.OptionReception;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The {@link ChannelOption}s of UDP sockets, each a field of {@link UdpSocketOptions}. */
final class UdpSettings {
    static final Setting<UdpSocketOptions, Integer> RECEIVE_BUFFER =
            new Setting<>(ChannelOption.SO_RCVBUF, o -> o.receiveLimitBytes, (o, v) -> o.receiveLimitBytes = v);
    static final Setting<UdpSocketOptions, Integer> SEND_BUFFER =
            new Setting<>(ChannelOption.SO_SNDBUF, o -> o.sendLimitBytes, (o, v) -> o.sendLimitBytes = v);
    static final Setting<UdpSocketOptions, Boolean> REUSE_ADDRESS =
            new Setting<>(ChannelOption.SO_REUSEADDR, o -> o.reuseAddress, (o, v) -> o.reuseAddress = v);
    static final Setting<UdpSocketOptions, Boolean> BROADCAST =
            new Setting<>(ChannelOption.SO_BROADCAST, o -> o.broadcast, (o, v) -> o.broadcast = v);
    static final Setting<UdpSocketOptions, Integer> TRAFFIC_CLASS =
            new Setting<>(ChannelOption.IP_TOS, o -> o.trafficClass, (o, v) -> o.trafficClass = v);
    static final Setting<UdpSocketOptions, Integer> MULTICAST_HOP_LIMIT =
            new Setting<>(ChannelOption.IP_MULTICAST_TTL, o -> o.multicastHopLimit, (o, v) -> o.multicastHopLimit = v);

    private static final Setting<UdpSocketOptions, Boolean> REUSE_PORT =
            new Setting<>(UnixChannelOption.SO_REUSEPORT, o -> o.reusePort, (o, v) -> o.reusePort = v);
    private static final Setting<UdpSocketOptions, Integer> HOP_LIMIT = new Setting<>(
            SluiceChannelOption.IP_TTL,
            o -> o.hopLimit == 0 ? Path.DEFAULT_HOP_LIMIT : o.hopLimit,
            (o, v) -> o.hopLimit = v);
    private static final Setting<UdpSocketOptions, Integer> MINIMUM_HOP_LIMIT =
            new Setting<>(SluiceChannelOption.IP_MINTTL, o -> o.minimumHopLimit, (o, v) -> o.minimumHopLimit = v);
    private static final Setting<UdpSocketOptions, Boolean> IPV6_ONLY =
            new Setting<>(SluiceChannelOption.IPV6_V6ONLY, o -> o.v6Only, (o, v) -> o.v6Only = v);

    private static final Setting<UdpSocketOptions, OptionReception> OPTIONS =
            new Setting<>(SluiceChannelOption.UDP_OPTIONS, o -> o.optionReception, (o, v) -> o.optionReception = v);
    private static final Setting<UdpSocketOptions, DatagramOptions> DATAGRAM_OPTIONS = new Setting<>(
            SluiceChannelOption.UDP_DATAGRAM_OPTIONS, o -> o.datagramOptions, (o, v) -> o.datagramOptions = v);
    private static final Setting<UdpSocketOptions, Set<Integer>> REQUIRED_OPTIONS = new Setting<>(
            SluiceChannelOption.UDP_REQUIRED_OPTIONS,
            o -> o.requiredOptions,
            (o, v) -> o.requiredOptions = Set.copyOf(v));
    private static final Setting<UdpSocketOptions, OptionRules> OPTION_RULES =
            new Setting<>(SluiceChannelOption.UDP_OPTION_RULES, o -> o.optionRules, (o, v) -> o.optionRules = v);
    private static final Setting<UdpSocketOptions, FragmentLimits> FRAGMENT_LIMITS = new Setting<>(
            SluiceChannelOption.UDP_FRAGMENT_LIMITS, o -> o.fragmentLimits, (o, v) -> o.fragmentLimits = v);
    private static final Setting<UdpSocketOptions, Boolean> ANSWER_PROBES =
            new Setting<>(SluiceChannelOption.UDP_ANSWER_PROBES, o -> o.answerProbes, (o, v) -> o.answerProbes = v);

    private static final Setting<UdpSocketOptions, Optional<DplpmtudConfig>> PATH_MTU_DISCOVERY = new Setting<>(
            SluiceChannelOption.UDP_PATH_MTU_DISCOVERY, o -> o.pathMtuDiscovery, (o, v) -> o.pathMtuDiscovery = v);

    private static final Setting<UdpSocketOptions, Boolean> NO_CHECK6_TX =
            new Setting<>(SluiceChannelOption.UDP_NO_CHECK6_TX, o -> !o.checksum6, (o, v) -> o.checksum6 = !v);
    private static final Setting<UdpSocketOptions, Boolean> NO_CHECK6_RX = new Setting<>(
            SluiceChannelOption.UDP_NO_CHECK6_RX, o -> o.acceptsZeroChecksum6, (o, v) -> o.acceptsZeroChecksum6 = v);

    static final List<Setting<UdpSocketOptions, ?>> ALL = List.of(
            RECEIVE_BUFFER,
            SEND_BUFFER,
            REUSE_ADDRESS,
            BROADCAST,
            TRAFFIC_CLASS,
            MULTICAST_HOP_LIMIT,
            REUSE_PORT,
            HOP_LIMIT,
            MINIMUM_HOP_LIMIT,
            IPV6_ONLY,
            OPTIONS,
            DATAGRAM_OPTIONS,
            REQUIRED_OPTIONS,
            OPTION_RULES,
            FRAGMENT_LIMITS,
            ANSWER_PROBES,
            PATH_MTU_DISCOVERY,
            NO_CHECK6_TX,
            NO_CHECK6_RX);

    private UdpSettings() {}
}
