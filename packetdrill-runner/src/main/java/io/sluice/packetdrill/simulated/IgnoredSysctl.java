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
    FACK("net.ipv4.tcp_fack", Kind.MEANINGLESS, "", "Linux itself ignores it since 4.15"),
    HOST_CACHE_PURGE(
            "net.inet.tcp.hostcache.purgenow",
            Kind.MEANINGLESS,
            "",
            "each run has a host of its own, which remembers nothing from runs before"),
    BLACK_HOLE_LOCAL(
            "net.inet.tcp.blackhole_local",
            Kind.MEANINGLESS,
            "",
            "whether it holds for packets of this host itself, of which scripts have none"),
    LOCAL_TIME_WAIT(
            "net.inet.tcp.nolocaltimewait",
            Kind.MEANINGLESS,
            "",
            "about connections between addresses of this host, of which scripts have none"),
    SEE_OTHER("net.inet.tcp.syncache.see_other", Kind.MEANINGLESS, "", "which users see which half-open connections"),
    LOG_DEBUG("net.inet.tcp.log_debug", Kind.MEANINGLESS, "", "what is logged, which changes no packet"),
    LOG_IN_VAIN("net.inet.tcp.log_in_vain", Kind.MEANINGLESS, "", "what is logged, which changes no packet"),
    TSO(
            "net.inet.tcp.tso",
            Kind.MEANINGLESS,
            "",
            "who cuts super-segments into packets, of which scripts see only these"),
    SACK_TSO(
            "net.inet.tcp.sack.tso",
            Kind.MEANINGLESS,
            "",
            "who cuts super-segments into packets, of which scripts see only these"),
    STREAM_RECEIVE("net.inet.tcp.soreceive_stream", Kind.MEANINGLESS, "", "which code of FreeBSD reads from sockets"),
    ISN_RESEED(
            "net.inet.tcp.isn_reseed_interval", Kind.MEANINGLESS, "", "scripts count from the initial sequence number"),
    TIMESTAMP_OFFSET(
            "net.inet.tcp.ts_offset_per_conn",
            Kind.MEANINGLESS,
            "",
            "what timestamps start from, which scripts do not see"),
    HOST_CACHE(
            "net.inet.tcp.hostcache.enable",
            Kind.MEANINGLESS,
            "",
            "each run has a host of its own, which remembers nothing from runs before"),
    HOST_CACHE_EXPIRE(
            "net.inet.tcp.hostcache.expire",
            Kind.MEANINGLESS,
            "",
            "each run has a host of its own, which remembers nothing from runs before"),
    HOST_CACHE_PRUNE(
            "net.inet.tcp.hostcache.prune",
            Kind.MEANINGLESS,
            "",
            "each run has a host of its own, which remembers nothing from runs before"),
    HOST_CACHE_PURGE_LATER(
            "net.inet.tcp.hostcache.purge",
            Kind.MEANINGLESS,
            "",
            "each run has a host of its own, which remembers nothing from runs before"),
    COOKIE_CACHE_BUCKETS(
            "net.inet.tcp.fastopen.ccache_buckets",
            Kind.MEANINGLESS,
            "",
            "how cookies are found again, which changes no packet"),
    CONNECTION_BUCKETS(
            "net.inet.tcp.tcbhashsize", Kind.MEANINGLESS, "", "how connections are found, which changes no packet"),
    HALF_OPEN_BUCKETS(
            "net.inet.tcp.syncache.hashsize",
            Kind.MEANINGLESS,
            "",
            "how half-open connections are found, which changes no packet"),
    TIMERS_EACH_PROCESSOR(
            "net.inet.tcp.per_cpu_timers",
            Kind.MEANINGLESS,
            "",
            "which processor runs timers, which changes no packet"),
    LOCAL_LIFETIME(
            "net.inet.tcp.msl_local",
            Kind.MEANINGLESS,
            "",
            "about connections between addresses of this host, of which scripts have none"),
    MERGED_ENTRIES(
            "net.inet.tcp.lro.entries",
            Kind.MEANINGLESS,
            "",
            "who merges segments that arrive; scripts say themselves what arrives merged"),
    DEVICE_TLS("net.inet.tcp.switch_to_ifnet_tls", Kind.MEANINGLESS, "", "who encrypts, of which scripts see nothing"),
    BLACK_BOX("net.inet.tcp.bb.log_auto_all", Kind.MEANINGLESS, "", "what is logged, which changes no packet"),
    HYSTART_LOG(
            "net.inet.tcp.cc.hystartplusplus.bblogs", Kind.MEANINGLESS, "", "what is logged, which changes no packet"),
    PORT_FIRST(
            "net.inet.ip.portrange.first",
            Kind.MEANINGLESS,
            "",
            "which ports are chosen for connections, which scripts do not see"),
    PORT_LAST(
            "net.inet.ip.portrange.last",
            Kind.MEANINGLESS,
            "",
            "which ports are chosen for connections, which scripts do not see"),
    PORT_RANDOM(
            "net.inet.ip.portrange.randomized",
            Kind.MEANINGLESS,
            "",
            "which ports are chosen for connections, which scripts do not see"),
    RANDOM_ID("net.inet.ip.random_id", Kind.MEANINGLESS, "", "what identifies IP packets, which scripts do not see"),
    ROUTER("net.inet.ip.forwarding", Kind.FIXED, "0", "hosts forward nothing"),
    ROUTER6("net.inet6.ip6.forwarding", Kind.FIXED, "0", "hosts forward nothing"),
    HOP_LIMIT("net.inet.ip.ttl", Kind.FIXED, "64", "the TTL is 64 where a socket has no IP_TTL"),
    HOP_LIMIT6("net.inet6.ip6.hlim", Kind.FIXED, "64", "the hop limit is 64 where a socket has no IPV6_UNICAST_HOPS"),
    ECN_BACKOFF_IN_RECOVERY(
            "net.inet.tcp.cc.abe_frlossreduce",
            Kind.FIXED,
            "0",
            "a loss lowers the window as any loss does, whether or not a mark has"),
    PIPE("net.inet.tcp.rfc6675_pipe", Kind.FIXED, "1", "recovery follows RFC 6675"),
    FUNCTIONS_INHERITED(
            "net.inet.tcp.functions_inherit_listen_socket_stack",
            Kind.FIXED,
            "1",
            "a connection has the stack of its listener"),
    FUNCTIONS_DEFAULT("net.inet.tcp.functions_default", Kind.STACK, "", "the stack that a run has decides"),
    LIMITED_TRANSMIT(
            "net.inet.tcp.rfc3042", Kind.FIXED, "1", "duplicate acknowledgments let new segments leave (RFC 3042)"),
    LARGER_WINDOW(
            "net.inet.tcp.rfc3390", Kind.FIXED, "1", "the initial window is that of RFC 6928, which replaced RFC 3390"),
    BYTE_COUNTING("net.inet.tcp.rfc3465", Kind.FIXED, "1", "the window grows by octets acknowledged (RFC 3465)"),
    PRR("net.inet.tcp.do_prr", Kind.FIXED, "1", "the window is reduced in proportion (RFC 9937)"),
    PRR_CONSERVATIVE(
            "net.inet.tcp.do_prr_conservative", Kind.FIXED, "0", "the window is reduced in proportion (RFC 9937)"),
    REVISED_SACK("net.inet.tcp.sack.revised", Kind.FIXED, "1", "recovery follows RFC 6675"),
    LOST_RETRANSMISSIONS("net.inet.tcp.sack.lrd", Kind.FIXED, "1", "retransmissions that are lost are found"),
    TIME_OUT_UNACKNOWLEDGED(
            "net.inet.tcp.maxunacktime", Kind.FIXED, "0", "there is no such limit but TCP_USER_TIMEOUT"),
    FAST_OPEN_PSK("net.inet.tcp.fastopen.psk_enable", Kind.FIXED, "0", "Fast Open knows no shared secrets"),
    DSACK("net.ipv4.tcp_dsack", Kind.FIXED, "1", "duplicates are reported where SACK was agreed (RFC 2883)"),
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
