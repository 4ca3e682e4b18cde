package io.sluice.packetdrill.language;

import java.util.Optional;
import java.util.OptionalInt;

/** Parses what a packet says of its IP header: {@code (ttl 64, dscp ef)}, {@code [ect0]}. */
final class IpFieldsParser {
    private static final int MAX_FLOW_LABEL = (1 << 20) - 1;

    private final TokenCursor cursor;

    IpFieldsParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    Optional<IpFields> ipFields() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        char close = cursor.atSymbol('(') ? ')' : ']';
        if (!cursor.accept('(') && !cursor.accept('[')) {
            return Optional.empty();
        }
        IpFields fields = new IpFields(
                position,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
        do {
            fields = field(fields);
        } while (cursor.accept(','));
        if (!cursor.accept(close)) {
            throw cursor.unexpected("',' or '" + close + "' behind a field of the IP header");
        }
        return Optional.of(fields);
    }

    private IpFields field(IpFields fields) throws ScriptSyntaxException {
        Token name = cursor.expect(TokenKind.WORD, "a field of the IP header, such as ttl, tos, dscp or ect0");
        switch (name.text()) {
            case "ttl", "hlim" -> {
                once(name, fields.timeToLive().isEmpty());
                return withTimeToLive(fields, byteValue(name));
            }
            case "flowlabel" -> {
                once(name, fields.flowLabel().isEmpty());
                return withFlowLabel(fields, (int) cursor.anyNumber("the flow label", 0, MAX_FLOW_LABEL));
            }
            case "tos", "class" -> {
                once(name, noTrafficClass(fields) && fields.ecn().isEmpty());
                return withTrafficClass(fields, byteValue(name));
            }
            case "dscp" -> {
                once(name, noTrafficClass(fields));
                return withDscp(fields, dscp());
            }
            default -> {
                once(name, fields.trafficClass().isEmpty() && fields.ecn().isEmpty());
                Token ecn = name.text().equals("ecn") ? cursor.expect(TokenKind.WORD, "an ECN codepoint") : name;
                return withEcn(fields, ecn(ecn));
            }
        }
    }

    private static boolean noTrafficClass(IpFields fields) {
        return fields.trafficClass().isEmpty() && fields.dscp().isEmpty();
    }

    private void once(Token name, boolean first) throws ScriptSyntaxException {
        if (!first) {
            throw cursor.error(name, name.describe() + " says again what an earlier field has said");
        }
    }

    private int byteValue(Token name) throws ScriptSyntaxException {
        return (int) cursor.anyNumber("the value of " + name.text(), 0, 255);
    }

    private int dscp() throws ScriptSyntaxException {
        if (!cursor.at(TokenKind.WORD)) {
            return (int) cursor.anyNumber("the DSCP", 0, 63);
        }
        Token name = cursor.next();
        Integer value = IpFields.DSCP_NAMES.get(name.text());
        if (value == null) {
            throw cursor.error(name, "unknown DSCP " + name.describe() + "; known are cs0..cs7, af11..af43, ef, le");
        }
        return value;
    }

    private IpFields.Ecn ecn(Token word) throws ScriptSyntaxException {
        Optional<IpFields.Ecn> ecn = IpFields.Ecn.of(word.text());
        if (ecn.isEmpty()) {
            throw cursor.error(
                    word,
                    "unknown field " + word.describe() + " of the IP header; known are ttl, hlim, tos, class, dscp,"
                            + " flowlabel, noecn, ect0, ect1, ect01 and ce");
        }
        return ecn.get();
    }

    private static IpFields withTimeToLive(IpFields f, int ttl) {
        return new IpFields(f.position(), f.trafficClass(), f.dscp(), f.ecn(), OptionalInt.of(ttl), f.flowLabel());
    }

    private static IpFields withFlowLabel(IpFields f, int label) {
        return new IpFields(f.position(), f.trafficClass(), f.dscp(), f.ecn(), f.timeToLive(), OptionalInt.of(label));
    }

    private static IpFields withTrafficClass(IpFields f, int octet) {
        return new IpFields(f.position(), OptionalInt.of(octet), f.dscp(), f.ecn(), f.timeToLive(), f.flowLabel());
    }

    private static IpFields withDscp(IpFields f, int dscp) {
        return new IpFields(
                f.position(), f.trafficClass(), OptionalInt.of(dscp), f.ecn(), f.timeToLive(), f.flowLabel());
    }

    private static IpFields withEcn(IpFields f, IpFields.Ecn ecn) {
        return new IpFields(f.position(), f.trafficClass(), f.dscp(), Optional.of(ecn), f.timeToLive(), f.flowLabel());
    }
}
