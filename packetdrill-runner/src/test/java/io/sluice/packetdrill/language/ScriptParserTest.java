package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Options, comments, times, commands, conditions and definitions. */
final class ScriptParserTest {
    @Test
    void optionsHaveNamesAndValues() throws ScriptSyntaxException {
        Script script = Parsing.script(
                """
                --ip_version=ipv4
                --local_ip=fd3d:0a0b:17d6::1  // an address
                --strict_segments
                --send_omit_free = 3
                --define=CC="reno"
                --init_scripts="a b"
                0 close(3) = 0
                """);
        List<String> options = script.select(name -> false).options().stream()
                .map(option -> option.name() + " " + option.value().orElse("-"))
                .toList();
        assertEquals(
                List.of(
                        "ip_version ipv4",
                        "local_ip fd3d:0a0b:17d6::1",
                        "strict_segments -",
                        "send_omit_free 3",
                        "define CC=\"reno\"",
                        "init_scripts a b"),
                options);
    }

    @Test
    void commentsAreSkipped() throws ScriptSyntaxException {
        String text =
                """
                // one
                # two
                /* three
                   +0 close(9) = 0 */
                0 close(3) = 0// four
                +0 close(4) = 0 # five
                +0 > . 1:1(0) /* six */ ack 1/udp(1 > 2)//seven""";
        assertEquals("0 close(3) = 0\n+0 close(4) = 0\n+0 > . 1:1(0) ack 1/udp(1 > 2)\n", Parsing.printed(text));
    }

    @Test
    void hashInsideCommandsAndCodeIsTheirs() throws ScriptSyntaxException {
        Script script = Parsing.script("`echo # 1`\n0 %{ assert 1 == 1 # always\n}%");
        Script.Selection selection = script.select(name -> false);
        assertEquals("echo # 1", selection.initCommands().get(0).text());
        assertEquals(1, selection.events().size());
    }

    @Test
    void timesAreExactNanoseconds() throws ScriptSyntaxException {
        assertEquals(100_000_000L, ((EventTime.Absolute) time("0.1 close(3) = 0")).atNs());
        assertEquals(2_000_000_000L, ((EventTime.Relative) time("+2 close(3) = 0")).afterNs());
        assertEquals(30_000_000L, ((EventTime.Relative) time(" + .03 close(3) = 0")).afterNs());
        assertEquals(123_456_789L, ((EventTime.Relative) time("+.123456789 close(3) = 0")).afterNs());
        EventTime.AbsoluteRange absolute = (EventTime.AbsoluteRange) time("0.1~0.25 > . 1:1(0)");
        assertEquals(100_000_000L, absolute.fromNs());
        assertEquals(250_000_000L, absolute.toNs());
        EventTime.RelativeRange relative = (EventTime.RelativeRange) time("+0~+0.05 > . 1:1(0)");
        assertEquals(0L, relative.fromNs());
        assertEquals(50_000_000L, relative.toNs());
        assertTrue(time("* > . 1:1(0)") instanceof EventTime.Any);
    }

    private static EventTime time(String event) throws ScriptSyntaxException {
        return Parsing.event(event).time();
    }

    @Test
    void blockingCallsHaveAnEnd() throws ScriptSyntaxException {
        for (String text : List.of("+0...0.3 read(4, ..., 10) = 0", "+0 ... .3 read(4, ..., 10) = 0")) {
            Event event = Parsing.event(text);
            SystemCall call = (SystemCall) event.action();
            assertTrue(call.isBlocking());
            assertEquals(300_000_000L, call.endNs().getAsLong());
        }
        assertEquals(
                0L,
                ((SystemCall) Parsing.event("+0...0 connect(3, ..., ...) = 0").action())
                        .endNs()
                        .getAsLong());
    }

    @Test
    void commandsWithoutTimeAreInitAndCleanup() throws ScriptSyntaxException {
        Script.Selection script =
                Parsing.script("`a\n b`\n+0 `c`\n+0 close(3) = 0\n`d`").select(name -> false);
        assertEquals(
                List.of("a\n b"),
                script.initCommands().stream().map(ShellCommand::text).toList());
        assertEquals(
                List.of("d"),
                script.cleanupCommands().stream().map(ShellCommand::text).toList());
        assertEquals("c", ((ShellCommand) script.events().get(0).action()).text());
        assertEquals(2, script.events().size());
    }

