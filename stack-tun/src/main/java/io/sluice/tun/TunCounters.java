package io.sluice.tun;

/**
 * What one {@link TunLink} has counted; all only go up. Written by the link's thread; another thread may read values a
 * little out of date.
 */
public final class TunCounters {
    long packetsReceived;
    long bytesReceived;
    long mergedPacketsReceived;
    long segmentsReceived;
    long emptyReads;
    long readErrors;
    long invalidReads;
    long buffersKept;
    long packetsSent;
    long bytesSent;
    long superSegmentsSent;
    long busyWrites;
    long writeErrors;
    long shortWrites;
    long packetsRefused;
    long payloadBytesCopied;

    TunCounters() {}

    /** Packets given to the host. */
    public long packetsReceived() {
        return packetsReceived;
    }

    /** Octets of those, without virtio headers. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Those of them that several segments were merged into. */
    public long mergedPacketsReceived() {
        return mergedPacketsReceived;
    }

    /** Packets received, with merged ones counted as what they were merged from. */
    public long segmentsReceived() {
        return segmentsReceived;
    }

    /** Reads that found nothing (EAGAIN). */
    public long emptyReads() {
        return emptyReads;
    }

    public long readErrors() {
        return readErrors;
    }

    /** Packets that were discarded here: shorter than their virtio header, or longer than the buffer. */
    public long invalidReads() {
        return invalidReads;
    }

    /** Receive buffers that the host kept, so that a new one had to be taken from the pool. */
    public long buffersKept() {
        return buffersKept;
    }

    public long packetsSent() {
        return packetsSent;
    }

    /** Octets of those, without virtio headers. */
    public long bytesSent() {
        return bytesSent;
    }

    /** Those of them that are left to the kernel to cut into segments. */
    public long superSegmentsSent() {
        return superSegmentsSent;
    }

    /** Writes that the device could not take (EAGAIN). */
    public long busyWrites() {
        return busyWrites;
    }

    /** Writes that failed; the packet is lost. EIO means that the interface is down. */
    public long writeErrors() {
        return writeErrors;
    }

    /** Writes of which the kernel took only a part; the packet is lost. */
    public long shortWrites() {
        return shortWrites;
    }

    /** Packets that ask for an offload the kernel did not grant. */
    public long packetsRefused() {
        return packetsRefused;
    }

    /** Payload octets copied before writing, because they were not in direct memory or in too many pieces. */
    public long payloadBytesCopied() {
        return payloadBytesCopied;
    }

    /** {@code name=value} of everything that is not zero. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "packetsReceived", packetsReceived);
        append(text, "bytesReceived", bytesReceived);
        append(text, "mergedPacketsReceived", mergedPacketsReceived);
        append(text, "segmentsReceived", segmentsReceived);
        append(text, "emptyReads", emptyReads);
        append(text, "readErrors", readErrors);
        append(text, "invalidReads", invalidReads);
        append(text, "buffersKept", buffersKept);
        append(text, "packetsSent", packetsSent);
        append(text, "bytesSent", bytesSent);
        append(text, "superSegmentsSent", superSegmentsSent);
        append(text, "busyWrites", busyWrites);
        append(text, "writeErrors", writeErrors);
        append(text, "shortWrites", shortWrites);
        append(text, "packetsRefused", packetsRefused);
        append(text, "payloadBytesCopied", payloadBytesCopied);
        return text.toString();
    }

    private static void append(StringBuilder text, String name, long value) {
        if (value != 0) {
            text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(value);
        }
    }
}
