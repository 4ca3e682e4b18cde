package io.sluice.packetdrill.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whether a script holds does not depend on the link: over an Ethernet, all have the verdict that they have over IP's. */
final class EthernetScriptsTest {
    private static ScriptRunner runner(Mode mode, LinkKind link) {
        RunConfig config = mode.apply(RunConfig.of(Personality.standard())).link(link);
        return new ScriptRunner(config, Definitions.none(), SimulatedBackEnd::new);
    }

    @TestFactory
    Stream<DynamicTest> ipv4() {
        List<Path> scripts = Runs.own();
        assertTrue(scripts.size() >= 250, "only " + scripts.size() + " scripts");
        return scripts.stream().map(path -> test(path, Mode.IPV4));
    }

    /** Most hold over IPv6, too; the others, whose segments are IPv4's, fail alike. */
    @TestFactory
    Stream<DynamicTest> ipv6() {
        return Runs.own().stream().map(path -> test(path, Mode.IPV6));
    }

    private static DynamicTest test(Path path, Mode mode) {
        return dynamicTest(path.getFileName().toString(), path.toUri(), () -> {
            RunResult overIp = runner(mode, LinkKind.IP).run(Runs.parse(path));
            RunResult overEthernet = runner(mode, LinkKind.ETHERNET).run(Runs.parse(path));
            assertEquals(overIp.passed(), overEthernet.passed(), () -> overEthernet
                    .failure()
                    .orElse(""));
            assertEquals(overIp.position(), overEthernet.position());
        });
    }
}
