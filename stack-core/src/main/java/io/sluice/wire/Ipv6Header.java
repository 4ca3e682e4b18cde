package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of the IPv6 header in a buffer (RFC 8200 §3). Reads and writes fields; judges nothing.
 *
 * <p>Addresses are pairs of longs, first octet highest. The buffer may hold more octets than the packet (padding of the
 * link): {@link #payloadLength} bounds the payload. Extension headers are part of the payload, and are walked by {@link
 * Ipv6ExtensionHeaders}.
 */
public final class Ipv6Header {
    /** The Version field. */
    public static final int VERSION = 6;

    /** Octets of the header. */
    public static final int LENGTH = 40;

    /** What every link carries in one packet (RFC 8200 §5). */
    public static final int MINIMUM_MTU = 1280;

    /** Where the Next Header field is, from the start of the header. */
    public static final int NEXT_HEADER_OFFSET = 6;

    private static final int VERSION_CLASS_FLOW = 0;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private static final int FLOW_LABEL = 0xF_FFFF;
    private static final int TRAFFIC_CLASS_SHIFT = 20;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private int payloadLength;

    /**
     * Points this view at a packet of {@code length} octets, or returns false if they do not hold one: Version is not 6 or
     * Payload Length is more than there is. (A jumbogram, RFC 2675, has a Payload Length of zero, and so no payload.)
     */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        return wrap(newBuffer, newOffset, length, false);
    }

    /**
     * As {@link #wrap} for a packet whose end may be missing, as in an ICMP error: Payload Length may be more than there
     * is, and {@link #payloadLength} is what is there.
     */
    public boolean wrapQuoted(ByteBuffer newBuffer, int newOffset, int length) {
        return wrap(newBuffer, newOffset, length, true);
    }

    private boolean wrap(ByteBuffer newBuffer, int newOffset, int length, boolean quoted) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH) || (newBuffer.get(newOffset) & 0xF0) != VERSION << 4) {
            return false;
        }
        int declared = newBuffer.getShort(newOffset + PAYLOAD_LENGTH) & 0xFFFF;
        int available = length - LENGTH;
        if (declared > available && !quoted) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        payloadLength = Math.min(declared, available);
        return true;
    }

    /** Starts a new header: writes Version and Payload Length, zeroes the rest and points this view at it. */
    public Ipv6Header emit(ByteBuffer newBuffer, int newOffset, int newPayloadLength) {
        newBuffer.putLong(newOffset, (long) VERSION << 60 | (long) (newPayloadLength & 0xFFFF) << 16);
        for (int i = SOURCE; i < LENGTH; i += Long.BYTES) {
            newBuffer.putLong(newOffset + i, 0);
        }
        buffer = newBuffer;
        offset = newOffset;
        payloadLength = newPayloadLength;
        return this;
    }

    /** The Traffic Class octet: DSCP (RFC 2474 §3) and ECN (RFC 3168 §5). */
    public int trafficClass() {
        return (buffer.getInt(offset + VERSION_CLASS_FLOW) >>> TRAFFIC_CLASS_SHIFT) & 0xFF;
    }

    public Ipv6Header trafficClass(int trafficClass) {
        int others = buffer.getInt(offset + VERSION_CLASS_FLOW) & ~(0xFF << TRAFFIC_CLASS_SHIFT);
        buffer.putInt(offset + VERSION_CLASS_FLOW, others | (trafficClass & 0xFF) << TRAFFIC_CLASS_SHIFT);
        return this;
    }

    /** The Differentiated Services codepoint, 0..63 (RFC 2474 §3). */
    public int dscp() {
        return trafficClass() >>> 2;
    }

    /** The ECN field: 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE (RFC 3168 §5). */
    public int ecn() {
        return trafficClass() & 3;
    }

    /** The Flow Label field, twenty bits (RFC 6437 §2). */
    public int flowLabel() {
        return buffer.getInt(offset + VERSION_CLASS_FLOW) & FLOW_LABEL;
    }

    public Ipv6Header flowLabel(int label) {
        int others = buffer.getInt(offset + VERSION_CLASS_FLOW) & ~FLOW_LABEL;
        buffer.putInt(offset + VERSION_CLASS_FLOW, others | (label & FLOW_LABEL));
        return this;
    }

    /** The Next Header field: see {@link IpProtocol}. */
    public int nextHeader() {
        return buffer.get(offset + NEXT_HEADER_OFFSET) & 0xFF;
    }

    public Ipv6Header nextHeader(int protocol) {
        buffer.put(offset + NEXT_HEADER_OFFSET, (byte) protocol);
        return this;
    }

    /** The Hop Limit field, 0..255. */
    public int hopLimit() {
        return buffer.get(offset + HOP_LIMIT) & 0xFF;
    }

    public Ipv6Header hopLimit(int hops) {
        buffer.put(offset + HOP_LIMIT, (byte) hops);
        return this;
    }

    /** The first eight octets of the source address. */
    public long sourceHi() {
        return buffer.getLong(offset + SOURCE);
    }

    /** The last eight octets of the source address. */
    public long sourceLo() {
        return buffer.getLong(offset + SOURCE + Long.BYTES);
    }

    public Ipv6Header source(long hi, long lo) {
        buffer.putLong(offset + SOURCE, hi);
        buffer.putLong(offset + SOURCE + Long.BYTES, lo);
        return this;
    }

    /** The first eight octets of the destination address. */
    public long destinationHi() {
        return buffer.getLong(offset + DESTINATION);
    }

    /** The last eight octets of the destination address. */
    public long destinationLo() {
        return buffer.getLong(offset + DESTINATION + Long.BYTES);
    }

    public Ipv6Header destination(long hi, long lo) {
        buffer.putLong(offset + DESTINATION, hi);
        buffer.putLong(offset + DESTINATION + Long.BYTES, lo);
        return this;
    }

    /** The pseudo-header of a checksum over {@code upperLength} octets of {@code protocol} (RFC 8200 §8.1). */
    public long pseudoHeader(int protocol, int upperLength) {
        return Checksum.pseudoHeader6(sourceHi(), sourceLo(), destinationHi(), destinationLo(), protocol, upperLength);
    }

    /** The buffer this view was pointed at. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where the header starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** Where the payload, with any extension headers, starts in the buffer. */
    public int payloadOffset() {
        return offset + LENGTH;
    }

    /** Octets of payload with extension headers: the Payload Length field, as it was when this view was pointed. */
    public int payloadLength() {
        return payloadLength;
    }

    /** The Payload Length field as it is, also where a quoted packet holds less. */
    public int payloadLengthField() {
        return buffer.getShort(offset + PAYLOAD_LENGTH) & 0xFFFF;
    }

    /** Writes the Payload Length field. */
    public Ipv6Header payloadLengthField(int octets) {
        buffer.putShort(offset + PAYLOAD_LENGTH, (short) octets);
        return this;
    }
}
