package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.packetdrill.language.Script;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever changes one field of one expectation in a script that passes gets a script that fails. */
final class MutationTest {
    @Test
    void ownScripts() {
        List<String> survivors = new ArrayList<>();
        int mutants = 0;
        ScriptRunner runner = Runs.runner(Personality.standard());
        for (Path path : Runs.own()) {
            Script script = Runs.parse(path);
            for (Mutants.Mutant mutant : Mutants.of(script)) {
                mutants++;
                if (runner.run(mutant.script()).passed()) {
                    survivors.add(path.getFileName() + ": " + mutant.what());
                }
            }
        }
        int total = mutants;
        assertTrue(total > 500, () -> "only " + total + " mutants");
        assertTrue(survivors.size() * 100 <= total, () -> survivors.size() + " of " + total + " survive: " + survivors);
    }
}
