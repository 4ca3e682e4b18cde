package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * Writes UDP options (RFC 9868). Each method writes one option and returns where the next goes; {@link #begin} comes first,
 * {@link #end} last.
 */
public final class UdpOptionWriter {
    private UdpOptionWriter() {}

    /**
     * Starts a surplus area at {@code at}: zero padding if that is at an odd octet of the IP datagram, and room for the
     * checksum.
     */
    public static int begin(ByteBuffer b, int at, boolean odd) {
        int ocs = at;
        if (odd) {
            b.put(ocs++, (byte) 0);
        }
        b.putShort(ocs, (short) 0);
        return ocs + UdpOptions.OCS_LENGTH;
    }

    /**
     * Completes the surplus area that {@link #begin} started at {@code from} and that ends at {@code to}: computes the
     * checksum over it and its length (§9).
     */
    public static void end(ByteBuffer b, int from, boolean odd, int to) {
        int ocs = from + (odd ? 1 : 0);
        b.putShort(ocs, (short) 0);
        b.putShort(ocs, Checksum.finishUdp(Checksum.sum(b, ocs, to - ocs, to - from)));
    }

    /** One octet of padding. */
    public static int nop(ByteBuffer b, int at) {
        b.put(at, (byte) UdpOptionKind.NOP);
        return at + 1;
    }

    /** Ends the options, and fills with zeros up to {@code end}. */
    public static int eol(ByteBuffer b, int at, int end) {
        for (int i = at; i < end; i++) {
            b.put(i, (byte) 0);
        }
        return end;
    }

    private static int head(ByteBuffer b, int at, int kind, int length) {
        b.put(at, (byte) kind);
        b.put(at + 1, (byte) length);
        return at + 2;
    }

    /** The checksum of the user data, which is a {@link Crc32c}. */
    public static int apc(ByteBuffer b, int at, int crc) {
        b.putInt(head(b, at, UdpOptionKind.APC, UdpOptions.APC_LENGTH), crc);
        return at + UdpOptions.APC_LENGTH;
    }

    /**
     * A fragment that is not the last.
     *
     * @param start where its data is, from its own UDP header
     * @param offset where its data belongs
     */
    public static int frag(ByteBuffer b, int at, int start, int identification, int offset) {
        return frag(b, at, UdpOptions.FRAG_LENGTH, start, identification, offset);
    }

    private static int frag(ByteBuffer b, int at, int length, int start, int identification, int offset) {
        head(b, at, UdpOptionKind.FRAG, length);
        b.putShort(at + 2, (short) start);
        b.putInt(at + 4, identification);
        b.putShort(at + 8, (short) offset);
        return at + length;
    }

    /**
     * The last fragment, or the only one.
     *
     * @param optionStart where in the whole datagram its options start, from its UDP header
     */
    public static int terminalFrag(ByteBuffer b, int at, int start, int identification, int offset, int optionStart) {
        b.putShort(at + 10, (short) optionStart);
        return frag(b, at, UdpOptions.FRAG_TERMINAL_LENGTH, start, identification, offset);
    }

    public static int maxDatagramSize(ByteBuffer b, int at, int size) {
        b.putShort(head(b, at, UdpOptionKind.MDS, UdpOptions.MDS_LENGTH), (short) size);
        return at + UdpOptions.MDS_LENGTH;
    }

    public static int maxReassembled(ByteBuffer b, int at, int size, int segments) {
        b.putShort(head(b, at, UdpOptionKind.MRDS, UdpOptions.MRDS_LENGTH), (short) size);
        b.put(at + 4, (byte) segments);
        return at + UdpOptions.MRDS_LENGTH;
    }

    public static int request(ByteBuffer b, int at, int token) {
        b.putInt(head(b, at, UdpOptionKind.REQ, UdpOptions.ECHO_LENGTH), token);
        return at + UdpOptions.ECHO_LENGTH;
    }

    public static int response(ByteBuffer b, int at, int token) {
        b.putInt(head(b, at, UdpOptionKind.RES, UdpOptions.ECHO_LENGTH), token);
        return at + UdpOptions.ECHO_LENGTH;
    }

    public static int time(ByteBuffer b, int at, int value, int echo) {
        head(b, at, UdpOptionKind.TIME, UdpOptions.TIME_LENGTH);
        b.putInt(at + 2, value);
        b.putInt(at + 6, echo);
        return at + UdpOptions.TIME_LENGTH;
    }

    /** Octets of an option with {@code valueLength} octets behind kind and length: the smallest format that holds them. */
    public static int lengthOf(int valueLength) {
        return valueLength + 2 <= UdpOptions.MAX_SHORT_LENGTH ? valueLength + 2 : valueLength + 4;
    }

    /** Kind and length of an option with {@code valueLength} octets, which go where this returns. */
    public static int header(ByteBuffer b, int at, int kind, int valueLength) {
        int length = lengthOf(valueLength);
        if (length == valueLength + 2) {
            return head(b, at, kind, length);
        }
        b.putShort(head(b, at, kind, UdpOptions.EXTENDED), (short) length);
        return at + 4;
    }

    /** An experiment: {@link UdpOptionKind#EXP} or {@link UdpOptionKind#UEXP}. */
    public static int experiment(ByteBuffer b, int at, int kind, int experimentId, byte[] contents) {
        int value = header(b, at, kind, 2 + contents.length);
        b.putShort(value, (short) experimentId);
        b.put(value + 2, contents);
        return value + 2 + contents.length;
    }
}
