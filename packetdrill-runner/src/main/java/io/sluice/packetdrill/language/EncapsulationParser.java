package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the headers around a packet: {@code ipv4 a > b:}, {@code ipv6 a > b:}, {@code gre:}, {@code mpls ...:}. */
final class EncapsulationParser {
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;
    private static final int MAX_16_BITS = 0xFFFF;
    private static final int MAX_MPLS_LABEL = (1 << 20) - 1;

    private final TokenCursor cursor;
    private final IpFieldsParser ipFields;

    EncapsulationParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.ipFields = new IpFieldsParser(cursor);
    }

    List<Encapsulation> encapsulations() throws ScriptSyntaxException {
        List<Encapsulation> headers = new ArrayList<>();
        while (cursor.at(TokenKind.WORD)) {
            Token name = cursor.peek();
            switch (name.text()) {
                case "ipv4", "ipv6" -> {
                    cursor.next();
                    headers.add(ip(name));
                }
                case "gre", "GREv0" -> {
                    cursor.next();
                    headers.add(gre(name));
                }
                case "mpls" -> {
                    cursor.next();
                    headers.add(new Encapsulation.Mpls(name.position(), mplsLabels()));
                    colon("MPLS");
                }
                default -> {
                    return headers;
                }
            }
        }
        return headers;
    }

    private void colon(String header) throws ScriptSyntaxException {
        cursor.expect(':', "after the " + header + " header");
    }

    private Encapsulation ip(Token name) throws ScriptSyntaxException {
        Optional<IpFields> fields = ipFields.ipFields();
        String source = cursor.address("the source address").text();
        cursor.expect('>', "between the addresses of the outer header");
        String destination = cursor.address("the destination address").text();
        colon("IP");
        return name.text().equals("ipv4")
                ? new Encapsulation.Ipv4(name.position(), fields, source, destination)
                : new Encapsulation.Ipv6(name.position(), fields, source, destination);
    }

    private Encapsulation gre(Token name) throws ScriptSyntaxException {
        cursor.accept(',');
        Optional<Encapsulation.GreHeader> header = atGreHeader() ? Optional.of(greHeader()) : Optional.empty();
        colon("GRE");
        return new Encapsulation.Gre(name.position(), header);
    }

    boolean atGreHeader() {
        return (cursor.atWord("flags") || cursor.atWord("Flags"))
                && !cursor.peek(1).isSymbol('=');
    }

    /** {@code flags [none], sum 0, off 0, key=0, seq 0}; the commas may be missing. */
    Encapsulation.GreHeader greHeader() throws ScriptSyntaxException {
        SourcePosition position = cursor.next().position();
        int flags = greFlags();
        cursor.accept(',');
        cursor.expectWord("sum", "behind the GRE flags");
        int checksum = (int) cursor.anyNumber("the GRE checksum", 0, MAX_16_BITS);
        cursor.accept(',');
        cursor.expectWord("off", "behind the GRE checksum");
        int offset = (int) cursor.anyNumber("the GRE offset", 0, MAX_16_BITS);
        cursor.accept(',');
        cursor.expectWord("key", "behind the GRE offset");
        cursor.accept('=');
        long key = cursor.anyNumber("the GRE key", 0, MAX_32_BITS);
        cursor.accept(',');
        cursor.expectWord("seq", "behind the GRE key");
        long sequence = cursor.anyNumber("the GRE sequence number", 0, MAX_32_BITS);
        return new Encapsulation.GreHeader(position, flags, checksum, offset, key, sequence);
    }

    private int greFlags() throws ScriptSyntaxException {
        if (!cursor.accept('[')) {
            return (int) cursor.anyNumber("the GRE flags", 0, MAX_16_BITS);
        }
        int flags = 0;
        do {
            Token flag = cursor.expect(TokenKind.WORD, "a GRE flag");
            flags |= switch (flag.text()) {
                case "none" -> 0;
                case "checksum" -> Encapsulation.GreHeader.CHECKSUM_PRESENT;
                case "key" -> Encapsulation.GreHeader.KEY_PRESENT;
                case "sequence#" -> Encapsulation.GreHeader.SEQUENCE_PRESENT;
                default ->
                    throw cursor.error(
                            flag, "unknown GRE flag " + flag.describe() + "; known are none, checksum, key, sequence#");
            };
            if (!flag.text().equals("none")) {
                cursor.expectWord("present", "behind the name of a GRE flag");
            }
        } while (cursor.accept(','));
        cursor.expect(']', "after the GRE flags");
        return flags;
    }

    /** {@code (label 0, tc 0, [S], ttl 64)}, any number of them. */
    List<Encapsulation.MplsLabel> mplsLabels() throws ScriptSyntaxException {
        List<Encapsulation.MplsLabel> labels = new ArrayList<>();
        while (cursor.atSymbol('(')) {
            labels.add(mplsLabel());
        }
        return labels;
    }

    private Encapsulation.MplsLabel mplsLabel() throws ScriptSyntaxException {
        SourcePosition position = cursor.next().position();
        cursor.expectWord("label", "of an MPLS entry");
        int label = (int) cursor.number("the MPLS label", 0, MAX_MPLS_LABEL);
        cursor.expect(',', "behind the MPLS label");
        cursor.expectWord("tc", "behind the MPLS label");
        int trafficClass = (int) cursor.number("the MPLS traffic class", 0, 7);
        cursor.expect(',', "behind the MPLS traffic class");
        boolean bottom = cursor.accept('[');
        if (bottom) {
            cursor.expectWord("S", "for the bottom of the stack");
            cursor.expect(']', "after 'S'");
            cursor.expect(',', "behind '[S]'");
        }
        cursor.expectWord("ttl", "of an MPLS entry");
        int ttl = (int) cursor.number("the MPLS TTL", 0, 255);
        cursor.expect(')', "at the end of an MPLS entry");
        return new Encapsulation.MplsLabel(position, label, trafficClass, bottom, ttl);
    }
}
