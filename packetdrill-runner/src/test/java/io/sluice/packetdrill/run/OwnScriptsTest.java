package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.tcp.TcpStacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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

    /** Those that say what one stack does are listed with the reason, and have to fail on the others; so a change is noticed. */
    @TestFactory
    Stream<DynamicTest> onOtherStacks() throws IOException {
        List<Path> scripts = Runs.own();
        ArguedFailures argued = ArguedFailures.read(Runs.resource("/io/sluice/packetdrill/other-stacks.txt"));
        for (ArguedFailures.Line line : argued.lines()) {
            assertTrue(scripts.stream().anyMatch(path -> name(path).equals(line.script())), line.script());
        }
        return Stream.of("rack", "bbr")
                .map(name -> Objects.requireNonNull(TcpStacks.installed().named(name)))
                .flatMap(stack -> {
                    ScriptRunner runner = Runs.runner(Personality.standard().with(stack));
                    return scripts.stream()
                            .map(path -> test(
                                    path,
                                    runner,
                                    argued.of(stack.name(), name(path)).isEmpty()));
                });
    }

    /** UDP's options are the same over IPv6, and in datagrams to IPv4-mapped addresses. */
    @TestFactory
    Stream<DynamicTest> inOtherModes() {
        List<Path> scripts = Runs.own().stream()
                .filter(path -> path.getName(path.getNameCount() - 2).endsWith("udp-options"))
                .toList();
        assertTrue(scripts.size() >= 4, "only " + scripts.size() + " scripts");
        return Stream.of(Mode.IPV6, Mode.IPV4_MAPPED_V6)
                .flatMap(mode -> tests(scripts, Runs.runner(Personality.standard(), mode)));
    }

    private static Stream<DynamicTest> tests(List<Path> scripts, Personality personality) {
        return tests(scripts, Runs.runner(personality));
    }

    private static Stream<DynamicTest> tests(List<Path> scripts, ScriptRunner runner) {
        return scripts.stream().map(path -> test(path, runner, true));
    }

    private static DynamicTest test(Path path, ScriptRunner runner, boolean passes) {
        return dynamicTest(name(path), path.toUri(), () -> {
            RunResult result = runner.run(Runs.parse(path));
            assertEquals(passes, result.passed(), () -> result.failure()
                    .orElse("passes, and is listed as one that does not"));
        });
    }

    private static String name(Path path) {
        return path.subpath(path.getNameCount() - 2, path.getNameCount()).toString();
    }
}
