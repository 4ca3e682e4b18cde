package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.tcp.TcpStacks;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The project's own scripts pass under the profile that users get, and those that hold for Linux under its profile, too. */
final class OwnScriptsTest {
    private static final Set<String> EVERY_STACK = Set.of("accurate-ecn", "authentication", "fast-open");

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

    /** What is on SYNs, and who may say what, does not depend on the stack. */
    @TestFactory
    Stream<DynamicTest> onOtherStacks() {
        List<Path> scripts = Runs.own().stream()
                .filter(path -> EVERY_STACK.contains(
                        path.getName(path.getNameCount() - 2).toString()))
                .toList();
        assertTrue(scripts.size() >= 20, "only " + scripts.size() + " scripts");
        return Stream.of("rack", "bbr")
                .map(name -> Objects.requireNonNull(TcpStacks.installed().named(name)))
                .flatMap(stack -> tests(scripts, Personality.standard().with(stack)));
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
