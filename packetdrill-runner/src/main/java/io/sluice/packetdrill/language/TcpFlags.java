package io.sluice.packetdrill.language;

import java.util.OptionalInt;

/**
 * The control bits of a segment (RFC 9293 §3.1; AE is RFC 9768 §3.1). A script writes them as letters, {@code .} for
 * ACK; a digit stands for the ACE field, which is then meant as a counter.
 *
 * @param position where they are
 * @param bits the bits in the places they have in the header; none of AE, CWR and ECE if {@code ace} is present
 * @param ace the ACE field, 0 to 7
 */
public record TcpFlags(SourcePosition position, int bits, OptionalInt ace) {
    /** No more data from the sender. */
    public static final int FIN = 0x01;
    /** Synchronise sequence numbers. */
    public static final int SYN = 0x02;
    /** Reset the connection. */
    public static final int RST = 0x04;
    /** Push. */
    public static final int PSH = 0x08;
    /** The acknowledgment field counts. */
    public static final int ACK = 0x10;
    /** The urgent pointer counts. */
    public static final int URG = 0x20;
    /** ECN echo. */
    public static final int ECE = 0x40;
    /** Congestion window reduced. */
    public static final int CWR = 0x80;
    /** Accurate ECN. */
    public static final int AE = 0x100;

    /** The letter of each bit, the lowest bit first; the usual order of writing them, too. */
    private static final String LETTERS = "FSRP.UEWA";

    /** Whether all of {@code mask} are set. */
    public boolean has(int mask) {
        return (bits & mask) == mask;
    }

    /** The bit that {@code letter} stands for, or 0 if it stands for none. */
    static int bit(char letter) {
        int index = LETTERS.indexOf(letter);
        return index < 0 ? 0 : 1 << index;
    }

    /** The flags as a script writes them; {@code -} if there are none. */
    public String letters() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < LETTERS.length(); i++) {
            if ((bits & (1 << i)) != 0) {
                out.append(LETTERS.charAt(i));
            }
        }
        ace.ifPresent(out::append);
        return out.isEmpty() ? "-" : out.toString();
    }
}
