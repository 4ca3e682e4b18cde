package io.sluice.wire;

import java.nio.ByteBuffer;

/** A view of the IPv6 Fragment header in a buffer (RFC 8200 §4.5). Reads and writes fields; judges nothing. */
public final class Ipv6FragmentHeader {
    /** Octets of the header. */
    public static final int LENGTH = 8;

    /** What {@link #fragmentOffsetBytes} is a multiple of. */
    public static final int FRAGMENT_UNIT = 8;

    private static final int NEXT_HEADER = 0;
    private static final int OFFSET_AND_MORE = 2;
    private static final int IDENTIFICATION = 4;

    private static final int FRAGMENT_OFFSET = 0xFFF8;
    private static final int MORE_FRAGMENTS = 1;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private int payloadLength;

    /** Points this view at a Fragment header and what follows it in the packet; false if {@code length} is too short. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        payloadLength = length - LENGTH;
        return true;
    }

    /** Starts a new header: zeroes it and points this view at it. */
    public Ipv6FragmentHeader emit(ByteBuffer newBuffer, int newOffset, int newPayloadLength) {
        newBuffer.putLong(newOffset, 0);
        buffer = newBuffer;
        offset = newOffset;
        payloadLength = newPayloadLength;
        return this;
    }

    /** The first header of the fragmentable part: see {@link IpProtocol}. */
    public int nextHeader() {
        return buffer.get(offset + NEXT_HEADER) & 0xFF;
    }

    public Ipv6FragmentHeader nextHeader(int protocol) {
        buffer.put(offset + NEXT_HEADER, (byte) protocol);
        return this;
    }

    /** Where in the fragmentable part this fragment starts, in octets: a multiple of 8, 0..65528. */
    public int fragmentOffsetBytes() {
        return offsetAndMore() & FRAGMENT_OFFSET;
    }

    public Ipv6FragmentHeader fragmentOffsetBytes(int octets) {
        int others = offsetAndMore() & ~FRAGMENT_OFFSET;
        buffer.putShort(offset + OFFSET_AND_MORE, (short) (others | (octets & FRAGMENT_OFFSET)));
        return this;
    }

    public boolean moreFragments() {
        return (offsetAndMore() & MORE_FRAGMENTS) != 0;
    }

    public Ipv6FragmentHeader moreFragments(boolean moreFragments) {
        int others = offsetAndMore() & ~MORE_FRAGMENTS;
        buffer.putShort(offset + OFFSET_AND_MORE, (short) (moreFragments ? others | MORE_FRAGMENTS : others));
        return this;
    }

    /** Whether this "fragment" is a whole packet: offset zero and no more fragments (RFC 6946 §2). */
    public boolean isAtomic() {
        return (offsetAndMore() & (FRAGMENT_OFFSET | MORE_FRAGMENTS)) == 0;
    }

    private int offsetAndMore() {
        return buffer.getShort(offset + OFFSET_AND_MORE) & 0xFFFF;
    }

    /** What the fragments of one packet have in common, with their addresses. */
    public int identification() {
        return buffer.getInt(offset + IDENTIFICATION);
    }

    public Ipv6FragmentHeader identification(int id) {
        buffer.putInt(offset + IDENTIFICATION, id);
        return this;
    }

    /** Where the header starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** Where this fragment's part of the packet starts in the buffer. */
    public int payloadOffset() {
        return offset + LENGTH;
    }

    /** Octets of this fragment's part of the packet. */
    public int payloadLength() {
        return payloadLength;
    }
}
