package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Parses the options of a UDP datagram: {@code <mds 1472, req 7>}. */
final class UdpOptionParser {
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;

    private final TokenCursor cursor;

    UdpOptionParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** The options in angle brackets; none if there is no bracket. */
    List<UdpOption> options() throws ScriptSyntaxException {
        List<UdpOption> options = new ArrayList<>();
        if (!cursor.accept('<')) {
            return options;
        }
        do {
            options.add(option());
        } while (cursor.accept(','));
        cursor.expect('>', "or ',' after a UDP option");
        return options;
    }

    private UdpOption option() throws ScriptSyntaxException {
        Token name = cursor.expect(TokenKind.WORD, "the name of a UDP option");
        OptionalInt max = UdpOption.maxValues(name.text());
        if (max.isEmpty()) {
            throw cursor.error(name, "unknown UDP option '" + name.text() + "'");
        }
        List<Long> values = new ArrayList<>();
        while (!cursor.atSymbol(',') && !cursor.atSymbol('>') && values.size() < max.getAsInt()) {
            values.add(
                    cursor.accept(TokenKind.ELLIPSIS)
                            ? UdpOption.ANY
                            : cursor.anyNumber("a value of " + name.text(), 0, MAX_32_BITS));
        }
        if (values.size() < UdpOption.minValues(name.text())) {
            throw cursor.error(name, "a value of " + name.text() + " is missing");
        }
        return new UdpOption(name.position(), name.text(), List.copyOf(values));
    }
}
