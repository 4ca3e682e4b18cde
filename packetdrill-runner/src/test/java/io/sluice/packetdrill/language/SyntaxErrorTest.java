package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong scripts, the exact place of each mistake and what is said of it. */
final class SyntaxErrorTest {
    /** Marks the place of the mistake in the scripts below; it is taken out before parsing. */
    private static final String MARK = "§";

    static Stream<Arguments> wrongScripts() {
        return Stream.of(lexical(), structure(), times(), packets(), options(), systemCalls(), code())
                .flatMap(s -> s);
    }

    private static Arguments wrong(String script, String problem) {
        return Arguments.of(script, problem);
    }

    private static Stream<Arguments> lexical() {
        return Stream.of(
                wrong("0 close(3) = 0\n+0 write(3, §\"abc, 3) = 3\n", "string without its end \""),
                wrong("0 write(3, \"abc\n  d\ne§\\9\", 3) = 3\n", "unknown escape '\\9' in a string"),
                wrong("§`sysctl\n0 close(3) = 0\n", "command without its end `"),
                wrong("0 §%{ assert 1 \n", "code block without its end '}%'"),
                wrong("0 close(3) = 0\n§/* end", "comment without its end '*/'"),
                wrong(
                        "0 close(3) = 0\n§#if FreeBSD\n",
                        "unknown directive '#if'; there are #ifdef, #ifndef, #else and #endif"),
                wrong("#ifdef §\nX\n", "#ifdef needs a name on the same line"),
                wrong("0 close(3) = 0§#comment\n", "a comment with '#' needs white space before it"));
    }

    private static Stream<Arguments> structure() {
        return Stream.of(
                wrong("§", "expected an event: a time and what happens then, found the end of the script"),
                wrong(
                        "--mss=5\n`true`\n§",
                        "expected an event: a time and what happens then, found the end of the script"),
                wrong("0 close(3) = 0\n§--mss=5\n", "options stand before commands and events"),
                wrong("§--mss=\n0 close(3) = 0", "option --mss has no value behind '='"),
                wrong(
                        "0 close(3) = 0\n`true`\n§+0 close(4) = 0",
                        "an event after a command without a time; such a command ends the script"),
                wrong("0 close(3) = 0\n§#endif\n", "'#endif' without #ifdef"),
                wrong("0 close(3) = 0\n§#else\n", "'#else' without #ifdef"),
                wrong("§#ifdef A\n0 close(3) = 0\n", "'#ifdef A' without #endif"),
                wrong(
                        "#ifdef A\n0 close(3) = 0\n#else\n+0 close(3) = 0\n§#else\n#endif",
                        "expected #endif of '#ifdef A', found '#else'"),
                wrong(
                        "0 close(3) = 0\n§close(4) = 0",
                        "expected an errno such as EAGAIN, a note in parentheses or the next event, found 'close'"));
    }

    private static Stream<Arguments> times() {
        return Stream.of(
                wrong("0 close(3) = 0\n+§-1 close(4) = 0", "a time cannot be negative"),
                wrong("+§x close(4) = 0", "expected a time in seconds after '+', found 'x'"),
                wrong(
                        "§) close(4) = 0",
                        "expected an event, which begins with its time in seconds: '+0.1', '0.1' or '*', found ')'"),
                wrong("+0.2~+§0.1 > . 1:1(0)", "the range of times ends before it begins"),
                wrong("+0§~0.1", "both ends of a range have a '+', or none"),
                wrong("0~§+0.1", "both ends of a range have a '+', or none"),
                wrong("§+0~+1 < . 1:1(0) win 1", "only an outbound packet can have a range of times or '*'"),
                wrong("§* close(3) = 0", "only an outbound packet can have a range of times or '*'"),
                wrong("+1§...0.5 read(3, ..., 1) = 1", "a blocking call cannot end before it begins"),
                wrong(
                        "+§0.1234567891 close(3) = 0",
                        "a time is less than 1000000000 seconds and has at most nine decimal places"),
                wrong("0 §= 3", "expected a packet ('<' or '>'), a system call, a command or a code block, found '='"));
    }

