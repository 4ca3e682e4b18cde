package io.sluice.link;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way to a {@link Link}: one header buffer (IP and transport header) and slices of payload that stay
 * where the sender holds them. One instance is reused for every packet of a host; nothing may keep it past
 * {@link Link#emit}.
 */
public final class OutboundPacket {
    /** Room for an IPv6 header with extensions and a TCP header with all its options. */
    public static final int HEADER_CAPACITY = 256;

    private static final int INITIAL_SLICES = 16;
    private static final int MAX_LINK_HEADER = 16;

    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_CAPACITY);
    private @Nullable ByteBuf[] buffers = new ByteBuf[INITIAL_SLICES];
    private int[] offsets = new int[INITIAL_SLICES];
    private int[] lengths = new int[INITIAL_SLICES];
    private int sliceCount;
    private int payloadLength;
    private int headerLength;
    private int transportOffset;
    private int protocol;
    private boolean ipv6;
    private boolean checksumPartial;
    private int checksumOffset;
    private int gsoSize;
    private long txToken;
    /** For links that carry frames; made when the first of them needs it. */
    private @Nullable ByteBuffer linkHeader;

    private int linkHeaderLength;

    /** Forgets the previous packet. */
    public OutboundPacket reset() {
        Arrays.fill(buffers, 0, sliceCount, null);
        sliceCount = 0;
        payloadLength = 0;
        headerLength = 0;
        transportOffset = 0;
        protocol = 0;
        ipv6 = false;
        checksumPartial = false;
        checksumOffset = 0;
        gsoSize = 0;
        txToken = 0;
        linkHeaderLength = 0;
        return this;
    }

    /** The header of the frame, at index 0; only the first {@link #linkHeaderLength()} octets count. */
    public ByteBuffer linkHeader() {
        ByteBuffer b = linkHeader;
        if (b == null) {
            b = ByteBuffer.allocateDirect(MAX_LINK_HEADER);
            linkHeader = b;
        }
        return b;
    }

    /** Octets of {@link #linkHeader()}: 0 on links that carry IP packets. */
    public int linkHeaderLength() {
        return linkHeaderLength;
    }

    public OutboundPacket linkHeaderLength(int octets) {
        linkHeaderLength = octets;
        return this;
    }

    /** The header bytes, at index 0; big-endian, direct. Only the first {@link #headerLength()} octets count. */
    public ByteBuffer header() {
        return header;
    }

    /** Octets of IP and transport header together. */
    public int headerLength() {
        return headerLength;
    }

    /**
     * Describes the header that was written to {@link #header()}.
     *
     * @param length octets of IP and transport header together
     * @param newTransportOffset where the transport header starts
     */
    public OutboundPacket header(int length, int newTransportOffset, int newProtocol, boolean isIpv6) {
        headerLength = length;
        transportOffset = newTransportOffset;
        protocol = newProtocol;
        ipv6 = isIpv6;
        return this;
    }

    /** Where in {@link #header()} the transport header starts. */
    public int transportOffset() {
        return transportOffset;
    }

    /** The IP protocol number of the transport header. */
    public int protocol() {
        return protocol;
    }

    public boolean ipv6() {
        return ipv6;
    }

    /**
     * Whether the transport checksum field holds only the folded sum of the pseudo-header and the link has to complete
     * it; otherwise the field is final.
     */
    public boolean checksumPartial() {
        return checksumPartial;
    }

    /** Where the checksum field lies in the transport header, in octets; meaningful with {@link #checksumPartial()}. */
    public int checksumOffset() {
        return checksumOffset;
    }

    public OutboundPacket checksumPartial(int offsetInTransportHeader) {
        checksumPartial = true;
        checksumOffset = offsetInTransportHeader;
        return this;
    }

    /** Payload octets of each segment that the link has to cut this packet into, or 0 for a single segment. */
    public int gsoSize() {
        return gsoSize;
    }

    public OutboundPacket gsoSize(int segmentBytes) {
        gsoSize = segmentBytes;
        return this;
    }

    /** What the link reports back when the packet has left ({@code 0}: nobody asks). */
    public long txToken() {
        return txToken;
    }

    public OutboundPacket txToken(long token) {
        txToken = token;
        return this;
    }

    /** Adds payload that lies in {@code buffer}; borrowed for the call to {@link Link#emit}. */
    public void addSlice(ByteBuf buffer, int offset, int length) {
        if (sliceCount == buffers.length) {
            buffers = Arrays.copyOf(buffers, sliceCount * 2);
            offsets = Arrays.copyOf(offsets, sliceCount * 2);
            lengths = Arrays.copyOf(lengths, sliceCount * 2);
        }
        buffers[sliceCount] = buffer;
        offsets[sliceCount] = offset;
        lengths[sliceCount] = length;
        sliceCount++;
        payloadLength += length;
    }

    public int sliceCount() {
        return sliceCount;
    }

    public ByteBuf slice(int i) {
        ByteBuf buffer = buffers[i];
        if (buffer == null) {
            throw new IndexOutOfBoundsException(i);
        }
        return buffer;
    }

    public int sliceOffset(int i) {
        return offsets[i];
    }

    public int sliceLength(int i) {
        return lengths[i];
    }

    /** Octets in all slices. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Octets of the whole packet. */
    public int totalLength() {
        return headerLength + payloadLength;
    }

    /** How many segments leave the link for this packet. */
    public int segments() {
        return gsoSize == 0 ? 1 : Math.max(1, (payloadLength + gsoSize - 1) / gsoSize);
    }

    /** Appends the whole packet to {@code target}: for links that copy. */
    public void copyTo(ByteBuf target) {
        for (int i = 0; i < linkHeaderLength; i++) {
            target.writeByte(linkHeader().get(i));
        }
        header.limit(headerLength).position(0);
        target.writeBytes(header);
        header.clear();
        for (int i = 0; i < sliceCount; i++) {
            target.writeBytes(slice(i), offsets[i], lengths[i]);
        }
    }
}
