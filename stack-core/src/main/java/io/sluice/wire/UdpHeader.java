package io.sluice.wire;

import java.nio.ByteBuffer;

/** A view of the UDP header in a buffer (RFC 768). Reads and writes fields; judges nothing. */
public final class UdpHeader {
    /** Octets of the header. */
    public static final int LENGTH = 8;

    /** Where the Checksum field is, from the start of the header: what a checksum offload is told. */
    public static final int CHECKSUM_OFFSET = 6;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int DATAGRAM_LENGTH = 4;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private int datagramLength = LENGTH;

    /**
     * Points this view at the {@code length} octets of an IP payload, or returns false if they do not hold a header or
     * its Length field is less than 8 or more than {@code length}.
     */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH)) {
            return false;
        }
        int declared = newBuffer.getShort(newOffset + DATAGRAM_LENGTH) & 0xFFFF;
        if (declared < LENGTH || declared > length) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        datagramLength = declared;
        return true;
    }

    /** Starts a new header: writes Length, zeroes the rest and points this view at it. */
    public UdpHeader emit(ByteBuffer newBuffer, int newOffset, int payloadLength) {
        int length = LENGTH + payloadLength;
        newBuffer.putLong(newOffset, (long) (length & 0xFFFF) << 16);
        buffer = newBuffer;
        offset = newOffset;
        datagramLength = length;
        return this;
    }

    public int sourcePort() {
        return buffer.getShort(offset + SOURCE_PORT) & 0xFFFF;
    }

    public UdpHeader sourcePort(int port) {
        buffer.putShort(offset + SOURCE_PORT, (short) port);
        return this;
    }

    public int destinationPort() {
        return buffer.getShort(offset + DESTINATION_PORT) & 0xFFFF;
    }

    public UdpHeader destinationPort(int port) {
        buffer.putShort(offset + DESTINATION_PORT, (short) port);
        return this;
    }

    /** The Checksum field, 0..65535; 0 means that none was computed. */
    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET) & 0xFFFF;
    }

    public UdpHeader checksum(int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum);
        return this;
    }

    /**
     * Whether the Checksum field is right for the datagram. A zero field is not looked at specially: whether a datagram
     * may come without a checksum is for the caller to say (RFC 768; RFC 8200 §8.1).
     *
     * @param pseudoHeader {@link Checksum#pseudoHeader4} or {@link Checksum#pseudoHeader6} over {@link #datagramLength}
     */
    public boolean isChecksumValid(long pseudoHeader) {
        return Checksum.isValid(Checksum.sum(buffer, offset, datagramLength, pseudoHeader));
    }

    /** Computes and writes the Checksum field of a datagram whose payload follows its header in this buffer. */
    public UdpHeader updateChecksum(long pseudoHeader) {
        checksum(0);
        return checksum(Checksum.finishUdp(Checksum.sum(buffer, offset, datagramLength, pseudoHeader)));
    }

    /** The buffer this view was pointed at. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where the header starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** Octets of header and payload, 8..65535: the Length field, as it was when this view was pointed. */
    public int datagramLength() {
        return datagramLength;
    }

    /** Where the payload starts in the buffer. */
    public int payloadOffset() {
        return offset + LENGTH;
    }

    /** Octets of payload. */
    public int payloadLength() {
        return datagramLength - LENGTH;
    }
}
