package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of an ICMP message in a buffer: for IPv4 (RFC 792) or for IPv6 (RFC 4443 §2.1), which share their first eight
 * octets but for what the second four mean. Reads and writes fields; judges nothing.
 *
 * <p>Types and codes: {@link Icmpv4Type}, {@link Icmpv4Code}, {@link Icmpv6Type}, {@link Icmpv6Code}.
 */
public final class IcmpHeader {
    /** Octets before the body: type, code, checksum and four that depend on the type. */
    public static final int LENGTH = 8;

    /** Where the Checksum field is, from the start of the message. */
    public static final int CHECKSUM_OFFSET = 2;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int REST_OF_HEADER = 4;
    private static final int SEQUENCE_OR_MTU = 6;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private int messageLength = LENGTH;

    /** Points this view at a message of {@code length} octets, or returns false if that is less than eight. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        messageLength = length;
        return true;
    }

    /** Starts a new message: writes type and code, zeroes the other six octets and points this view at it. */
    public IcmpHeader emit(ByteBuffer newBuffer, int newOffset, int type, int code, int bodyLength) {
        newBuffer.putLong(newOffset, (long) (type & 0xFF) << 56 | (long) (code & 0xFF) << 48);
        buffer = newBuffer;
        offset = newOffset;
        messageLength = LENGTH + bodyLength;
        return this;
    }

    public int type() {
        return buffer.get(offset + TYPE) & 0xFF;
    }

    public IcmpHeader type(int type) {
        buffer.put(offset + TYPE, (byte) type);
        return this;
    }

    public int code() {
        return buffer.get(offset + CODE) & 0xFF;
    }

    public IcmpHeader code(int code) {
        buffer.put(offset + CODE, (byte) code);
        return this;
    }

    /** The Checksum field, 0..65535. */
    public int checksum() {
        return buffer.getShort(offset + CHECKSUM_OFFSET) & 0xFFFF;
    }

    public IcmpHeader checksum(int checksum) {
        buffer.putShort(offset + CHECKSUM_OFFSET, (short) checksum);
        return this;
    }

    /**
     * Whether the Checksum field is right for the message.
     *
     * @param pseudoHeader 0 for IPv4, which has none (RFC 792); {@link Checksum#pseudoHeader6} over {@link
     *     #messageLength} for IPv6 (RFC 4443 §2.3)
     */
    public boolean isChecksumValid(long pseudoHeader) {
        return Checksum.isValid(Checksum.sum(buffer, offset, messageLength, pseudoHeader));
    }

    /** Computes and writes the Checksum field of a message whose body follows in this buffer. */
    public IcmpHeader updateChecksum(long pseudoHeader) {
        checksum(0);
        return checksum(Checksum.finish(Checksum.sum(buffer, offset, messageLength, pseudoHeader)));
    }

    /** The second four octets, whose meaning depends on the type. */
    public int restOfHeader() {
        return buffer.getInt(offset + REST_OF_HEADER);
    }

    public IcmpHeader restOfHeader(int word) {
        buffer.putInt(offset + REST_OF_HEADER, word);
        return this;
    }

    /** Of an echo or its reply, the Identifier, 0..65535. */
    public int identifier() {
        return buffer.getShort(offset + REST_OF_HEADER) & 0xFFFF;
    }

    public IcmpHeader identifier(int id) {
        buffer.putShort(offset + REST_OF_HEADER, (short) id);
        return this;
    }

    /** Of an echo or its reply, the Sequence Number, 0..65535. */
    public int sequenceNumber() {
        return buffer.getShort(offset + SEQUENCE_OR_MTU) & 0xFFFF;
    }

    public IcmpHeader sequenceNumber(int seq) {
        buffer.putShort(offset + SEQUENCE_OR_MTU, (short) seq);
        return this;
    }

    /** Of an IPv4 "fragmentation needed", the next-hop MTU, 0..65535; old routers send 0 (RFC 1191 §4). */
    public int mtu4() {
        return buffer.getShort(offset + SEQUENCE_OR_MTU) & 0xFFFF;
    }

    public IcmpHeader mtu4(int mtu) {
        buffer.putShort(offset + SEQUENCE_OR_MTU, (short) mtu);
        return this;
    }

    /** Of an IPv6 Packet Too Big, the MTU, 0..2^32-1 (RFC 4443 §3.2). */
    public long mtu6() {
        return restOfHeader() & 0xFFFF_FFFFL;
    }

    public IcmpHeader mtu6(long mtu) {
        return restOfHeader((int) mtu);
    }

    /** Of an IPv4 Parameter Problem, the octet of the quoted packet where the problem is, 0..255 (RFC 792). */
    public int pointer4() {
        return buffer.get(offset + REST_OF_HEADER) & 0xFF;
    }

    public IcmpHeader pointer4(int octet) {
        buffer.put(offset + REST_OF_HEADER, (byte) octet);
        return this;
    }

    /** Of an IPv6 Parameter Problem, the octet of the quoted packet where the problem is, 0..2^32-1 (RFC 4443 §3.4). */
    public long pointer6() {
        return restOfHeader() & 0xFFFF_FFFFL;
    }

    public IcmpHeader pointer6(long octet) {
        return restOfHeader((int) octet);
    }

    /** Where the body starts in the buffer: of an error, the packet it quotes; of an echo, its data. */
    public int bodyOffset() {
        return offset + LENGTH;
    }

    /** Octets of body. */
    public int bodyLength() {
        return messageLength - LENGTH;
    }

    /** Of an error, where the packet that caused it starts in the buffer. */
    public int quotedOffset() {
        return bodyOffset();
    }

    /**
     * Of an IPv4 error, octets of the quoted packet with its padding: the length attribute, in words, if there is one and
     * it fits (RFC 4884 §4); else all of the body.
     */
    public int quotedLength4() {
        return quotedLength((buffer.get(offset + REST_OF_HEADER + 1) & 0xFF) * Integer.BYTES);
    }

    /**
     * Of an IPv6 Destination Unreachable or Time Exceeded, octets of the quoted packet with its padding: the length
     * attribute, in 64-bit words, if there is one and it fits (RFC 4884 §4). Of other errors see {@link #bodyLength}.
     */
    public int quotedLength6() {
        return quotedLength((buffer.get(offset + REST_OF_HEADER) & 0xFF) * Long.BYTES);
    }

    private int quotedLength(int attribute) {
        return attribute == 0 || attribute > bodyLength() ? bodyLength() : attribute;
    }

    /** The buffer this view was pointed at. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where the message starts in the buffer. */
    public int offset() {
        return offset;
    }

    /** Octets of the whole message. */
    public int messageLength() {
        return messageLength;
    }
}