    @Test
    void conditionsKeepBothBranches() throws ScriptSyntaxException {
        String text =
                """
                0 close(3) = 0
                #ifdef FreeBSD
                +0 close(4) = 0
                #ifndef STANDARD
                +0 close(5) = 0
                #endif
                #else
                +0 close(6) = 0
                #endif
                +0 close(7) = 0
                """;
        Script script = Parsing.script(text);
        assertEquals(text, ScriptPrinter.print(script));
        assertEquals("3457", closed(script, "FreeBSD"));
        assertEquals("347", closed(script, "FreeBSD", "STANDARD"));
        assertEquals("367", closed(script));
    }

    private static String closed(Script script, String... names) {
        StringBuilder out = new StringBuilder();
        for (Event event : script.select(List.of(names)::contains).events()) {
            SystemCall call = (SystemCall) event.action();
            out.append(((Expression.IntegerValue) call.arguments().get(0)).value());
        }
        return out.toString();
    }

    @Test
    void definitionsReplaceWords() throws ScriptSyntaxException {
        String text =
                """
                --define=FD=7
                PREPARE
                0 close(FD) = 0
                +0 < icmp unreachable CODE
                +0 < S 0:0(0) win 1 <FO TFO_COOKIE,nop,nop>
                +0 setsockopt(3, SOL_TCP, TCP_CONGESTION, CC, 0x5) = MASK
                """;
        Definitions definitions = Definitions.none()
                .with("CODE=host_unreachable")
                .with("TFO_COOKIE=3021b9d889017eeb")
                .with("CC", "\"reno\"")
                .with("PREPARE", "`true`")
                .with("MASK", "0xff");
        Script script = ScriptParser.parse(new ScriptSource("test.pkt", text), definitions);
        assertEquals(
                """
                --define=FD=7
                `true`
                0 close(7) = 0
                +0 < icmp unreachable host_unreachable
                +0 < S 0:0(0) win 1 <FO 3021b9d889017eeb,nop,nop>
                +0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "reno", 0x5) = 0xff
                """,
                ScriptPrinter.print(script));
    }

    @Test
    void undefinedNamesStay() throws ScriptSyntaxException {
        TcpOptions.Listed options = (TcpOptions.Listed)
                Parsing.segment("< S 0:0(0) win 1 <FO TFO_COOKIE>").options();
        TcpOption.FastOpen option = (TcpOption.FastOpen) options.options().get(0);
        assertEquals(Optional.of("TFO_COOKIE"), option.cookie().map(HexData::text));
        assertEquals(Optional.empty(), option.cookie().orElseThrow().octets());
    }

    @Test
    void strayFirstWordIsAWarning() throws ScriptSyntaxException {
        Script script = Parsing.script("s//\n// comment\n--ip_version=ipv4\n0 close(3) = 0\n");
        assertEquals(1, script.warnings().size());
        assertEquals(new SourcePosition(1, 1), script.warnings().get(0).position());
        assertEquals(2, script.statements().size());
    }

    @Test
    void nodesKnowTheirPositions() throws ScriptSyntaxException {
        Script script = Parsing.script("--mss=1\n\n  +0.1 < S. 1:1(0) ack 1 win 5 <nop,mss 3>\n");
        Event event = script.select(name -> false).events().get(0);
        assertEquals(new SourcePosition(3, 3), event.position());
        Packet packet = (Packet) event.action();
        assertEquals(new SourcePosition(3, 8), packet.position());
        Transport.TcpSegment segment = (Transport.TcpSegment) packet.payload();
        assertEquals(new SourcePosition(3, 10), segment.flags().position());
        assertEquals(new SourcePosition(3, 13), segment.sequence().position());
        TcpOptions.Listed options = (TcpOptions.Listed) segment.options();
        assertEquals(new SourcePosition(3, 37), options.options().get(1).position());
    }

    @Test
    void linesMayEndAsInDos() throws ScriptSyntaxException {
        assertEquals("0 close(3) = 0\n+0 close(4) = 0\n", Parsing.printed("0 close(3) = 0\r\n+0 close(4) = 0\r\n"));
    }
}
