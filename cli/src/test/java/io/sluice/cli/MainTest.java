package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command line's frame: version, help, and what a mistake gets. */
final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }

    @Test
    void versionIsTheBuildsVersion() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().matches("sluice \\d+\\.\\d+\\.\\d+\\S* on Java .*\\R"), out::toString);
    }

    @Test
    void helpNamesTheCommand() {
        assertEquals(0, run("help"));
        assertTrue(out.toString().startsWith("Usage: sluice"), out::toString);
    }

    @Test
    void unknownSubcommandIsAUsageError() {
        assertEquals(2, run("no-such-command"));
        assertTrue(err.toString().contains("no-such-command"), err::toString);
    }
}
