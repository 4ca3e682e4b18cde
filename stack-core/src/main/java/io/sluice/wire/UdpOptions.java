package io.sluice.wire;

import java.nio.ByteBuffer;

/**
 * A view of the surplus area behind a UDP datagram (RFC 9868 §8), and a walk over the options in it, one {@link #next} an
 * option; reused for every datagram. Finds options, judges only whether they are where they can be.
 *
 * <pre>{@code
 * options.wrap(buffer, udp.offset() + udp.datagramLength(), surplusLength, (udp.datagramLength() & 1) != 0);
 * if (options.isPaddingZero() && options.isOcsValid()) {
 *     while (options.next()) { ... options.kind() ... }
 *     if (options.malformed()) { ... none of them counts ... }
 * }
 * }</pre>
 *
 * <p>{@link UdpOptionKind#NOP} and {@link UdpOptionKind#EOL} are not shown. The getters of the fields of a kind give 0
 * unless {@link #kind} is that kind and {@link #length} the length the kind has.
 */
public final class UdpOptions {
    /** Octets of the option checksum. */
    public static final int OCS_LENGTH = 2;

    /** The value of Length that says that sixteen bits of length follow (§10). */
    public static final int EXTENDED = 255;

    /** The largest option with one octet of length. */
    public static final int MAX_SHORT_LENGTH = 254;

    public static final int APC_LENGTH = 6;
    public static final int FRAG_LENGTH = 10;
    public static final int FRAG_TERMINAL_LENGTH = 12;
    public static final int MDS_LENGTH = 4;
    public static final int MRDS_LENGTH = 5;
    public static final int ECHO_LENGTH = 6;
    public static final int TIME_LENGTH = 10;
    /** The least length of {@link UdpOptionKind#EXP} and {@link UdpOptionKind#UEXP}: with the ExID, without contents. */
    public static final int EXP_MIN_LENGTH = 4;

    private static final int HEADER = 2;
    private static final int EXTENDED_HEADER = 4;

    private ByteBuffer buffer = ByteBuffer.allocate(OCS_LENGTH);
    private int surplus;
    private int surplusLength = OCS_LENGTH;
    private int ocs;
    private int next;
    private int end;
    private int at;
    private int header;
    private int kind;
    private int length;
    private int nops;
    private int nopRun;
    private int longestNopRun;
    private boolean malformed;
    private int eol;

    /**
     * Points this view at a surplus area and starts a walk over it.
     *
     * @param odd whether the area starts at an odd octet of the IP datagram, so that one of padding comes first (§8)
     * @return false if the buffer does not have the octets, or they are too few for padding and checksum
     */
    public boolean wrap(ByteBuffer newBuffer, int newOffset, int newLength, boolean odd) {
        int padding = odd ? 1 : 0;
        if (!Room.has(newBuffer, newOffset, newLength, padding + OCS_LENGTH)) {
            return false;
        }
        buffer = newBuffer;
        surplus = newOffset;
        surplusLength = newLength;
        ocs = newOffset + padding;
        next = ocs + OCS_LENGTH;
        end = newOffset + newLength;
        at = next;
        header = 0;
        kind = UdpOptionKind.EOL;
        length = 0;
        nops = 0;
        nopRun = 0;
        longestNopRun = 0;
        malformed = false;
        eol = -1;
        return true;
    }

    /** Whether what aligns the checksum is zero, as it must be (§8). */
    public boolean isPaddingZero() {
        return ocs == surplus || buffer.get(surplus) == 0;
    }

    /** The option checksum; 0 if it is not used. */
    public int ocs() {
        return buffer.getShort(ocs) & 0xFFFF;
    }

    /** Whether the option checksum is right for the surplus area and its length (§9). Zero is not looked at specially. */
    public boolean isOcsValid() {
        // The padding is the low half of its word, so that summing may start behind it.
        int from = ocs;
        long sum = Checksum.sum(buffer, from, surplus + surplusLength - from, surplusLength);
        return Checksum.isValid(ocs == surplus ? sum : sum + (buffer.get(surplus) & 0xFF));
    }

    /** Goes to the next option; false if there is none, or none that can be where it says. */
    public boolean next() {
        while (next < end) {
            int found = buffer.get(next) & 0xFF;
            if (found == UdpOptionKind.NOP) {
                next++;
                nops++;
                longestNopRun = Math.max(longestNopRun, ++nopRun);
                continue;
            }
            nopRun = 0;
            if (found == UdpOptionKind.EOL) {
                eol = next;
                return stop();
            }
            return take(found);
        }
        return stop();
    }

    private boolean take(int found) {
        int declared = next + 1 < end ? buffer.get(next + 1) & 0xFF : 0;
        int head = HEADER;
        if (declared == EXTENDED) {
            head = EXTENDED_HEADER;
            declared = next + EXTENDED_HEADER <= end ? buffer.getShort(next + HEADER) & 0xFFFF : 0;
        }
        if (declared < head || declared > end - next) {
            malformed = true; // §10: an underrun or overrun means that the whole area is malformed
            return stop();
        }
        at = next;
        kind = found;
        length = declared;
        header = head;
        next = at + declared;
        return true;
    }

