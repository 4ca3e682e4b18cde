package io.sluice.tun.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The capabilities of capabilities(7) that this module needs. */
public enum Capability {
    /** To open TUN devices and to configure interfaces. */
    CAP_NET_ADMIN(12),
    /** To make and to enter namespaces. */
    CAP_SYS_ADMIN(21);

    private static final String EFFECTIVE = "CapEff:";

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** Whether the calling thread has it in the user namespace it is in. */
    public boolean isEffective() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/thread-self/status"));
        for (String line : status) {
            if (line.startsWith(EFFECTIVE)) {
                long mask = Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).trim(), 16);
                return (mask >>> bit & 1) != 0;
            }
        }
        return false;
    }
}
