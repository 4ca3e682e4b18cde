package io.sluice.ip;

/**
 * From which ports a host chooses where nobody has (RFC 6056 §3.2).
 *
 * @param first the lowest, 1 at least
 * @param last the highest, 65535 at most
 */
public record PortRange(int first, int last) {
    /**
     * The dynamic ports (RFC 6335 §6). Deviates from RFC 6056 §3.2 ("SHOULD use the largest possible port range", 1024 and up) because
     * it also says that ports of services which this host may have SHOULD NOT be among them, and nobody here knows those: who does
     * can widen the range.
     */
    public static final PortRange DYNAMIC = new PortRange(49_152, 65_535);

    /** @throws IllegalArgumentException if there is no such range */
    public PortRange {
        if (first < 1 || last > 0xFFFF || first > last) {
            throw new IllegalArgumentException("no ports: " + first + " to " + last);
        }
    }

    /** How many there are. */
    int count() {
        return last - first + 1;
    }
}
