package io.sluice.packetdrill.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSource;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.OnKernel;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.Runs;
import io.sluice.packetdrill.run.ScriptSuite;
import io.sluice.packetdrill.tun.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runner against Linux itself: what the project's own scripts say of Linux is so, and a script that is wrong fails. */
@Tag("netns")
@Tag("once")
final class KernelBackEndTest {
    private static final int WORKERS = 2;

    /** The machine may be busy: two of three runs count, with more tolerance than scripts have. */
    private static final int RUNS = 3;

    private static final long TOLERANCE_MS = 10;

    @BeforeAll
    static void namespacesCanBeMade() throws IOException {
        Namespaces.needed(KernelBackEndTest.class);
        BackEnds.KERNEL.rehearse(RunConfig.of(Personality.linux()));
    }

    @Test
    void ownScriptsThatHoldForLinux() {
        List<Path> scripts = Runs.onLinux();
        List<String> failures = new ScriptSuite(OnKernel.runner(TOLERANCE_MS), Definitions.none(), WORKERS, RUNS)
                .run(scripts).stream()
                        .filter(result -> !result.passed())
                        .map(result -> result.failure().orElse(""))
                        .toList();
        assertTrue(failures.isEmpty(), () -> "this kernel does not do that: " + failures);
    }

    @Test
    void aWrongScriptFails() throws IOException, ScriptSyntaxException {
        Path right = Runs.onLinux().stream()
                .filter(path -> path.endsWith("socket/tcp-info-traffic.pkt"))
                .findFirst()
                .orElseThrow();
        String wrong = Files.readString(right).replace("tcpi_reord_seen == 1", "tcpi_reord_seen == 2");
        Script script = ScriptParser.parse(new ScriptSource("wrong", wrong), Definitions.none());
        RunResult result = OnKernel.runner(TOLERANCE_MS).run(script);
        assertFalse(result.passed());
    }
}
