package io.sluice.packetdrill.language;

import io.sluice.packetdrill.language.TcpOption.AccurateEcn.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Parses the options of a TCP segment: {@code <mss 1460,sackOK,TS val 1 ecr 0>}. */
final class OptionParser {
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;
    private static final int MAX_16_BITS = 0xFFFF;
    private static final int MAX_24_BITS = 0xFF_FFFF;
    private static final String FIRST_COUNTERS = "ee0b eceb ee1b";
    private static final String SECOND_COUNTERS = "ee1b eceb ee0b";
    private static final String LINUX_FIRST_COUNTERS = "e0b ceb e1b";
    private static final String LINUX_SECOND_COUNTERS = "e1b ceb e0b";
    private static final Pattern GENERIC = Pattern.compile("gen-[0-9]{1,5}");
    private static final Pattern EXPERIMENTAL = Pattern.compile("exp-[0-9a-fA-F]{1,4}");

    private final TokenCursor cursor;

    OptionParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** The options in angle brackets; none if there is no bracket. */
    TcpOptions options() throws ScriptSyntaxException {
        if (!cursor.atSymbol('<')) {
            return new TcpOptions.Listed(List.of());
        }
        if (cursor.peek(1).kind() == TokenKind.ELLIPSIS) {
            cursor.next();
            cursor.next();
            close("after '...'");
            return new TcpOptions.Any();
        }
        Token open = cursor.next();
        if (cursor.peek(1).isSymbol('>') && isOctets(cursor.peek())) {
            HexData octets = hexData("the octets of the options");
            close("after the octets of the options");
            return new TcpOptions.Octets(octets);
        }
        if (cursor.atSymbol('>')) {
            throw cursor.error(open, "no options stand in '<>'; leave it out");
        }
        List<TcpOption> options = new ArrayList<>();
        do {
            options.add(option());
        } while (cursor.accept(','));
        close("or ',' after a TCP option");
        return new TcpOptions.Listed(options);
    }

    private void close(String place) throws ScriptSyntaxException {
        cursor.expect('>', place);
    }

    private static boolean isOctets(Token token) {
        return (token.kind() == TokenKind.WORD || token.kind() == TokenKind.INTEGER) && HexData.isHex(token.text());
    }

    private TcpOption option() throws ScriptSyntaxException {
        Token name = cursor.expect(TokenKind.WORD, "a TCP option");
        SourcePosition at = name.position();
        return switch (name.text()) {
            case "nop" -> new TcpOption.NoOperation(at);
            case "eol" -> new TcpOption.EndOfList(at);
            case "mss" -> new TcpOption.MaximumSegmentSize(at, (int) cursor.number("the MSS", 0, MAX_16_BITS));
            case "wscale" -> new TcpOption.WindowScale(at, (int) cursor.number("the window scale", 0, 255));
            case "sackOK" -> new TcpOption.SackPermitted(at);
            case "sack" -> new TcpOption.Sack(at, sackBlocks());
            case "TS" -> timestamps(at);
            default -> rareOption(name);
        };
    }

    private TcpOption rareOption(Token name) throws ScriptSyntaxException {
        SourcePosition at = name.position();
        return switch (name.text()) {
            case "FO" -> new TcpOption.FastOpen(at, optionalHexData("the cookie"), false);
            case "FOEXP", "EXP-FO", "exp-FO" -> new TcpOption.FastOpen(at, optionalHexData("the cookie"), true);
            case "md5" -> new TcpOption.Md5Signature(at, validOrHexData("the digest"));
            case "ao" -> authentication(at);
            case "AccECN0" -> new TcpOption.AccurateEcn(at, 0, Spelling.FREEBSD, counters(FIRST_COUNTERS));
            case "AccECN1" -> new TcpOption.AccurateEcn(at, 1, Spelling.FREEBSD, counters(SECOND_COUNTERS));
            case "exp-AccECN0" -> new TcpOption.AccurateEcn(at, 0, Spelling.EXPERIMENTAL, counters(FIRST_COUNTERS));
            case "exp-AccECN1" -> new TcpOption.AccurateEcn(at, 1, Spelling.EXPERIMENTAL, counters(SECOND_COUNTERS));
            case "ECN" -> accurateEcnOfLinux(at);
            case "exp-tarr" -> new TcpOption.AckRateRequest(at, rate());
            default -> numberedOption(name);
        };
    }

