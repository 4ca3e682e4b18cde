package io.sluice.link;

/**
 * What a link knows about a received packet beside its bytes: checksum state, segments merged into it, and receive
 * timestamps. One instance is reused for every packet of a link.
 */
public final class PacketMeta {
    /** No timestamp was taken. */
    public static final long NO_TIMESTAMP = Long.MIN_VALUE;

    private final Link link;
    private boolean checksumTrusted;
    private int segmentSize;
    private int segments = 1;
    private long receiveTimestampNs = NO_TIMESTAMP;
    private long hardwareTimestampNs = NO_TIMESTAMP;

    public PacketMeta(Link link) {
        this.link = link;
    }

    /** Back to: checksum not verified, one segment, no timestamps. */
    public PacketMeta reset() {
        checksumTrusted = false;
        segmentSize = 0;
        segments = 1;
        receiveTimestampNs = NO_TIMESTAMP;
        hardwareTimestampNs = NO_TIMESTAMP;
        return this;
    }

    /** The link the packet came in on. */
    public Link link() {
        return link;
    }

    /** Whether the transport checksum was verified by the device, or never left this machine; if not, the stack verifies it. */
    public boolean checksumTrusted() {
        return checksumTrusted;
    }

    public PacketMeta checksumTrusted(boolean trusted) {
        checksumTrusted = trusted;
        return this;
    }

    /** Payload octets of each segment that was merged into this packet (the last may be shorter), or 0 if it is a single one. */
    public int segmentSize() {
        return segmentSize;
    }

    /** How many segments were merged into this packet; at least 1. */
    public int segments() {
        return segments;
    }

    public PacketMeta merged(int newSegmentSize, int newSegments) {
        segmentSize = newSegmentSize;
        segments = Math.max(1, newSegments);
        return this;
    }

    /** When software saw the packet, on the host's clock in nanoseconds, or {@link #NO_TIMESTAMP}. */
    public long receiveTimestampNs() {
        return receiveTimestampNs;
    }

    /** When the device saw the packet, on the device's clock in nanoseconds, or {@link #NO_TIMESTAMP}. */
    public long hardwareTimestampNs() {
        return hardwareTimestampNs;
    }

    public PacketMeta timestamps(long softwareNs, long hardwareNs) {
        receiveTimestampNs = softwareNs;
        hardwareTimestampNs = hardwareNs;
        return this;
    }
}
