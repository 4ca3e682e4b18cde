package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tcp.Knob;
import io.sluice.tcp.KnobType;
import io.sluice.tcp.TcpProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code sluice knobs} lists every knob, and docs/knobs.md is what it says. */
final class KnobsCommandTest {
    private static String run(int status, String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out, true));
        assertEquals(status, command.execute(arguments));
        return out.toString();
    }

    @Test
    void everyKnobIsListedWithItsNames() {
        String all = run(0, "knobs");
        for (Knob knob : Knob.values()) {
            assertTrue(all.contains(knob.ownName() + "  ("), knob::name);
            assertTrue(all.contains(knob.freebsdName()) && all.contains(knob.linuxName()), knob::name);
        }
        assertTrue(
                all.contains(
                        """
                        sluice.msl_ms  (milliseconds, of a host, live)
                            RFC 9293 §3.4.1: the maximum segment lifetime; TIME-WAIT lasts two.
                            standard 30000, freebsd 30000, linux 30000
                            net.inet.tcp.msl
                        """),
                all);
    }

    @Test
    void aWordChooses() {
        List<String> found = run(0, "knobs", "keepintvl")
                .lines()
                .filter(l -> l.startsWith("sluice."))
                .toList();
        assertEquals(List.of("sluice.keepalive_interval_ms  (milliseconds, of a connection, at creation)"), found);
        run(1, "knobs", "no such knob");
    }

    @Test
    void everySwitchIsASwitchInEveryProfile() {
        for (Knob knob : Knob.values()) {
            long most = List.of(TcpProfile.STANDARD, TcpProfile.FREEBSD, TcpProfile.LINUX).stream()
                    .mapToLong(p -> p.get(knob))
                    .max()
                    .orElse(0);
            assertTrue(KnobType.of(knob) != KnobType.SWITCH || most <= 1, knob::name);
        }
    }

    @Test
    void thePageIsNotStale() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "knobs.md"));
        assertEquals(run(0, "knobs", "--markdown"), page, "docs/knobs.md is stale: run build/knobs");
    }
}
