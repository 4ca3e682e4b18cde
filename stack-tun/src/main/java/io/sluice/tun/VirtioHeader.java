package io.sluice.tun;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header before each packet of a device with offload: {@code struct virtio_net_hdr} (virtio 1.2 §5.1.6), in the
 * little-endian form that x86-64 and aarch64 kernels use. It says what is still to be done to the packet: a checksum to
 * fill in, segments to cut.
 *
 * <p>Holds the fields of one packet; reused for the next.
 */
final class VirtioHeader {
    static final int FLAG_NEEDS_CHECKSUM = 1;
    static final int FLAG_DATA_VALID = 2;

    static final int GSO_NONE = 0;
    static final int GSO_TCPV4 = 1;
    static final int GSO_TCPV6 = 4;
    static final int GSO_UDP_L4 = 5;
    /** Beside a TCP type: the first segment has CWR set, and only the first may (RFC 3168 §6.1.2). */
    static final int GSO_ECN = 0x80;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int BUFFER_COUNT = 10;

    /** {@code VIRTIO_NET_HDR_F_}. */
    int flags;

    int gsoType;
    /** Octets of IP and transport header; from the kernel no more than a hint of it. */
    int headerLength;

    int gsoSize;
    int checksumStart;
    int checksumOffset;

    VirtioHeader clear() {
        flags = 0;
        gsoType = GSO_NONE;
        headerLength = 0;
        gsoSize = 0;
        checksumStart = 0;
        checksumOffset = 0;
        return this;
    }

    void read(ByteBuf in, int offset) {
        flags = in.getUnsignedByte(offset + FLAGS);
        gsoType = in.getUnsignedByte(offset + GSO_TYPE);
        headerLength = in.getUnsignedShortLE(offset + HEADER_LENGTH);
        gsoSize = in.getUnsignedShortLE(offset + GSO_SIZE);
        checksumStart = in.getUnsignedShortLE(offset + CHECKSUM_START);
        checksumOffset = in.getUnsignedShortLE(offset + CHECKSUM_OFFSET);
    }

    /** Writes twelve octets to {@code out}, which must be {@link ByteOrder#LITTLE_ENDIAN}. */
    void write(ByteBuffer out, int offset) {
        out.put(offset + FLAGS, (byte) flags);
        out.put(offset + GSO_TYPE, (byte) gsoType);
        out.putShort(offset + HEADER_LENGTH, (short) headerLength);
        out.putShort(offset + GSO_SIZE, (short) gsoSize);
        out.putShort(offset + CHECKSUM_START, (short) checksumStart);
        out.putShort(offset + CHECKSUM_OFFSET, (short) checksumOffset);
        out.putShort(offset + BUFFER_COUNT, (short) 0);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The type without {@link #GSO_ECN}. */
    int segmentation() {
        return gsoType & ~GSO_ECN;
    }

    /**
     * How many segments are merged into {@code packetLength} octets of packet at {@code offset}; at least 1.
     *
     * <p>The kernel leaves the checksum of a merged packet open, so {@link #checksumStart} is where its transport header
     * is. {@link #headerLength} is not relied on: it may cover some payload.
     */
    int segments(ByteBuf in, int offset, int packetLength) {
        if (segmentation() == GSO_NONE || gsoSize == 0) {
            return 1;
        }
        int payload = packetLength - transportEnd(in, offset, packetLength);
        return Math.max(1, (payload + gsoSize - 1) / gsoSize);
    }

    private int transportEnd(ByteBuf in, int offset, int packetLength) {
        final int udpHeaderLength = 8;
        final int tcpDataOffset = 12;
        if (!has(FLAG_NEEDS_CHECKSUM) || checksumStart + tcpDataOffset >= packetLength) {
            return headerLength;
        }
        return segmentation() == GSO_UDP_L4
                ? checksumStart + udpHeaderLength
                : checksumStart + ((in.getUnsignedByte(offset + checksumStart + tcpDataOffset) & 0xF0) >>> 2);
    }
}
