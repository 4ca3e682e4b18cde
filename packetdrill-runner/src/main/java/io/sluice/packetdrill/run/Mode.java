package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.Definitions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One of the ways in which the driver of Google's suite runs every script: with which IP and sockets, and what the names
 * stand for that its scripts leave open. What a script says of itself wins.
 */
public enum Mode {
    /** IPv4 packets, AF_INET sockets. */
    IPV4("ipv4", false, 1500, "SOL_IP", "IP_RECVERR"),

    /** IPv4 packets, AF_INET6 sockets with IPv4-mapped addresses. */
    IPV4_MAPPED_V6("ipv4-mapped-v6", false, 1500, "SOL_IPV6", "IPV6_RECVERR"),

    /** IPv6 packets, AF_INET6 sockets. */
    IPV6("ipv6", true, 1520, "SOL_IPV6", "IPV6_RECVERR");

    private static final List<String> DEFINITIONS4 = List.of("TFO_COOKIE=3021b9d889017eeb", "CODE=host_unreachable");
    private static final List<String> DEFINITIONS6 = List.of("TFO_COOKIE=c1d1e9742a47a9bc");
    private static final String SUFFIX = ".pkt";

    private final String text;
    private final boolean ipv6;
    private final int mtu;
    private final String errorLevel;
    private final String errorType;

    Mode(String text, boolean ipv6, int mtu, String errorLevel, String errorType) {
        this.text = text;
        this.ipv6 = ipv6;
        this.mtu = mtu;
        this.errorLevel = errorLevel;
        this.errorType = errorType;
    }

    /** The mode called {@code ipv4}, {@code ipv4-mapped-v6} or {@code ipv6}. */
    public static Optional<Mode> named(String name) {
        for (Mode mode : values()) {
            if (mode.text.equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }

    /** Whether the driver runs a script of this name in this mode: what ends in v4 or v6 is for that version only. */
    public boolean runs(Path script) {
        String file = script.getFileName().toString();
        String name = file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
        return ipv6 ? !name.endsWith("v4") : !name.endsWith("v6");
    }

    /** {@code config} with the addresses, the MTU and the sockets of this mode. */
    public RunConfig apply(RunConfig config) {
        return config.ipVersion(ipv6, this != IPV4).mtu(mtu);
    }

    /** The names that this mode defines, and {@code more}, which win. */
    public Definitions definitions(List<String> more) {
        Definitions all = Definitions.none().with("CMSG_LEVEL_IP", errorLevel).with("CMSG_TYPE_RECVERR", errorType);
        for (String definition : ipv6 ? DEFINITIONS6 : DEFINITIONS4) {
            all = all.with(definition);
        }
        for (String definition : more) {
            all = all.with(definition);
        }
        return all;
    }

    @Override
    public String toString() {
        return text;
    }
}
