package io.sluice.packetdrill.simulated;

import io.sluice.tcp.KnobNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The sysctls of both kernels that are no knob of the stack and yet accepted, with the reason. {@link Kind} tells those apart
 * that mean nothing here from those that the stack obeys anyway and those about what a run decides with its stack.
 */
enum IgnoredSysctl {
    FACK("net.ipv4.tcp_fack", "Linux itself ignores it since 4.15"),
    HOST_CACHE_PURGE("net.inet.tcp.hostcache.purgenow", Why.OWN_HOST),
    BLACK_HOLE_LOCAL(
            "net.inet.tcp.blackhole_local",
            "whether it holds for packets of this host itself, of which scripts have none"),
    UDP_BLACK_HOLE_LOCAL(
            "net.inet.udp.blackhole_local",
            "whether it holds for datagrams of this host itself, of which scripts have none"),
    LOCAL_TIME_WAIT("net.inet.tcp.nolocaltimewait", Why.LOCAL_CONNECTIONS),
    SEE_OTHER("net.inet.tcp.syncache.see_other", "which users see which half-open connections"),
    LOG_DEBUG("net.inet.tcp.log_debug", Why.LOGGED),
    LOG_IN_VAIN("net.inet.tcp.log_in_vain", Why.LOGGED),
    UDP_LOG_IN_VAIN("net.inet.udp.log_in_vain", Why.LOGGED),
    ICMP_LIMIT_LOG("net.inet.icmp.icmplim_output", Why.LOGGED),
    RACK_LOG("net.inet.tcp.rack.misc.bb_verbose", Why.LOGGED),
    RACK_COUNTERS("net.inet.tcp.rack.clear", "sets counters of FreeBSD's RACK to 0, which changes no packet"),
    TSO("net.inet.tcp.tso", Why.CUTTER),
    SACK_TSO("net.inet.tcp.sack.tso", Why.CUTTER),
    STREAM_RECEIVE("net.inet.tcp.soreceive_stream", "which code of FreeBSD reads from sockets"),
    ISN_RESEED("net.inet.tcp.isn_reseed_interval", "scripts count from the initial sequence number"),
    TIMESTAMP_OFFSET("net.inet.tcp.ts_offset_per_conn", "what timestamps start from, which scripts do not see"),
    HOST_CACHE("net.inet.tcp.hostcache.enable", Why.OWN_HOST),
    HOST_CACHE_EXPIRE("net.inet.tcp.hostcache.expire", Why.OWN_HOST),
    HOST_CACHE_PRUNE("net.inet.tcp.hostcache.prune", Why.OWN_HOST),
    HOST_CACHE_PURGE_LATER("net.inet.tcp.hostcache.purge", Why.OWN_HOST),
    COOKIE_CACHE_BUCKETS(
            "net.inet.tcp.fastopen.ccache_buckets", "how cookies are found again, which changes no packet"),
    CONNECTION_BUCKETS("net.inet.tcp.tcbhashsize", "how connections are found, which changes no packet"),
    HALF_OPEN_BUCKETS("net.inet.tcp.syncache.hashsize", "how half-open connections are found, which changes no packet"),
    TIMERS_EACH_PROCESSOR("net.inet.tcp.per_cpu_timers", "which processor runs timers, which changes no packet"),
    LOCAL_LIFETIME("net.inet.tcp.msl_local", Why.LOCAL_CONNECTIONS),
    MERGED_ENTRIES(
            "net.inet.tcp.lro.entries", "who merges segments that arrive; scripts say themselves what arrives merged"),
    DEVICE_TLS("net.inet.tcp.switch_to_ifnet_tls", "who encrypts, of which scripts see nothing"),
    BLACK_BOX("net.inet.tcp.bb.log_auto_all", Why.LOGGED),
    HYSTART_LOG("net.inet.tcp.cc.hystartplusplus.bblogs", Why.LOGGED),
    PORT_FIRST("net.inet.ip.portrange.first", Why.PORTS),
    PORT_LAST("net.inet.ip.portrange.last", Why.PORTS),
    PORT_UNIQUE("net.inet.tcp.require_unique_port", Why.PORTS),
    PORT_RANDOM("net.inet.ip.portrange.randomized", Why.PORTS),
    RANDOM_ID("net.inet.ip.random_id", "what identifies IP packets, which scripts do not see"),
    ROUTING_TABLES("net.inet.tcp.bind_all_fibs", Why.ONE_TABLE),
    UDP_ROUTING_TABLES("net.inet.udp.bind_all_fibs", Why.ONE_TABLE),
    ROUTER("net.inet.ip.forwarding", "0", "hosts forward nothing"),
    ROUTER6("net.inet6.ip6.forwarding", "0", "hosts forward nothing"),
    HOP_LIMIT("net.inet.ip.ttl", "64", "the TTL is 64 where a socket has no IP_TTL"),
    HOP_LIMIT6("net.inet6.ip6.hlim", "64", "the hop limit is 64 where a socket has no IPV6_UNICAST_HOPS"),
    ECN_BACKOFF_IN_RECOVERY(
            "net.inet.tcp.cc.abe_frlossreduce",
            "0",
            "a loss lowers the window as any loss does, whether or not a mark has"),
    PIPE("net.inet.tcp.rfc6675_pipe", "1", Why.RFC_6675),
    FUNCTIONS_INHERITED(
            "net.inet.tcp.functions_inherit_listen_socket_stack", "1", "a connection has the stack of its listener"),
    FUNCTIONS_DEFAULT("net.inet.tcp.functions_default", Kind.STACK, "", "the stack that a run has decides"),
    LIMITED_TRANSMIT("net.inet.tcp.rfc3042", "1", "duplicate acknowledgments let new segments leave (RFC 3042)"),
    LARGER_WINDOW("net.inet.tcp.rfc3390", "1", "the initial window is that of RFC 6928, which replaced RFC 3390"),
    BYTE_COUNTING("net.inet.tcp.rfc3465", "1", "the window grows by octets acknowledged (RFC 3465)"),
    PRR("net.inet.tcp.do_prr", "1", Why.RFC_9937),
    PRR_CONSERVATIVE("net.inet.tcp.do_prr_conservative", "0", Why.RFC_9937),
    REVISED_SACK("net.inet.tcp.sack.revised", "1", Why.RFC_6675),
    LOST_RETRANSMISSIONS("net.inet.tcp.sack.lrd", "1", Why.LOST_AGAIN),
    LOST_RETRANSMISSIONS_BEFORE("net.inet.tcp.do_lrd", "1", Why.LOST_AGAIN),
    LOW_WATER("net.inet.tcp.sendbuf_auto_lowat", "0", "send buffers grow without regard to SO_SNDLOWAT"),
    TIME_OUT_UNACKNOWLEDGED("net.inet.tcp.maxunacktime", "0", "there is no such limit but TCP_USER_TIMEOUT"),
    FAST_OPEN_PSK("net.inet.tcp.fastopen.psk_enable", "0", "Fast Open knows no shared secrets"),
    ECN_FALLBACK("net.ipv4.tcp_ecn_fallback", "1", "SYNs that are repeated stop asking for ECN (RFC 3168 §6.1.1.1)"),
    DSACK("net.ipv4.tcp_dsack", "1", "duplicates are reported where SACK was agreed (RFC 2883)"),
    RECOVERY(
            "net.ipv4.tcp_recovery",
            Kind.STACK,
            "",
            "the stack that a run has decides: rack has RACK, the default stack RFC 6675");

