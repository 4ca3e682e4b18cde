package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What a profile does as its kernel does: scripts for that profile, and those for LINUX on the kernel itself, too. */
final class ProfileScriptsTest {
    private static final int KERNEL_ATTEMPTS = 3;

    @TestFactory
    Stream<DynamicTest> linux() {
        return tests("linux", Personality.linux());
    }

    @TestFactory
    Stream<DynamicTest> freeBsd() {
        return tests("freebsd", Personality.freeBsd());
    }

    private static Stream<DynamicTest> tests(String profile, Personality personality) {
        ScriptRunner runner = Runs.runner(personality);
        return scripts(profile)
                .map(path -> dynamicTest(
                        path.getFileName().toString(), path.toUri(), () -> assertPasses(runner.run(Runs.parse(path)))));
    }

    private static void assertPasses(RunResult result) {
        assertTrue(result.passed(), () -> result.failure().orElse(""));
    }

    private static Stream<Path> scripts(String profile) {
        List<Path> scripts = Runs.ofProfile(profile);
        assertTrue(scripts.size() >= 5, "only " + scripts.size() + " scripts for " + profile.toUpperCase(Locale.ROOT));
        return scripts.stream();
    }

    /** In real time, so one attempt of three counts. */
    @TestFactory
    @Tag("netns")
    Stream<DynamicTest> linuxDoesSo() {
        ScriptRunner kernel =
                new ScriptRunner(RunConfig.of(Personality.linux()), Definitions.none(), BackEnds.KERNEL::open);
        return scripts("linux")
                .map(path -> dynamicTest(path.getFileName().toString(), path.toUri(), () -> {
                    RunResult result = kernel.run(Runs.parse(path));
                    for (int i = 1; i < KERNEL_ATTEMPTS && !result.passed(); i++) {
                        result = kernel.run(Runs.parse(path));
                    }
                    assertPasses(result);
                }));
    }
}
