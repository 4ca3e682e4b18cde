package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Damaged scripts are either scripts still or give a {@link ScriptSyntaxException} at a place within them. */
final class BrokenScriptPropertyTest {
    private static final String ALPHABET = "0123456789abcSFP.<>()[]{}=+-*,:;!~|/\\\"'`%#_ \n\t\0é";

    @Property(tries = 3000)
    void damageIsReportedWithinTheScript(@ForAll long seed) {
        Random random = new Random(seed);
        String text = damaged(ScriptPrinter.print(new RandomScripts(seed).script()), random);
        ScriptSource source = new ScriptSource("broken", text);
        try {
            ScriptPrinter.print(ScriptParser.parse(source, Definitions.none()));
        } catch (ScriptSyntaxException e) {
            SourcePosition at = e.position();
            long lines = 1 + text.chars().filter(c -> c == '\n').count();
            assertTrue(at.line() >= 1 && at.line() <= lines, () -> e.getMessage());
            assertTrue(at.column() >= 1 && at.column() <= source.line(at.line()).length() + 2, () -> e.getMessage());
        }
    }

    private static String damaged(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 1 + random.nextInt(4); i > 0 && !out.isEmpty(); i--) {
            int at = random.nextInt(out.length());
            int end = Math.min(out.length(), at + 1 + random.nextInt(8));
            char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            switch (random.nextInt(4)) {
                case 0 -> out.delete(at, end);
                case 1 -> out.insert(at, other);
                case 2 -> out.setCharAt(at, other);
                default -> out.insert(random.nextInt(out.length()), out.substring(at, end));
            }
        }
        return random.nextInt(4) == 0 ? out.substring(0, random.nextInt(out.length() + 1)) : out.toString();
    }
}
