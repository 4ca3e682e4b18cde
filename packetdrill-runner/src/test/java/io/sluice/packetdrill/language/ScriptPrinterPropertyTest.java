package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Printing and parsing are each other's inverse, whatever the tree. */
final class ScriptPrinterPropertyTest {
    @Property(tries = 3000)
    void treesSurvivePrintingAndParsing(@ForAll long seed) throws ScriptSyntaxException {
        Script script = new RandomScripts(seed).script();
        String text = ScriptPrinter.print(script);
        Script parsed = ScriptParser.parse(new ScriptSource("printed", text), Definitions.none());
        Structure.assertSame(script, parsed);
        assertEquals(text, ScriptPrinter.print(parsed));
    }
}
