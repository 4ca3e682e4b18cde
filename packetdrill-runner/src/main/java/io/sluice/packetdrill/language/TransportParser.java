package io.sluice.packetdrill.language;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Parses what an IP packet carries: a TCP segment, {@code udp (...)} or {@code icmp ...}. */
final class TransportParser {
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;
    private static final int MAX_16_BITS = 0xFFFF;
    /** The length of a diagnostic payload: magic cookie, code and enterprise number. */
    private static final int RESET_REASON_BYTES = 8;

    private final TokenCursor cursor;
    private final OptionParser options;

    TransportParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.options = new OptionParser(cursor);
    }

    Transport transport() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (cursor.acceptWord("udp")) {
            return udp(position);
        }
        if (cursor.acceptWord("icmp")) {
            return icmp(position);
        }
        return tcp(position);
    }

    private Transport udp(SourcePosition position) throws ScriptSyntaxException {
        Optional<Transport.Ports> ports = ports();
        int length = parenthesizedLength("the length of the UDP payload");
        return new Transport.UdpDatagram(position, ports, length, new UdpOptionParser(cursor).options());
    }

    private Transport icmp(SourcePosition position) throws ScriptSyntaxException {
        String type = cursor.expect(TokenKind.WORD, "the name of an ICMP type").text();
        Optional<String> code = Optional.empty();
        if (cursor.at(TokenKind.WORD) && !cursor.atWord("mtu") && !cursor.atWord("id")) {
            code = Optional.of(cursor.next().text());
        }
        OptionalLong mtu = OptionalLong.empty();
        if (cursor.acceptWord("mtu")) {
            mtu = OptionalLong.of(cursor.number("the MTU", 0, MAX_32_BITS));
        }
        OptionalInt identifier = OptionalInt.empty();
        if (cursor.acceptWord("id")) {
            identifier = OptionalInt.of((int) cursor.number("the identifier of the echo", 0, MAX_16_BITS));
        }
        return new Transport.IcmpMessage(position, type, code, mtu, identifier, quoted());
    }

    private Optional<Transport.Quoted> quoted() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (!cursor.accept('[')) {
            return Optional.empty();
        }
        Transport.Quoted quoted;
        if (cursor.acceptWord("udp")) {
            quoted = new Transport.Quoted.Datagram(position, parenthesizedLength("the length of the quoted payload"));
        } else if (cursor.acceptWord("raw")) {
            quoted = new Transport.Quoted.Raw(position, parenthesizedLength("the length of the quoted payload"));
        } else {
            SequenceRange sequence = sequence();
            quoted = new Transport.Quoted.Segment(position, sequence, udpEncapsulation());
        }
        cursor.expect(']', "after the quoted packet");
        return Optional.of(quoted);
    }

    private int parenthesizedLength(String what) throws ScriptSyntaxException {
        cursor.expect('(', "before " + what);
        int length = (int) cursor.number(what, 0, MAX_16_BITS);
        cursor.expect(')', "after " + what);
        return length;
    }

    private Transport tcp(SourcePosition position) throws ScriptSyntaxException {
        Optional<Transport.Ports> ports = ports();
        TcpFlags flags = flags();
        SequenceRange sequence = sequence();
        OptionalLong acknowledgment = OptionalLong.empty();
        if (cursor.acceptWord("ack")) {
            acknowledgment = OptionalLong.of(cursor.number("the acknowledgment number", 0, MAX_32_BITS));
        }
        OptionalInt window = optional16Bits("win", "the window");
        OptionalInt urgent = optional16Bits("urg", "the urgent pointer");
        TcpOptions list = options.options();
        Optional<Transport.ResetReason> reason = resetReason();
        if (reason.isPresent() && (!flags.has(TcpFlags.RST) || sequence.lengthBytes() != RESET_REASON_BYTES)) {
            throw cursor.error(reason.get().position(), "a reset reason is the payload of a RST and has 8 bytes");
        }
        return new Transport.TcpSegment(
                position, ports, flags, sequence, acknowledgment, window, urgent, list, reason, udpEncapsulation());
    }

    private OptionalInt optional16Bits(String word, String what) throws ScriptSyntaxException {
        return cursor.acceptWord(word)
                ? OptionalInt.of((int) cursor.number(what, 0, MAX_16_BITS))
                : OptionalInt.empty();
    }

    private Optional<Transport.Ports> ports() throws ScriptSyntaxException {
        if (!cursor.at(TokenKind.INTEGER) || !cursor.peek(1).isSymbol('>')) {
            return Optional.empty();
        }
        SourcePosition position = cursor.position();
        int source = (int) cursor.number("the source port", 0, MAX_16_BITS);
        cursor.next();
        return Optional.of(
                new Transport.Ports(position, source, (int) cursor.number("the destination port", 0, MAX_16_BITS)));
    }

    private Optional<Transport.UdpEncapsulation> udpEncapsulation() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (!cursor.accept('/')) {
            return Optional.empty();
        }
        cursor.expectWord("udp", "after '/'");
        cursor.expect('(', "before the UDP ports");
        int source = (int) cursor.number("the UDP source port", 0, MAX_16_BITS);
        cursor.expect('>', "between the UDP ports");
        int destination = (int) cursor.number("the UDP destination port", 0, MAX_16_BITS);
        cursor.expect(')', "after the UDP ports");
        return Optional.of(new Transport.UdpEncapsulation(position, source, destination));
    }

    private Optional<Transport.ResetReason> resetReason() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (!cursor.accept('[')) {
            return Optional.empty();
        }
        cursor.expectWord("code", "of a reset reason");
        int code = (int) cursor.anyNumber("the reason code", 0, MAX_16_BITS);
        cursor.expect(',', "behind the reason code");
        cursor.expectWord("pen", "behind the reason code");
        long enterprise = cursor.anyNumber("the private enterprise number", 0, MAX_32_BITS);
        cursor.expect(']', "after the reset reason");
        return Optional.of(new Transport.ResetReason(position, code, enterprise));
    }

    /** Letters, a dot for ACK and a digit for ACE, perhaps with blanks between them, or {@code -}. */
    private TcpFlags flags() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (cursor.accept('-')) {
            return new TcpFlags(position, 0, OptionalInt.empty());
        }
        if (!atFlags()) {
            throw cursor.unexpected("a packet: TCP flags ('S', 'P.', '-' for none), udp, icmp or an outer header");
        }
        int bits = 0;
        OptionalInt ace = OptionalInt.empty();
        while (atFlags()) {
            Token token = cursor.next();
            for (int i = 0; i < token.text().length(); i++) {
                char letter = token.text().charAt(i);
                SourcePosition at = new SourcePosition(
                        token.position().line(), token.position().column() + i);
                if (letter >= '0' && letter <= '7' && ace.isEmpty()) {
                    ace = OptionalInt.of(letter - '0');
                } else {
                    bits = withFlag(bits, letter, at);
                }
            }
        }
        if (ace.isPresent() && (bits & (TcpFlags.AE | TcpFlags.CWR | TcpFlags.ECE)) != 0) {
            throw cursor.error(position, "a digit stands for A, W and E, which cannot be given too");
        }
        return new TcpFlags(position, bits, ace);
    }

    /** At a word, a dot or a fraction such as {@code .5}, none of which can begin sequence numbers. */
    private boolean atFlags() {
        return cursor.at(TokenKind.WORD)
                || cursor.atSymbol('.')
                || (cursor.at(TokenKind.FLOAT) && cursor.peek().text().startsWith("."));
    }

    private int withFlag(int bits, char letter, SourcePosition at) throws ScriptSyntaxException {
        int bit = TcpFlags.bit(letter);
        if (bit == 0) {
            throw cursor.error(
                    at, "unknown TCP flag '" + letter + "'; known are F S R P . U E W A and one digit 0 to 7 for ACE");
        }
        if ((bits & bit) != 0) {
            throw cursor.error(at, "TCP flag '" + letter + "' is given twice");
        }
        return bits | bit;
    }

    /** {@code 1:1461(1460)}, {@code 0:0(0)!} or {@code ...(0)}. */
    private SequenceRange sequence() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        if (cursor.accept(TokenKind.ELLIPSIS)) {
            int length = parenthesizedLength("the length of the payload");
            return new SequenceRange(position, SequenceRange.Numbering.IGNORED, 0, length);
        }
        long start = cursor.number("the first sequence number", 0, MAX_32_BITS);
        cursor.expect(':', "between the sequence numbers");
        Token endToken = cursor.peek();
        long end = cursor.number("the sequence number behind the payload", 0, MAX_32_BITS);
        int length = parenthesizedLength("the length of the payload");
        if (((start + length) & MAX_32_BITS) != end) {
            throw cursor.error(
                    endToken,
                    "a payload of " + length + " bytes from " + start + " ends at " + ((start + length) & MAX_32_BITS)
                            + ", not at " + end);
        }
        boolean absolute = cursor.accept('!');
        return new SequenceRange(
                position,
                absolute ? SequenceRange.Numbering.ABSOLUTE : SequenceRange.Numbering.RELATIVE,
                start,
                length);
    }
}
