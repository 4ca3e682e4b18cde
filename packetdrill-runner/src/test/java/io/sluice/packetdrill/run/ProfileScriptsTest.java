package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.tun.Namespaces;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What a profile does as its kernel does: scripts for that profile, and those for LINUX on the kernel itself, too. */
final class ProfileScriptsTest {
    /** What a script is late by on a busy machine is nothing that it says of the kernel: the next attempt is more patient. */
    private static final List<Long> TOLERANCES_MS = List.of(4L, 10L, 20L, 40L);

    /** Scripts that no kernel before 7.0 can run. */
    private static final String LATER = "linux-7.0";

    @TestFactory
    Stream<DynamicTest> linux() {
        return tests("linux", Personality.linux());
    }

    /** Loss recovery as the kernel has it. */
    @TestFactory
    Stream<DynamicTest> linuxWithRack() {
        TcpStack rack = Objects.requireNonNull(TcpStacks.installed().named("rack"));
        return tests("linux-rack", Personality.linux().with(rack));
    }

    /** What kernels do from 7.0 on. */
    @TestFactory
    Stream<DynamicTest> linuxOfLater() {
        return tests(LATER, Personality.linux());
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

    /** In real time, so one attempt counts. */
    @TestFactory
    @Tag("netns")
    Stream<DynamicTest> linuxDoesSo() throws IOException {
        Namespaces.needed(ProfileScriptsTest.class);
        Stream<Path> later = kernelMajor() >= 7 ? scripts(LATER) : Stream.empty();
        return Stream.of(scripts("linux"), scripts("linux-rack"), later)
                .flatMap(Function.identity())
                .map(path -> dynamicTest(path.getFileName().toString(), path.toUri(), () -> {
                    RunResult result = kernel(TOLERANCES_MS.get(0)).run(Runs.parse(path));
                    for (int i = 1; i < TOLERANCES_MS.size() && !result.passed(); i++) {
                        result = kernel(TOLERANCES_MS.get(i)).run(Runs.parse(path));
                    }
                    assertPasses(result);
                }));
    }

    private static int kernelMajor() {
        return Integer.parseInt(System.getProperty("os.version", "0").split("\\.", -1)[0]);
    }

    private static ScriptRunner kernel(long toleranceMs) {
        RunConfig config = RunConfig.of(Personality.linux()).tolerance(toleranceMs * 1_000_000);
        return new ScriptRunner(config, Definitions.none(), BackEnds.KERNEL::open);
    }
}
