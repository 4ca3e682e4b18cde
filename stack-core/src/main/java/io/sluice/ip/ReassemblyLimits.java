package io.sluice.ip;

/**
 * What fragments may cost.
 *
 * @param memoryBytes octets that all incomplete datagrams may hold together
 * @param maxDatagrams incomplete datagrams at a time; the oldest gives way
 * @param maxFragments fragments of one datagram; one with more is given up
 * @param timeout4Ns how long after its first fragment an IPv4 datagram is given up
 * @param timeout6Ns the same for IPv6
 */
public record ReassemblyLimits(long memoryBytes, int maxDatagrams, int maxFragments, long timeout4Ns, long timeout6Ns) {
    /**
     * 4 MiB, 256 datagrams of at most 128 fragments (enough for 64 KiB over every link of 576 octets or more), 60 s for
     * IPv6 (RFC 8200 §4.5), 30 s for IPv4.
     *
     * <p>Deviates from RFC 1122 §3.3.2, which wants 60 to 120 s for IPv4: with 16 bits of identification a fast sender
     * wraps around sooner, and joins fragments of different packets (RFC 4963 §2).
     */
    public static final ReassemblyLimits DEFAULT =
            new ReassemblyLimits(4L << 20, 256, 128, 30_000_000_000L, 60_000_000_000L);

    /** Throws {@link IllegalArgumentException} for limits that let nothing through. */
    public ReassemblyLimits {
        if (memoryBytes < 0 || maxDatagrams < 1 || maxFragments < 2 || timeout4Ns < 1 || timeout6Ns < 1) {
            throw new IllegalArgumentException("reassembly limits");
        }
    }
}
