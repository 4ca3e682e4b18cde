package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.packetdrill.tun.Namespaces;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** What a profile does as its kernel does: scripts for that profile, and those for LINUX on the kernel itself, too. */
final class ProfileScriptsTest {
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
        return scripts(profile).map(path -> test(path, () -> assertPasses(runner.run(Runs.parse(path)))));
    }

    private static DynamicTest test(Path script, Executable body) {
        return dynamicTest(script.getFileName().toString(), script.toUri(), body);
    }

    private static void assertPasses(RunResult result) {
        assertTrue(result.passed(), () -> result.failure().orElse(""));
    }

    private static Stream<Path> scripts(String profile) {
        List<Path> scripts = Runs.ofProfile(profile);
        assertTrue(scripts.size() >= 5, "only " + scripts.size() + " scripts for " + profile.toUpperCase(Locale.ROOT));
        return scripts.stream();
    }

    @TestFactory
    @Tag("netns")
    @Tag("once")
    Stream<DynamicTest> linuxDoesSo() throws IOException {
        Namespaces.needed(ProfileScriptsTest.class);
        Stream<Path> later = kernelMajor() >= 7 ? scripts(LATER) : Stream.empty();
        List<Path> all = Stream.of(scripts("linux"), scripts("linux-rack"), later)
                .flatMap(Function.identity())
                .toList();
        List<RunResult> results = OnKernel.run(all);
        return IntStream.range(0, all.size()).mapToObj(i -> test(all.get(i), () -> assertPasses(results.get(i))));
    }

    private static int kernelMajor() {
        return Integer.parseInt(System.getProperty("os.version", "0").split("\\.", -1)[0]);
    }
}