    private static Stream<Arguments> packets() {
        return Stream.of(
                wrong(
                        "+0 > S§X 0:0(0)",
                        "unknown TCP flag 'X'; known are F S R P . U E W A and one digit 0 to 7 for ACE"),
                wrong("+0 > SF§S 0:0(0)", "TCP flag 'S' is given twice"),
                wrong("+0 > §P.E5 0:0(0)", "a digit stands for A, W and E, which cannot be given too"),
                wrong(
                        "+0 > §\"x\"",
                        "expected a packet: TCP flags ('S', 'P.', '-' for none), udp, icmp or an outer header,"
                                + " found a string"),
                wrong("+0 > . 1:§12(10)", "a payload of 10 bytes from 1 ends at 11, not at 12"),
                wrong(
                        "+0 > . §5000000000:1(0)",
                        "the first sequence number must be between 0 and 4294967295, not 5000000000"),
                wrong("+0 > . 1:1§", "expected '(' before the length of the payload, found the end of the script"),
                wrong("+0 > . 1:1(0) ack §x", "expected the acknowledgment number, found 'x'"),
                wrong("+0 > . 1:1(0) win §65536", "the window must be between 0 and 65535, not 65536"),
                wrong("+0 < §. 1:1(0) ack 1", "an inbound segment needs its window: 'win' and a number"),
                wrong("+0 < S. §...(0) win 1", "sequence numbers of '...' can only be in an outbound packet"),
                wrong("+0 < §S 0:0(0) win 1 <...>", "options of '<...>' can only be in an outbound packet"),
                wrong(
                        "+0 < §[ect01] . 1:1(0) win 1",
                        "ect01 leaves the choice of ECT open and can only be in an outbound packet"),
                wrong("+0 > (ttl §256) . 1:1(0)", "the value of ttl must be between 0 and 255, not 256"),
                wrong("+0 > (ttl 1, §hlim 2) . 1:1(0)", "'hlim' says again what an earlier field has said"),
                wrong("+0 > (tos 0x1, §ect0) . 1:1(0)", "'ect0' says again what an earlier field has said"),
                wrong("+0 > (dscp §af99) . 1:1(0)", "unknown DSCP 'af99'; known are cs0..cs7, af11..af43, ef, le"),
                wrong(
                        "+0 > [§ecf] . 1:1(0)",
                        "unknown field 'ecf' of the IP header; known are ttl, hlim, tos, class, dscp, flowlabel,"
                                + " noecn, ect0, ect1, ect01 and ce"),
                wrong("+0 > R. 1:1(0) §[code 1, pen 2]", "a reset reason is the payload of a RST and has 8 bytes"),
                wrong("+0 > . 1:1(0)/udp(1§)", "expected '>' between the UDP ports, found ')'"),
                wrong("+0 > ipv4 §x > 1.2.3.4: . 1:1(0)", "expected the source address, found 'x'"),
                wrong("+0 > udp (§-1)", "the length of the UDP payload must be between 0 and 65535, not -1"));
    }

    private static Stream<Arguments> options() {
        return Stream.of(
                wrong(
                        "+0 > S 0:0(0) <mss 1460,§sackok>",
                        "unknown TCP option 'sackok'; known are mss, nop, eol, wscale, sackOK, sack, TS, FO, FOEXP, md5,"
                                + " ao, ECN, AccECN0, AccECN1, exp-..., gen-..."),
                wrong("+0 > S 0:0(0) <mss §70000>", "the MSS must be between 0 and 65535, not 70000"),
                wrong("+0 > S 0:0(0) <nop §nop>", "expected '>' or ',' after a TCP option, found 'nop'"),
                wrong("+0 > S 0:0(0) §<>", "no options stand in '<>'; leave it out"),
                wrong("+0 > S 0:0(0) <nop,§>", "expected a TCP option, found '>'"),
                wrong("+0 > S 0:0(0) <FO §abc>", "the cookie has an odd number of hexadecimal digits"),
                wrong("+0 > S 0:0(0) <FO §0xab>", "expected the cookie in hexadecimal digits, found '0xab'"),
                wrong(
                        "+0 > S 0:0(0) <md5 §good>",
                        "expected 'valid' or the digest in hexadecimal digits, found 'good'"),
                wrong("+0 > S 0:0(0) <TS §1 ecr 2>", "expected 'val' after 'TS', found '1'"),
                wrong("+0 > S 0:0(0) <§gen-256>", "the kind of a TCP option is at most 255"),
                wrong(
                        "+0 > S 0:0(0) <AccECN0 §eceb 1>",
                        "expected the counters in the order ee0b eceb ee1b, found 'eceb'"),
                wrong(
                        "+0 > S 0:0(0) <ECN §ceb 1>",
                        "expected the counters in the order e0b ceb e1b or e1b ceb e0b, found 'ceb'"),
                wrong(
                        "+0 > S 0:0(0) <ECN e1b 1 §e0b 1>",
                        "expected the counters in the order e1b ceb e0b, found 'e0b'"),
                wrong("+0 > . 1:1(0) <sack §nop>", "expected the left edge of a SACK block, found 'nop'"));
    }