    private final String name;
    private final Kind kind;
    private final String values;
    private final String reason;

    /** Why a sysctl is accepted. */
    enum Kind {
        /** Nothing that it could change exists here. */
        MEANINGLESS,
        /** The stack does what the accepted values say, and cannot do otherwise. */
        FIXED,
        /** What it changes is another for each stack that a run may have, and scripts cannot choose. */
        STACK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reasons of more than one. */
    private static final class Why {
        static final String OWN_HOST = "each run has a host of its own, which remembers nothing from runs before";
        static final String LOCAL_CONNECTIONS =
                "about connections between addresses of this host, of which scripts have none";
        static final String LOGGED = "what is logged, which changes no packet";
        static final String CUTTER = "who cuts super-segments into packets, of which scripts see only these";
        static final String PORTS = "which ports are chosen for connections, which scripts do not see";
        static final String ONE_TABLE = "from which of several routing tables peers may come; a host has one";
        static final String LOST_AGAIN = "retransmissions that are lost are found";
        static final String RFC_6675 = "recovery follows RFC 6675";
        static final String RFC_9937 = "the window is reduced in proportion (RFC 9937)";
    }

    /** One that means nothing here. */
    IgnoredSysctl(String name, String reason) {
        this(name, Kind.MEANINGLESS, "", reason);
    }

    /** One of which the stack does what the accepted {@code values} say. */
    IgnoredSysctl(String name, String values, String reason) {
        this(name, Kind.FIXED, values, reason);
    }

    /** @param values those that are accepted, separated by blanks; "" accepts any */
    IgnoredSysctl(String name, Kind kind, String values, String reason) {
        this.name = name;
        this.kind = kind;
        this.values = values;
        this.reason = reason;
    }

    /** The sysctl called {@code name}. */
    static Optional<IgnoredSysctl> named(String name) {
        for (IgnoredSysctl sysctl : values()) {
            if (sysctl.name.equals(name)) {
                return Optional.of(sysctl);
            }
        }
        return Optional.empty();
    }

    /** What the kernel calls it. */
    String sysctlName() {
        return name;
    }

    /** Which sort of reason it is. */
    Kind kind() {
        return kind;
    }

    /** Whether the stack has a knob of this name after all, which counts then. */
    boolean isKnob() {
        return KnobNames.find(name).isPresent();
    }

    /** Why it is accepted. */
    String reason() {
        return reason;
    }

    /** Whether {@code value} is accepted. */
    boolean accepts(String value) {
        return values.isEmpty() || List.of(values.split(" ", -1)).contains(value);
    }
}
