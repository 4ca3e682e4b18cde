package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of the IPv4 header in a buffer (RFC 791 §3.1). Reads and writes fields; judges nothing.
 *
 * <p>The buffer may hold more octets than the packet (padding of the link): {@link #totalLength} bounds the payload.
 */
public final class Ipv4Header {
    /** The Version field. */
    public static final int VERSION = 4;

    /** Octets of a header without options. */
    public static final int MIN_LENGTH = 20;

    /** Octets of the longest header: an IHL of 15 words. */
    public static final int MAX_LENGTH = 60;

    /** What every module forwards without cutting it (RFC 791 §3.2). */
    public static final int MINIMUM_MTU = 68;

    /** What {@link #fragmentOffsetBytes} is a multiple of. */
    public static final int FRAGMENT_UNIT = 8;

    private static final int VERSION_AND_IHL = 0;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FLAGS_AND_FRAGMENT_OFFSET = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int HEADER_CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private static final int RESERVED_FLAG = 0x8000;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1FFF;

    private ByteBuffer buffer = ByteBuffer.allocate(MIN_LENGTH);
    private int offset;
    private int headerLength = MIN_LENGTH;
    private int payloadLength;

    /**
     * Points this view at a packet of {@code length} octets, or returns false if they do not hold one: Version is not 4,
     * IHL is less than 5 words, or Total Length is less than the header or more than {@code length} (RFC 1812 §5.2.2).
     */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        return wrap(newBuffer, newOffset, length, false);
    }

    /**
     * As {@link #wrap} for a packet whose end may be missing, as in an ICMP error: Total Length may be more than there
     * is (or, since some systems quote it in another byte order, anything), and {@link #payloadLength} is what is there.
     */
    public boolean wrapQuoted(ByteBuffer newBuffer, int newOffset, int length) {
        return wrap(newBuffer, newOffset, length, true);
    }

    private boolean wrap(ByteBuffer newBuffer, int newOffset, int length, boolean quoted) {
        if (!Room.has(newBuffer, newOffset, length, MIN_LENGTH)) {
            return false;
        }
        int versionAndIhl = newBuffer.get(newOffset + VERSION_AND_IHL);
        int ihl = (versionAndIhl & 0x0F) << 2;
        if ((versionAndIhl & 0xF0) != VERSION << 4 || ihl < MIN_LENGTH || ihl > length) {
            return false;
        }
        int total = newBuffer.getShort(newOffset + TOTAL_LENGTH) & 0xFFFF;
        if (total < ihl || total > length) {
            if (!quoted) {
                return false;
            }
            total = length;
        }
        buffer = newBuffer;
        offset = newOffset;
        headerLength = ihl;
        payloadLength = total - ihl;
        return true;
    }

    /**
     * Starts a new header of {@value #MIN_LENGTH} octets: writes Version, IHL and Total Length, zeroes the rest and points
     * this view at it. {@link #updateChecksum} comes after the other setters.
     */
    public Ipv4Header emit(ByteBuffer newBuffer, int newOffset, int newPayloadLength) {
        return emit(newBuffer, newOffset, MIN_LENGTH, newPayloadLength);
    }

    /** As {@link #emit(ByteBuffer, int, int)} with room for options, whose octets are left as they are. */
    public Ipv4Header emit(ByteBuffer newBuffer, int newOffset, int newHeaderLength, int newPayloadLength) {
        newBuffer.putLong(newOffset, 0);
        newBuffer.putLong(newOffset + 8, 0);
        newBuffer.putInt(newOffset + 16, 0);
        newBuffer.put(newOffset + VERSION_AND_IHL, (byte) (VERSION << 4 | newHeaderLength >>> 2));
        newBuffer.putShort(newOffset + TOTAL_LENGTH, (short) (newHeaderLength + newPayloadLength));
        buffer = newBuffer;
        offset = newOffset;
        headerLength = newHeaderLength;
        payloadLength = newPayloadLength;
        return this;
    }

    /** Octets of the header with its options, 20..60: the IHL field, as it was when this view was pointed. */
    public int headerLength() {
        return headerLength;
    }

    /** The octet that was Type of Service and is now DSCP (RFC 2474 §3) and ECN (RFC 3168 §5). */
    public int trafficClass() {
        return buffer.get(offset + TYPE_OF_SERVICE) & 0xFF;
    }

    public Ipv4Header trafficClass(int trafficClass) {
        buffer.put(offset + TYPE_OF_SERVICE, (byte) trafficClass);
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

    /** The Total Length field: octets of header and payload. */
    public int totalLength() {
        return buffer.getShort(offset + TOTAL_LENGTH) & 0xFFFF;
    }

    public Ipv4Header totalLength(int octets) {
        buffer.putShort(offset + TOTAL_LENGTH, (short) octets);
        return this;
    }

    /** The Identification field, 0..65535. */
    public int identification() {
        return buffer.getShort(offset + IDENTIFICATION) & 0xFFFF;
    }

    public Ipv4Header identification(int id) {
        buffer.putShort(offset + IDENTIFICATION, (short) id);
        return this;
    }

    /** The first flag, which must be zero. */
    public boolean reservedFlag() {
        return (flagsAndFragmentOffset() & RESERVED_FLAG) != 0;
    }

    public boolean dontFragment() {
        return (flagsAndFragmentOffset() & DONT_FRAGMENT) != 0;
    }

    public Ipv4Header dontFragment(boolean dontFragment) {
        int others = flagsAndFragmentOffset() & ~DONT_FRAGMENT;
        return flagsAndFragmentOffset(dontFragment ? others | DONT_FRAGMENT : others);
    }

    public boolean moreFragments() {
        return (flagsAndFragmentOffset() & MORE_FRAGMENTS) != 0;
    }

    public Ipv4Header moreFragments(boolean moreFragments) {
        int others = flagsAndFragmentOffset() & ~MORE_FRAGMENTS;
        return flagsAndFragmentOffset(moreFragments ? others | MORE_FRAGMENTS : others);
    }

    /** Where in the original payload this fragment starts, in octets: a multiple of 8, 0..65528. */
    public int fragmentOffsetBytes() {
        return (flagsAndFragmentOffset() & FRAGMENT_OFFSET) * FRAGMENT_UNIT;
    }

    public Ipv4Header fragmentOffsetBytes(int octets) {
        int flags = flagsAndFragmentOffset() & ~FRAGMENT_OFFSET;
        return flagsAndFragmentOffset(flags | ((octets / FRAGMENT_UNIT) & FRAGMENT_OFFSET));
    }

    /** Whether this is a part of a packet rather than a whole one. */
    public boolean isFragment() {
        return (flagsAndFragmentOffset() & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    private int flagsAndFragmentOffset() {
        return buffer.getShort(offset + FLAGS_AND_FRAGMENT_OFFSET) & 0xFFFF;
    }

    private Ipv4Header flagsAndFragmentOffset(int value) {
        buffer.putShort(offset + FLAGS_AND_FRAGMENT_OFFSET, (short) value);
        return this;
    }

    /** The Time to Live field, 0..255. */
    public int timeToLive() {
        return buffer.get(offset + TIME_TO_LIVE) & 0xFF;
    }

    public Ipv4Header timeToLive(int hops) {
        buffer.put(offset + TIME_TO_LIVE, (byte) hops);
        return this;
    }

    /** The Protocol field: see {@link IpProtocol}. */
    public int protocol() {
        return buffer.get(offset + PROTOCOL) & 0xFF;
    }

    public Ipv4Header protocol(int protocol) {
        buffer.put(offset + PROTOCOL, (byte) protocol);
        return this;
    }

    /** The Header Checksum field, 0..65535. */
    public int checksum() {
        return buffer.getShort(offset + HEADER_CHECKSUM) & 0xFFFF;
    }

    public Ipv4Header checksum(int checksum) {
        buffer.putShort(offset + HEADER_CHECKSUM, (short) checksum);
        return this;
    }

    /** Whether the Header Checksum field is right for the header and its options. */
    public boolean isChecksumValid() {
        return Checksum.isValid(Checksum.sum(buffer, offset, headerLength, 0));
    }

    /** Computes and writes the Header Checksum field, over header and options. */
    public Ipv4Header updateChecksum() {
        checksum(0);
        return checksum(Checksum.finish(Checksum.sum(buffer, offset, headerLength, 0)));
    }

    /** The source address, first octet highest. */
    public int source() {
        return buffer.getInt(offset + SOURCE);
    }

    public Ipv4Header source(int address) {
        buffer.putInt(offset + SOURCE, address);
        return this;
    }

    /** The destination address, first octet highest. */
    public int destination() {
        return buffer.getInt(offset + DESTINATION);
    }

    public Ipv4Header destination(int address) {
        buffer.putInt(offset + DESTINATION, address);
        return this;
    }

    /** The pseudo-header of an upper-layer checksum over the whole payload (RFC 9293 §3.1). */
    public long pseudoHeader() {
        return Checksum.pseudoHeader4(source(), destination(), protocol(), payloadLength);
    }

    /** The buffer this view was pointed at. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where the header starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** Where the options start in the buffer. */
    public int optionsOffset() {
        return offset + MIN_LENGTH;
    }

    /** Octets of options with their padding, 0..40. */
    public int optionsLength() {
        return headerLength - MIN_LENGTH;
    }

    /** Where the payload starts in the buffer. */
    public int payloadOffset() {
        return offset + headerLength;
    }

    /** Octets of payload: Total Length less the header, as it was when this view was pointed. */
    public int payloadLength() {
        return payloadLength;
    }
}
