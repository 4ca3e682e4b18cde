package io.sluice.udp;

/**
 * What a socket spends on UDP fragments (RFC 9868 §11.4, §25.4). Nothing of it is shared between sockets.
 *
 * @param maxBytes the largest datagram that is put together, with UDP header and options: MRDS size, 2926..65535
 * @param maxSegments from how many fragments: MRDS segs, 2..255
 * @param timeoutNs how long the rest of a datagram is waited for, from its first fragment on; at most 2 minutes
 * @param maxPerPeer datagrams of one peer (address and port) that are incomplete at a time
 * @param maxDatagrams datagrams that are incomplete at a time
 * @param maxMemoryBytes what their fragments may take
 */
public record FragmentLimits(
        int maxBytes, int maxSegments, long timeoutNs, int maxPerPeer, int maxDatagrams, int maxMemoryBytes) {
    /** RFC 9868 §11.6: the least MRDS size over IPv4, which a sender has to assume. */
    public static final int MIN_REASSEMBLED4 = 2926;

    /** The same over IPv6. */
    public static final int MIN_REASSEMBLED6 = 2886;

    /** RFC 9868 §11.6: the least MRDS segs. */
    public static final int MIN_SEGMENTS = 2;

    private static final long MAX_TIMEOUT_NS = 120_000_000_000L;
    private static final long DEFAULT_TIMEOUT_NS = 30_000_000_000L;

    /** 65535 octets from 64 fragments, in 30 seconds; 8 for a peer and 64 in all, in 1 MiB. */
    public static final FragmentLimits DEFAULT = new FragmentLimits(0xFFFF, 64, DEFAULT_TIMEOUT_NS, 8, 64, 1024 * 1024);

    public FragmentLimits {
        if (maxBytes < MIN_REASSEMBLED4 || maxBytes > 0xFFFF || maxSegments < MIN_SEGMENTS || maxSegments > 0xFF) {
            throw new IllegalArgumentException("MRDS " + maxBytes + "/" + maxSegments); // RFC 9868 §11.6: MUST
        }
        if (timeoutNs <= 0 || timeoutNs > MAX_TIMEOUT_NS || maxPerPeer < 1 || maxDatagrams < 1) {
            throw new IllegalArgumentException("timeout " + timeoutNs + " ns, " + maxPerPeer + "/" + maxDatagrams);
        }
    }
}
