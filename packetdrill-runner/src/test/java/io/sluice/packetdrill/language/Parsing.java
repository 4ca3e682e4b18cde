package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** Short ways to parse, for tests. */
final class Parsing {
    private Parsing() {}

    static Script script(String text) throws ScriptSyntaxException {
        return ScriptParser.parse(new ScriptSource("test.pkt", text), Definitions.none());
    }

    static Event event(String text) throws ScriptSyntaxException {
        List<Statement> statements = script(text).statements();
        assertEquals(1, statements.size(), text);
        return (Event) statements.get(0);
    }

    static Packet packet(String text) throws ScriptSyntaxException {
        return (Packet) event("+0 " + text).action();
    }

    static Transport.TcpSegment segment(String text) throws ScriptSyntaxException {
        return (Transport.TcpSegment) packet(text).payload();
    }

    static SystemCall systemCall(String text) throws ScriptSyntaxException {
        return (SystemCall) event("+0 " + text).action();
    }

    static CodeBlock code(String text) throws ScriptSyntaxException {
        return (CodeBlock) event("+0 %{ " + text + " }%").action();
    }

    /** {@code text} parsed and printed again. */
    static String printed(String text) throws ScriptSyntaxException {
        return ScriptPrinter.print(script(text));
    }
}
