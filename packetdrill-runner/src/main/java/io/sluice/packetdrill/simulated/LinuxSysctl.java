package io.sluice.packetdrill.simulated;

import java.util.List;
import java.util.Optional;

/**
 * The sysctls of Linux that are no knob of the stack and yet accepted, with the reason. {@link Kind} tells those apart
 * that mean nothing here from those that the stack obeys anyway and those that wait for what is not built yet.
 */
enum LinuxSysctl {
    FACK("net.ipv4.tcp_fack", Kind.MEANINGLESS, "", "Linux itself ignores it since 4.15"),
    FAST_OPEN_BLACK_HOLE(
            "net.ipv4.tcp_fastopen_blackhole_timeout_sec",
            Kind.MEANINGLESS,
            "",
            "how long Fast Open stays off after a failure: no host here lives on after one"),
    DSACK("net.ipv4.tcp_dsack", Kind.FIXED, "1", "duplicates are reported where SACK was agreed (RFC 2883)"),
    ECN_OPTION("net.ipv4.tcp_ecn_option", Kind.FIXED, "0 1 2", "only matters with AccECN, which is not offered"),
    FRTO("net.ipv4.tcp_frto", Kind.PENDING, "1 2", "a timeout is taken for a loss"),
    RECOVERY("net.ipv4.tcp_recovery", Kind.PENDING, "", "RACK comes with the rack stack; RFC 6675 stands in for it"),
    FAST_OPEN("net.ipv4.tcp_fastopen", Kind.PENDING, "", "Fast Open is not built yet: no SYN carries data or a cookie"),
    FAST_OPEN_KEY("net.ipv4.tcp_fastopen_key", Kind.PENDING, "", "Fast Open is not built yet: there are no cookies");

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
        /** What it changes is not built yet. */
        PENDING
    }

    /** @param values those that are accepted, separated by blanks; "" accepts any */
    LinuxSysctl(String name, Kind kind, String values, String reason) {
        this.name = name;
        this.kind = kind;
        this.values = values;
        this.reason = reason;
    }

    /** The sysctl called {@code name}. */
    static Optional<LinuxSysctl> named(String name) {
        for (LinuxSysctl sysctl : values()) {
            if (sysctl.name.equals(name)) {
                return Optional.of(sysctl);
            }
        }
        return Optional.empty();
    }

    String sysctlName() {
        return name;
    }

    Kind kind() {
        return kind;
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
