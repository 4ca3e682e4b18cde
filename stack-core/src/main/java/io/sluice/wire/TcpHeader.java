package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of the TCP header in a buffer (RFC 9293 §3.1). Reads and writes fields; judges nothing.
 *
 * <p>After {@link #wrap} has returned {@code true} no getter can throw. One instance is reused for every segment; it must
 * not escape the call that wrapped it.
 */
public final class TcpHeader {
    /** Octets of a header without options. */
    public static final int MIN_LENGTH = 20;

    /** Octets of the longest header: a Data Offset of 15 words. */
    public static final int MAX_LENGTH = 60;

    /** Octets of options in the longest header. */
    public static final int MAX_OPTIONS_LENGTH = MAX_LENGTH - MIN_LENGTH;

    /** No more data from the sender. */
    public static final int FIN = 1;

    /** Synchronize sequence numbers. */
    public static final int SYN = 1 << 1;

    /** Reset the connection. */
    public static final int RST = 1 << 2;

    /** Push function. */
    public static final int PSH = 1 << 3;

    /** The Acknowledgment Number field is significant. */
    public static final int ACK = 1 << 4;

    /** The Urgent Pointer field is significant. */
    public static final int URG = 1 << 5;

    /** ECN-Echo (RFC 3168 §6.1). */
    public static final int ECE = 1 << 6;

    /** Congestion Window Reduced (RFC 3168 §6.1). */
    public static final int CWR = 1 << 7;

    /** Accurate ECN, once the nonce sum (RFC 9768 §2.2): the low bit of the octet that holds Data Offset. */
    public static final int AE = 1 << 8;

    /** All twelve bits beside Data Offset: the nine flags and the three that RFC 9293 reserves. */
    public static final int ALL_FLAGS = 0xFFF;

    /** Where the Checksum field is, from the start of the header: what a checksum offload is told. */
    public static final int CHECKSUM_OFFSET = 16;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int ACKNOWLEDGMENT_NUMBER = 8;
    private static final int DATA_OFFSET_AND_FLAGS = 12;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;

    private ByteBuffer buffer = ByteBuffer.allocate(MIN_LENGTH);
    private int offset;
    private int headerLength = MIN_LENGTH;
    private int segmentLength = MIN_LENGTH;

    /** Points this view at a segment of {@code length} octets, or returns false if they cannot hold its header. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, MIN_LENGTH)) {
            return false;
        }
        int dataOffset = (newBuffer.get(newOffset + DATA_OFFSET_AND_FLAGS) & 0xF0) >>> 2;
        if (dataOffset < MIN_LENGTH || dataOffset > length) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        headerLength = dataOffset;
        segmentLength = length;
        return true;
    }

    /**
     * Starts a new header: zeroes its {@value #MIN_LENGTH} fixed octets, writes Data Offset and points this view at it.
     * The option octets are left as they are.
     *
     * @param newHeaderLength octets of header with options: a multiple of four, 20..60
     * @param length octets of the whole segment, at least {@code newHeaderLength}
     */
    public TcpHeader emit(ByteBuffer newBuffer, int newOffset, int newHeaderLength, int length) {
        newBuffer.putLong(newOffset, 0);
        newBuffer.putLong(newOffset + 8, 0);
        newBuffer.putInt(newOffset + 16, 0);
        newBuffer.put(newOffset + DATA_OFFSET_AND_FLAGS, (byte) (newHeaderLength << 2));
        buffer = newBuffer;
        offset = newOffset;
        headerLength = newHeaderLength;
        segmentLength = length;
        return this;
    }

    public int sourcePort() {
        return buffer.getShort(offset + SOURCE_PORT) & 0xFFFF;
    }

    public TcpHeader sourcePort(int port) {
        buffer.putShort(offset + SOURCE_PORT, (short) port);
        return this;
    }

    public int destinationPort() {
        return buffer.getShort(offset + DESTINATION_PORT) & 0xFFFF;
    }

    public TcpHeader destinationPort(int port) {
        buffer.putShort(offset + DESTINATION_PORT, (short) port);
        return this;
    }

    public int sequenceNumber() {
        return buffer.getInt(offset + SEQUENCE_NUMBER);
    }

    public TcpHeader sequenceNumber(int seq) {
        buffer.putInt(offset + SEQUENCE_NUMBER, seq);
        return this;
    }

    public int acknowledgmentNumber() {
        return buffer.getInt(offset + ACKNOWLEDGMENT_NUMBER);
    }

    public TcpHeader acknowledgmentNumber(int ack) {
        buffer.putInt(offset + ACKNOWLEDGMENT_NUMBER, ack);
        return this;
    }

    /** Octets of the header with its options, 20..60: the Data Offset field, as it was when this view was pointed. */
    public int headerLength() {
        return headerLength;
    }

    /** Sets the length of the header at {@code offset}, a multiple of four up to {@link #MAX_LENGTH}, in a header that is being built. */
    public static void headerLength(ByteBuffer b, int offset, int octets) {
        b.put(offset + DATA_OFFSET_AND_FLAGS, (byte) (octets << 2 | (b.get(offset + DATA_OFFSET_AND_FLAGS) & 0xF)));
    }

    /** The twelve bits beside Data Offset: {@link #FIN} ... {@link #AE} and three reserved ones. */
    public int flags() {
        return buffer.getShort(offset + DATA_OFFSET_AND_FLAGS) & ALL_FLAGS;
    }

    /** Writes the twelve bits beside Data Offset. */
    public TcpHeader flags(int flags) {
        int dataOffset = buffer.getShort(offset + DATA_OFFSET_AND_FLAGS) & ~ALL_FLAGS;
        buffer.putShort(offset + DATA_OFFSET_AND_FLAGS, (short) (dataOffset | (flags & ALL_FLAGS)));
        return this;
    }

    /** Whether any of {@code mask}'s flags is set. */
    public boolean hasAnyFlag(int mask) {
        return (flags() & mask) != 0;
    }

    /** The Window field, unscaled, 0..65535: RFC 9293 §3.1 (MUST-1). */
    public int window() {
        return buffer.getShort(offset + WINDOW) & 0xFFFF;
    }

    public TcpHeader window(int window) {
        buffer.putShort(offset + WINDOW, (short) window);
        return this;
    }

    /** The Checksum field, 0..65535. */
    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET) & 0xFFFF;
    }

    public TcpHeader checksum(int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum);
        return this;
    }

    /**
     * Whether the Checksum field is right for header and payload.
     *
     * @param pseudoHeader {@link Checksum#pseudoHeader4} or {@link Checksum#pseudoHeader6} over {@link #segmentLength}
     */
    public boolean isChecksumValid(long pseudoHeader) {
        return Checksum.isValid(Checksum.sum(buffer, offset, segmentLength, pseudoHeader));
    }

    /** Computes and writes the Checksum field of a segment whose payload follows its header in this buffer. */
    public TcpHeader updateChecksum(long pseudoHeader) {
        checksum(0);
        return checksum(Checksum.finish(Checksum.sum(buffer, offset, segmentLength, pseudoHeader)));
    }

    public int urgentPointer() {
        return buffer.getShort(offset + URGENT_POINTER) & 0xFFFF;
    }

    public TcpHeader urgentPointer(int pointer) {
        buffer.putShort(offset + URGENT_POINTER, (short) pointer);
        return this;
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

    /** Octets of payload. */
    public int payloadLength() {
        return segmentLength - headerLength;
    }

    /** Octets of header and payload. */
    public int segmentLength() {
        return segmentLength;
    }
}
