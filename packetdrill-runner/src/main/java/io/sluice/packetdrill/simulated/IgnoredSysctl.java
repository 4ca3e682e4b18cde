package io.sluice.packetdrill.simulated;

import io.sluice.tcp.Knob;
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
        return Knob.named(name).isPresent();
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
