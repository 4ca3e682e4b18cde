package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.packetdrill.language.Event;
import io.sluice.packetdrill.language.Expression;
import io.sluice.packetdrill.language.PublicScripts;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.language.Statement;
import io.sluice.packetdrill.language.SystemCall;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever changes one field of one expectation in a script that passes gets a script that fails. */
final class MutationTest {
    private static final Set<String> MAKE_DESCRIPTORS =
            Set.of("socket", "accept", "accept4", "dup", "open", "epoll_create");
    private static final long SEED = 0x5EED;
    private static final int FREEBSD_SCRIPTS = 150;
    private static final int GOOGLE_SCRIPTS = 50;

    @Test
    void ownScripts() {
        List<String> survivors = new ArrayList<>();
        int mutants = 0;
        ScriptRunner runner = Runs.runner(Personality.standard());
        for (Path path : Runs.own()) {
            Script script = Runs.parse(path);
            for (Mutants.Mutant mutant : Mutants.of(script)) {
                mutants++;
                if (runner.run(mutant.script()).passed() && !isSame(script, mutant)) {
                    survivors.add(path.getFileName() + ": " + mutant.what());
                }
            }
        }
        int total = mutants;
        assertTrue(total > 500, () -> "only " + total + " mutants");
        assertTrue(survivors.isEmpty(), () -> survivors.size() + " of " + total + " survive: " + survivors);
    }

    /** A descriptor that a script names and never uses can have any name: such a mutant is the same script. */
    private static boolean isSame(Script script, Mutants.Mutant mutant) {
        OptionalLong made = OptionalLong.empty();
        for (Statement statement : script.statements()) {
            if (!(statement instanceof Event event) || !(event.action() instanceof SystemCall call)) {
                continue;
            }
            if (made.isPresent() && call.arguments().toString().matches(".*value=" + made.getAsLong() + "[,\\]].*")) {
                return false;
            }
            boolean makes = mutant.what().endsWith("result") && MAKE_DESCRIPTORS.contains(call.name());
            if (statement.position().line() == mutant.line()) {
                made = makes && call.result() instanceof Expression.IntegerValue fd
                        ? OptionalLong.of(fd.value())
                        : OptionalLong.empty();
            }
        }
        return made.isPresent();
    }

    /** One mutant of each of 200 public scripts that pass, both chosen by a fixed seed. */
    @Test
    void publicScripts() throws IOException {
        Optional<Path> found = PublicScripts.folder();
        if (found.isEmpty()) {
            System.out.println(
                    "the public packetdrill scripts are not here: NOT TESTED (set -Dsluice.packetdrill.dir)");
        }
        assumeTrue(found.isPresent());
        Path folder = found.orElseThrow();
        List<String> survivors = new ArrayList<>();
        int total = survivors(folder.resolve("freebsd"), Personality.freeBsd(), FREEBSD_SCRIPTS, survivors)
                + survivors(folder.resolve("google"), Personality.linux(), GOOGLE_SCRIPTS, survivors);
        assertTrue(total >= FREEBSD_SCRIPTS + GOOGLE_SCRIPTS, () -> "only " + total + " mutants");
        assertTrue(survivors.size() * 100 <= total, () -> survivors.size() + " of " + total + " survive: " + survivors);
    }

    private static int survivors(Path folder, Personality personality, int most, List<String> survivors)
            throws IOException {
        ScriptRunner runner = new ScriptRunner(
                Mode.IPV4.apply(RunConfig.of(personality)), Mode.IPV4.definitions(List.of()), SimulatedBackEnd::new);
        SplittableRandom random = new SplittableRandom(SEED);
        List<Path> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(f -> f.toString().endsWith(".pkt") && Mode.IPV4.runs(f))
                    .sorted()
                    .forEach(scripts::add);
        }
        int mutated = 0;
        while (mutated < most && !scripts.isEmpty()) {
            Path path = scripts.remove(random.nextInt(scripts.size()));
            Script script = parse(path, personality);
            List<Mutants.Mutant> mutants = script == null ? List.of() : Mutants.of(script);
            if (script != null && !mutants.isEmpty() && runner.run(script).passed()) {
                Mutants.Mutant mutant = mutants.get(random.nextInt(mutants.size()));
                mutated++;
                if (runner.run(mutant.script()).passed()) {
                    survivors.add(folder.relativize(path) + ": " + mutant.what());
                }
            }
        }
        return mutated;
    }

    private static @Nullable Script parse(Path path, Personality personality) throws IOException {
        try {
            return ScriptParser.parseFile(path, Mode.IPV4.definitions(List.of(personality.definition() + "=1")));
        } catch (ScriptSyntaxException e) {
            return null; // what cannot be read does not pass
        }
    }
}
