package io.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Recorded results only change with a reason, and the page is what they say. */
final class ConformanceCommandTest {
    private static final String GOOD = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0\n";
    private static final String BAD = GOOD.replace("= 0", "= 1");

    @TempDir
    private Path folder = Path.of("");

    private Path list = Path.of("");
    private Path argued = Path.of("");
    private String out = "";

    @BeforeEach
    void suites() throws IOException {
        list = folder.resolve("home/packetdrill-runner/conformance/freebsd.txt");
        argued = list.resolveSibling("failures.txt");
        write(argued, "# no reasons yet\n");
        write(folder.resolve("home/docs/conformance.md"), "");
        write(folder.resolve("suites/freebsd/close/good.pkt"), "--speed=10gbit\n" + GOOD);
        write(folder.resolve("suites/freebsd/close/other.pkt"), GOOD);
        write(folder.resolve("suites/google/tcp/good.pkt"), "`../common/defaults.sh`\n" + GOOD);
    }

    private static void write(Path path, String text) throws IOException {
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, text);
    }

    private int run(String... more) {
        StringWriter written = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(written, true));
        List<String> arguments = new ArrayList<>(
                List.of("conformance", "--home", folder.resolve("home").toString()));
        arguments.addAll(List.of(more));
        arguments.add(folder.resolve("suites").toString());
        int status = command.execute(arguments.toArray(String[]::new));
        out = written.toString();
        return status;
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("home/docs/conformance.md"));
    }

    @Test
    void whatIsRecordedHolds() throws IOException {
        assertEquals(1, run());
        assertTrue(out.contains("conformance.md is stale"), out);
        assertTrue(out.contains("freebsd: passes now, and is not recorded: close/good.pkt"), out);
        assertEquals(0, run("--record"), () -> out);
        assertEquals(List.of("close/good.pkt", "close/other.pkt"), Files.readAllLines(list));
        assertTrue(page().contains("| freebsd, default stack | 2 | 0 |  |  |  |  | 100.0 % |"), page());
        assertTrue(page().contains("| google, default stack, ipv6 | 1 | 0 |"), page());
        assertTrue(page().contains("| `--speed` | meaningless |"), page());
        assertTrue(page().contains("packet is later for it | freebsd/close/good.pkt |"), page());
        assertEquals(0, run(), () -> out);
    }

    @Test
    void whatIsLostNeedsAReason() throws IOException {
        run("--record");
        write(folder.resolve("suites/freebsd/close/good.pkt"), BAD);
        assertEquals(1, run());
        assertTrue(out.contains("freebsd: PASSED BEFORE AND FAILS NOW: close/good.pkt"), out);
        assertEquals(1, run("--record"));
        assertEquals(2, Files.readAllLines(list).size(), "nothing was recorded");

        write(argued, "freebsd* close/good.pkt choice: Listens, since that is what a listener does.\n");
        assertEquals(0, run("--record"), () -> out);
        assertEquals(List.of("close/other.pkt"), Files.readAllLines(list));
        assertTrue(
                page().contains("| close/good.pkt | line 2: listen: expected 1, returned 0 | choice"
                        + " | Listens, since that is what a listener does. |"),
                page());
        assertTrue(page().contains("| freebsd, default stack | 1 | 1 |  |  | 1 |  | 50.0 % |"), page());
        assertEquals(0, run(), () -> out);
    }

    @Test
    void everyFailureNeedsAReason() throws IOException {
        write(folder.resolve("suites/google/tcp/bad.pkt"), BAD);
        assertEquals(1, run("--record"));
        assertTrue(out.contains("google-ipv6: no argued line for the failure of tcp/bad.pkt"), out);
    }

    @Test
    void aReasonForNothingIsAProblem() throws IOException {
        write(argued, "google-* tcp/good.pkt open: Does not pass.\n");
        assertEquals(1, run("--record"));
        assertTrue(out.contains("argued, and nothing that fits fails: google-* tcp/good.pkt"), out);
    }

    @Test
    void aLineOfAnotherFormIsAnError() throws IOException {
        write(argued, "freebsd close/good.pkt because: I say so\n");
        assertEquals(1, run());
    }
}