    private boolean stop() {
        kind = UdpOptionKind.EOL;
        length = 0;
        header = 0;
        at = next;
        next = end;
        return false;
    }

    /**
     * Ends the options area of a UDP fragment where its data begins (§11.4).
     *
     * @param offset absolute, in the buffer
     * @return false if that is before the next option or behind the surplus area
     */
    public boolean endAt(int offset) {
        if (offset < next || offset > end) {
            return false;
        }
        end = offset;
        return true;
    }

    /** Whether the walk ended at an option that lies beyond the area, or is shorter than its own header (§10). */
    public boolean malformed() {
        return malformed;
    }

    /** After the walk: whether every octet behind an EOL is zero, as it was sent (§11.1). True without EOL. */
    public boolean isRestZero() {
        for (int i = eol < 0 ? end : eol; i < end; i++) {
            if (buffer.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The most NOPs that followed each other so far; more than seven are suspicious (§11.2). */
    public int longestNopRun() {
        return longestNopRun;
    }

    /** NOPs so far. */
    public int nops() {
        return nops;
    }

    /** The kind of the option, 0 before and after the walk. */
    public int kind() {
        return kind;
    }

    /** Octets of the option with its kind and length. */
    public int length() {
        return length;
    }

    /** Whether the option has sixteen bits of length. */
    public boolean isExtended() {
        return header == EXTENDED_HEADER;
    }

    /** Where the option starts in the buffer. */
    public int offset() {
        return at;
    }

    /** Where the octets behind kind and length start in the buffer. */
    public int valueOffset() {
        return at + header;
    }

    /** How many they are. */
    public int valueLength() {
        return Math.max(0, length - header);
    }

    private boolean is(int wantedKind, int wantedLength) {
        return kind == wantedKind && length == wantedLength && header == HEADER;
    }

    /** CRC-32C of the user data; see {@link Crc32c}. */
    public int apc() {
        return is(UdpOptionKind.APC, APC_LENGTH) ? buffer.getInt(at + HEADER) : 0;
    }

    /** Whether this is a FRAG of either format. */
    public boolean isFrag() {
        return is(UdpOptionKind.FRAG, FRAG_LENGTH) || is(UdpOptionKind.FRAG, FRAG_TERMINAL_LENGTH);
    }

    /** Whether this is the FRAG of the last fragment. */
    public boolean isTerminalFrag() {
        return is(UdpOptionKind.FRAG, FRAG_TERMINAL_LENGTH);
    }

    /** Where the data of the fragment starts, in octets from the UDP header of the fragment. */
    public int fragStart() {
        return isFrag() ? buffer.getShort(at + 2) & 0xFFFF : 0;
    }

    /** What the fragments of a datagram have in common. */
    public int fragIdentification() {
        return isFrag() ? buffer.getInt(at + 4) : 0;
    }

    /** Where the data of the fragment belongs, in octets. */
    public int fragOffsetBytes() {
        return isFrag() ? buffer.getShort(at + 8) & 0xFFFF : 0;
    }

    /** RDOS: where the options of the reassembled datagram start, in octets from its UDP header. */
    public int reassembledOptionStart() {
        return isTerminalFrag() ? buffer.getShort(at + 10) & 0xFFFF : 0;
    }

    /** The largest datagram or fragment that the sender thinks it can receive without IP fragmentation. */
    public int maxDatagramSize() {
        return is(UdpOptionKind.MDS, MDS_LENGTH) ? buffer.getShort(at + 2) & 0xFFFF : 0;
    }

    /** The largest datagram that the sender can reassemble, with its UDP header and options. */
    public int maxReassembledSize() {
        return is(UdpOptionKind.MRDS, MRDS_LENGTH) ? buffer.getShort(at + 2) & 0xFFFF : 0;
    }

    /** From how many fragments. */
    public int maxReassembledSegments() {
        return is(UdpOptionKind.MRDS, MRDS_LENGTH) ? buffer.get(at + 4) & 0xFF : 0;
    }

    /** The token of a REQ or a RES. */
    public int token() {
        return is(UdpOptionKind.REQ, ECHO_LENGTH) || is(UdpOptionKind.RES, ECHO_LENGTH) ? buffer.getInt(at + 2) : 0;
    }

    /** TSval; 0 is no valid time. */
    public int timeValue() {
        return is(UdpOptionKind.TIME, TIME_LENGTH) ? buffer.getInt(at + 2) : 0;
    }

    /** TSecr; 0 says that nothing is echoed. */
    public int timeEcho() {
        return is(UdpOptionKind.TIME, TIME_LENGTH) ? buffer.getInt(at + 6) : 0;
    }

    /** Whether this is an experiment, SAFE or UNSAFE, with an ExID. */
    public boolean isExperiment() {
        return (kind == UdpOptionKind.EXP || kind == UdpOptionKind.UEXP) && valueLength() >= 2;
    }

    /** The ExID, 0..65535; contents follow it. */
    public int experimentId() {
        return isExperiment() ? buffer.getShort(valueOffset()) & 0xFFFF : 0;
    }
}
