package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The scripts of docs/packetdrill-first-script.md pass, and what it shows of their runs is what they do. */
final class FirstScriptTest {
    private static final Path GUIDE = Path.of("..", "docs", "packetdrill-first-script.md");

    /** What is between fences of that kind; every second fence ends a block. */
    private static List<String> blocks(String kind) throws IOException {
        String[] parts = Files.readString(GUIDE).split("```", -1);
        return IntStream.range(0, parts.length)
                .filter(i -> i % 2 == 1 && parts[i].startsWith(kind + "\n"))
                .mapToObj(i -> parts[i].substring(kind.length() + 1))
                .toList();
    }

    @Test
    void everyScriptPasses() throws IOException {
        List<String> scripts = blocks("packetdrill");
        assertEquals(2, scripts.size());
        for (String script : scripts) {
            RunResult result = Runs.run(Personality.standard(), script);
            assertTrue(result.passed(), () -> result.failure().orElse(""));
        }
    }

    @Test
    void theExchangeIsAsShown() throws IOException {
        RunResult result =
                Runs.run(Personality.standard(), blocks("packetdrill").get(0));
        String shown = String.join("\n", blocks(""));
        result.exchange().forEach(line -> assertTrue(shown.contains("    " + line + "\n"), line));
    }

    @Test
    void theFailureIsAsShown() throws IOException {
        String wrong = blocks("packetdrill").get(0).replace("1:6(5)", "1:7(6)");
        String failure =
                Runs.run(Personality.standard(), wrong).failure().orElse("").replaceFirst("^test", "hello.pkt");
        assertTrue(String.join("\n", blocks("")).contains(failure), failure);
    }
}
