package io.sluice.packetdrill.run;

import java.util.Locale;
import java.util.Optional;

/** What carries the packets of a script to the stack under test. */
public enum LinkKind {
    /** IP packets as they are: a TUN device. */
    IP,

    /**
     * Ethernet frames: a TAP device. The stack has to find the MAC addresses of a script's addresses by ARP (RFC 826) and
     * neighbour discovery (RFC 4861); the runner answers, and checks where frames go.
     */
    ETHERNET;

    /** The kind called {@code ip} or {@code ethernet}, in any case. */
    public static Optional<LinkKind> named(String name) {
        for (LinkKind each : values()) {
            if (each.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