    private TcpOption numberedOption(Token name) throws ScriptSyntaxException {
        if (GENERIC.matcher(name.text()).matches()) {
            int kind = Integer.parseInt(name.text().substring(4));
            if (kind > 255) {
                throw cursor.error(name, "the kind of a TCP option is at most 255");
            }
            return new TcpOption.Generic(name.position(), kind, optionalHexData("the content of the option"));
        }
        if (EXPERIMENTAL.matcher(name.text()).matches()) {
            int experiment = Integer.parseInt(name.text().substring(4), 16);
            return new TcpOption.Experimental(
                    name.position(), experiment, optionalHexData("the content of the option"));
        }
        throw cursor.error(
                name,
                "unknown TCP option " + name.describe() + "; known are mss, nop, eol, wscale, sackOK, sack, TS, FO,"
                        + " FOEXP, md5, ao, ECN, AccECN0, AccECN1, exp-..., gen-...");
    }

    private List<TcpOption.SackBlock> sackBlocks() throws ScriptSyntaxException {
        List<TcpOption.SackBlock> blocks = new ArrayList<>();
        do {
            SourcePosition position = cursor.position();
            long left = cursor.number("the left edge of a SACK block", 0, MAX_32_BITS);
            cursor.expect(':', "between the edges of a SACK block");
            long right = cursor.number("the right edge of a SACK block", 0, MAX_32_BITS);
            blocks.add(new TcpOption.SackBlock(position, left, right));
        } while (cursor.at(TokenKind.INTEGER));
        return blocks;
    }

    private TcpOption timestamps(SourcePosition at) throws ScriptSyntaxException {
        cursor.expectWord("val", "after 'TS'");
        OptionalLong value = cursor.accept(TokenKind.ELLIPSIS)
                ? OptionalLong.empty()
                : OptionalLong.of(cursor.number("the timestamp value", 0, MAX_32_BITS));
        cursor.expectWord("ecr", "behind the timestamp value");
        long echo = cursor.number("the timestamp echo reply", 0, MAX_32_BITS);
        return new TcpOption.Timestamps(at, value, echo, cursor.accept('!'));
    }

    private TcpOption authentication(SourcePosition at) throws ScriptSyntaxException {
        cursor.expectWord("keyid", "after 'ao'");
        int keyId = (int) cursor.number("the KeyID", 0, 255);
        cursor.expectWord("rnext", "behind the KeyID");
        int rNextKeyId = (int) cursor.number("the RNextKeyID", 0, 255);
        return new TcpOption.Authentication(at, keyId, rNextKeyId, validOrHexData("the MAC"));
    }

    /** One name for both orders: the first counter tells them apart. Linux sends an empty option as that which begins with ECT(1). */
    private TcpOption accurateEcnOfLinux(SourcePosition at) throws ScriptSyntaxException {
        if (cursor.at(TokenKind.WORD) && !cursor.atWord("e0b") && !cursor.atWord("e1b")) {
            throw cursor.unexpected(
                    "the counters in the order " + LINUX_FIRST_COUNTERS + " or " + LINUX_SECOND_COUNTERS);
        }
        int order = cursor.atWord("e0b") ? 0 : 1;
        String names = order == 0 ? LINUX_FIRST_COUNTERS : LINUX_SECOND_COUNTERS;
        return new TcpOption.AccurateEcn(at, order, Spelling.LINUX, counters(names));
    }

    private List<Integer> counters(String names) throws ScriptSyntaxException {
        List<Integer> counters = new ArrayList<>();
        for (String name : names.split(" ", -1)) {
            if (!cursor.acceptWord(name)) {
                break;
            }
            counters.add((int) cursor.number("the counter " + name, 0, MAX_24_BITS));
        }
        if (cursor.at(TokenKind.WORD)) {
            throw cursor.unexpected("the counters in the order " + names);
        }
        return counters;
    }

    private OptionalInt rate() throws ScriptSyntaxException {
        return cursor.at(TokenKind.INTEGER)
                ? OptionalInt.of((int) cursor.number("the rate", 0, 127))
                : OptionalInt.empty();
    }

    private Optional<HexData> validOrHexData(String what) throws ScriptSyntaxException {
        return cursor.acceptWord("valid") ? Optional.empty() : Optional.of(hexData("'valid' or " + what));
    }

    private Optional<HexData> optionalHexData(String what) throws ScriptSyntaxException {
        boolean none = cursor.atSymbol(',') || cursor.atSymbol('>');
        return none ? Optional.empty() : Optional.of(hexData(what));
    }

    private HexData hexData(String what) throws ScriptSyntaxException {
        if (!cursor.at(TokenKind.WORD) && !cursor.at(TokenKind.INTEGER)) {
            throw cursor.unexpected(what + " in hexadecimal digits");
        }
        Token token = cursor.next();
        String text = token.text();
        if (HexData.isHex(text)) {
            if (text.length() % 2 != 0) {
                throw cursor.error(token, what + " has an odd number of hexadecimal digits");
            }
        } else if (!text.matches("[A-Z][A-Z0-9_]*")) {
            throw cursor.error(token, "expected " + what + " in hexadecimal digits, found " + token.describe());
        }
        return new HexData(token.position(), text);
    }
}
