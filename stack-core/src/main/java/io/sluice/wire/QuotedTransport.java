package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of the first eight octets of a TCP, UDP or ICMP header, all that an ICMP error must quote of it (RFC 792;
 * RFC 1122 §3.2.2), and of the eight behind it where they are quoted, too. Reads fields; judges nothing.
 */
public final class QuotedTransport {
    /** Octets that are needed. */
    public static final int LENGTH = 8;

    private static final int DESTINATION_PORT = 2;
    private static final int SECOND_WORD = 4;

    private ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private int offset;
    private boolean hasMore;

    /** Points this view at {@code length} octets of a quoted header, or returns false if that is less than eight. */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int length) {
        if (!Room.has(newBuffer, newOffset, length, LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        offset = newOffset;
        hasMore = Room.has(newBuffer, newOffset, length, 2 * LENGTH);
        return true;
    }

    /** Of TCP and UDP: the port of whoever is told of the error, since it sent the packet. */
    public int sourcePort() {
        return buffer.getShort(offset) & 0xFFFF;
    }

    /** Of TCP and UDP: the port the packet was meant for. */
    public int destinationPort() {
        return buffer.getShort(offset + DESTINATION_PORT) & 0xFFFF;
    }

    /** Of TCP: the sequence number, by which a forged error is told from a real one (RFC 5927 §4.1). */
    public int sequenceNumber() {
        return buffer.getInt(offset + SECOND_WORD);
    }

    /** Whether eight more octets are quoted: of UDP, those of the datagram's payload. */
    public boolean hasMore() {
        return hasMore;
    }

    /** The first four octets behind the eight, or 0 without {@link #hasMore}. */
    public int firstWordBehind() {
        return hasMore ? buffer.getInt(offset + LENGTH) : 0;
    }

    /** The four octets behind these, or 0 without {@link #hasMore}. */
    public int secondWordBehind() {
        return hasMore ? buffer.getInt(offset + LENGTH + SECOND_WORD) : 0;
    }

    /** Of an ICMP echo: its Identifier, 0..65535. */
    public int echoIdentifier() {
        return buffer.getShort(offset + SECOND_WORD) & 0xFFFF;
    }

    /** Of an ICMP echo: its Sequence Number, 0..65535. */
    public int echoSequenceNumber() {
        return buffer.getShort(offset + SECOND_WORD + 2) & 0xFFFF;
    }

    /** Where the quoted header starts in the buffer. */
    public int offset() {
        return offset;
    }
}
