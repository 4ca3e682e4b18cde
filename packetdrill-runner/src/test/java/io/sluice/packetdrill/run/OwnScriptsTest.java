package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The project's own scripts pass under the profile that users get, and those that hold for Linux under its profile, too. */
final class OwnScriptsTest {
    @TestFactory
    Stream<DynamicTest> scripts() {
        List<Path> scripts = Runs.own();
        assertTrue(scripts.size() >= 150, "only " + scripts.size() + " scripts");
        return tests(scripts, Personality.standard());
    }

    @TestFactory
    Stream<DynamicTest> onLinux() {
        List<Path> scripts = Runs.onLinux();
        assertTrue(scripts.size() >= 40, "only " + scripts.size() + " scripts");
        return tests(scripts, Personality.linux());
    }

    private static Stream<DynamicTest> tests(List<Path> scripts, Personality personality) {
        ScriptRunner runner = Runs.runner(personality);
        return scripts.stream()
                .map(path -> dynamicTest(
                        path.subpath(path.getNameCount() - 2, path.getNameCount())
                                .toString(),
                        path.toUri(),
                        () -> {
                            RunResult result = runner.run(Runs.parse(path));
                            assertTrue(result.passed(), () -> result.failure().orElse(""));
                        }));
    }
}
