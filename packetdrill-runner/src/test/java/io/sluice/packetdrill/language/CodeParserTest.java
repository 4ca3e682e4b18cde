package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Code blocks: statements, and Python's precedence made visible by the printer's parentheses. */
final class CodeParserTest {
    private static String printed(String code) throws ScriptSyntaxException {
        String text = ScriptPrinter.print(Parsing.code(code));
        return text.substring("%{ ".length(), text.length() - " }%".length());
    }

    @Test
    void assertionsHaveMessages() throws ScriptSyntaxException {
        assertEquals("assert tcpi_unacked == 10, tcpi_lost", printed("assert tcpi_unacked==10,tcpi_lost"));
        assertEquals("assert True", printed("assert True"));
    }

    @Test
    void precedenceIsPythons() throws ScriptSyntaxException {
        assertEquals("a + (b * c)", printed("a + b * c"));
        assertEquals("(a - b) - c", printed("a - b - c"));
        assertEquals("a | (b ^ (c & (d << (e + 1))))", printed("a | b ^ c & d << e + 1"));
        assertEquals("-(a ** (-b))", printed("-a ** -b"));
        assertEquals("(not (a == b)) and (c or d)", printed("not a == b and (c or d)"));
        assertEquals("(a and b) or c or d", printed("a and b or c or d"));
        assertEquals("1 <= tcpi_rtt <= 0.5", printed("1 <= tcpi_rtt <= 0.5"));
        assertEquals("a not in (1, 2)", printed("a not in (1, 2)"));
        assertEquals("a is not None", printed("a is not None"));
        assertEquals("a if (b < c) else (d if e else f)", printed("a if b < c else d if e else f"));
        assertEquals("((a & B) != 0) == True", printed("((a & B) != 0) == True"));
        assertEquals("((a // b) % c) / d", printed("a // b % c / d"));
    }

    @Test
    void stringsFormat() throws ScriptSyntaxException {
        assertEquals("assert a == 1, 'srtt=%d us' % tcpi_rtt", printed("assert a == 1, \"srtt=%d us\" % tcpi_rtt"));
        assertEquals("'a: %d %d' % (b, c)", printed("'a: %d ' '%d' % (b, c)"));
        assertEquals("'it\\'s\\n'", printed("\"it's\\n\""));
    }

    @Test
    void primariesAreCallsIndexesAndAttributes() throws ScriptSyntaxException {
        assertEquals("print(tcpi_snd_cwnd)", printed("print( tcpi_snd_cwnd )"));
        assertEquals("a.b(1, [2, (3,)])[c]", printed("a.b(1, [2, (3,),])[ c ]"));
        assertEquals("abs(a - b) < (0.1 * c)", printed("abs(a-b)<.1*c"));
        assertEquals("()", printed("()"));
    }

    @Test
    void numbersHaveBases() throws ScriptSyntaxException {
        assertEquals("x = 2147483647", printed("x = 0x7fffffff"));
        assertEquals("x = (5 + 8) + 1000.0", printed("x = 0b101 + 0o10 + 1e3"));
        assertEquals("x = 0.5", printed("x = .5"));
    }

    @Test
    void statementsEndAtLinesAndSemicolons() throws ScriptSyntaxException {
        CodeBlock block = Parsing.code(
                """
                  # comment
                  cwnd = 10; cwnd += 1
                  assert cwnd == 11, \\
                         cwnd
                  assert (1 <
                    2); \\
                  print('x')
                  pass
                """);
        assertEquals(5, block.statements().size());
        assertEquals(
                "%{ cwnd = 10; cwnd += 1; assert cwnd == 11, cwnd; assert 1 < 2; print('x') }%",
                ScriptPrinter.print(block));
    }

    @Test
    void assignmentsMayBeAugmented() throws ScriptSyntaxException {
        CodeStatement.Assignment assignment =
                (CodeStatement.Assignment) Parsing.code("x //= 2").statements().get(0);
        assertEquals(
                CodeExpression.BinaryOperator.FLOOR_DIVIDE,
                assignment.operator().orElseThrow());
        assertTrue(Parsing.code("x == 2").statements().get(0) instanceof CodeStatement.Evaluation);
    }

    @Test
    void positionsAreThoseOfTheScript() throws ScriptSyntaxException {
        CodeBlock block =
                (CodeBlock) Parsing.event("+0 %{\n  assert a\n  x = 1 }%").action();
        assertEquals(new SourcePosition(1, 4), block.position());
        assertEquals(new SourcePosition(2, 3), block.statements().get(0).position());
        assertEquals(new SourcePosition(3, 3), block.statements().get(1).position());
        CodeStatement.Assertion assertion =
                (CodeStatement.Assertion) block.statements().get(0);
        assertEquals(new SourcePosition(2, 10), assertion.condition().position());
    }
}