    private static Stream<Arguments> systemCalls() {
        return Stream.of(
                wrong("+0 close §3", "expected '(' after the name of the system call 'close', found '3'"),
                wrong("+0 close(3 §4) = 0", "expected ',' or ')' in the arguments of close, found '4'"),
                wrong(
                        "+0 close(3)\n§",
                        "expected '=' and the expected result after the arguments of close, found the end of the script"),
                wrong(
                        "+0 close(3) = §",
                        "expected a value: a number, a name, a string, '[', '{' or '...', found the end of the script"),
                wrong("+0 f([1, 2§}) = 0", "expected ',' or ']' in the array, found '}'"),
                wrong("+0 f({a=1§]) = 0", "expected ',' or '}' in the structure, found ']'"),
                wrong("+0 f({§1=2}) = 0", "the name of a field stands before '='"),
                wrong("+0 f(1 | §) = 0", "expected a value: a number, a name, a string, '[', '{' or '...', found ')'"),
                wrong("+0 f(\"a§\\q\") = 0", "unknown escape '\\q' in a string"),
                wrong("+0 f(§99999999999999999999) = 0", "the number 99999999999999999999 does not fit into 64 bits"),
                wrong("+0 f() = -1 EAGAIN §(again\n", "note without its closing ')'"),
                wrong("+0...§x f() = 0", "expected the time in seconds at which the call returns, found 'x'"));
    }

    private static Stream<Arguments> code() {
        return Stream.of(
                wrong("+0 %{ assert §}%", "expected a value, found the end of the code block"),
                wrong("+0 %{ assert a == 1\n  assert §== 2 }%", "expected a value, found '=='"),
                wrong("+0 %{ assert a §b }%", "expected an operator or the end of the statement, found 'b'"),
                wrong(
                        "+0 %{ §import os }%",
                        "no 'import' here: a code block has assertions, assignments and calls only"),
                wrong("+0 %{ assert (a §}%", "expected ',' or ')', found the end of the code block"),
                wrong("+0 %{ x = §'abc }%", "string without its end '"),
                wrong("+0 %{ x = §$ }%", "unexpected character '$' in a code block"),
                wrong("+0 %{ x = 1 §\\ y }%", "a backslash stands at the end of a line only"),
                wrong(
                        "+0 %{ a if b §}%",
                        "expected 'else' of the conditional expression, found the end of the code block"),
                wrong("+0 %{ x = §9223372036854775808 }%", "the number 9223372036854775808 does not fit into 63 bits"));
    }

    @ParameterizedTest
    @MethodSource("wrongScripts")
    void errorsSayWhereAndWhat(String marked, String problem) {
        String text = marked.replace(MARK, "");
        String before = marked.substring(0, marked.indexOf(MARK));
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = before.length() - before.lastIndexOf('\n');
        ScriptSyntaxException error = assertThrows(ScriptSyntaxException.class, () -> Parsing.script(text));
        assertEquals(problem, error.problem());
        assertEquals(new SourcePosition(line, column), error.position());
    }

    @Test
    void messagesShowTheLineAndACaret() {
        ScriptSyntaxException error = assertThrows(
                ScriptSyntaxException.class, () -> Parsing.script("// first\n\t+0.1 > S 0:0(0) <mss 1460,sackok>\n"));
        assertEquals(
                """
                test.pkt:2:28: unknown TCP option 'sackok'; known are mss, nop, eol, wscale, sackOK, sack, TS, FO, \
                FOEXP, md5, ao, ECN, AccECN0, AccECN1, exp-..., gen-...
                    \t+0.1 > S 0:0(0) <mss 1460,sackok>
                    \t                          ^""",
                error.getMessage());
        assertEquals("test.pkt", error.scriptName());
    }
}
