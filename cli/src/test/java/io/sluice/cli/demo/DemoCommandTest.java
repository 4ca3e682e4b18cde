package io.sluice.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice demo}, as its user sees it. */
final class DemoCommandTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private int demo(Charset charset, String... args) {
        Screen screen = new Screen(new PrintStream(shown, true, charset), false, charset);
        return new CommandLine(new DemoCommand(screen)).execute(args);
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private void assertAllGood(int checks) {
        assertEquals(
                checks, shown().lines().filter(line -> line.startsWith("  ✓ ")).count(), this::shown);
        assertFalse(shown().contains("✗"), this::shown);
        assertTrue(shown().contains("All good in "), this::shown);
    }

    @Test
    void inProcessEverythingIsFetched(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.txt"), "a file");
        int status = demo(StandardCharsets.UTF_8, "--in-process", "--large", "3", "--files", folder.toString());
        assertAllGood(10);
        assertEquals(0, status);
        assertTrue(shown().contains("GET http://10.77.0.2/files/a.txt"), this::shown);
        assertTrue(shown().contains("3.00 MiB once more"), this::shown);
        assertTrue(shown().contains("109 accepted"), this::shown);
    }

    @Test
    void oldTerminalsGetAsciiOnly() {
        assertEquals(0, demo(StandardCharsets.US_ASCII, "--in-process", "--large", "1"));
        assertTrue(shown().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), this::shown);
        assertTrue(shown().contains("  ok   GET http://10.77.0.2/ "), this::shown);
    }

    @Test
    void aFolderThatIsNotThereIsAnErrorAndAStatus() {
        assertEquals(1, demo(StandardCharsets.UTF_8, "--in-process", "--files", "/no/such/folder"));
        assertTrue(shown().contains("It failed: /no/such/folder"), this::shown);
    }

    @Test
    @Tag("netns")
    void inANamespaceCurlFetchesEverythingAndNothingStays() throws IOException {
        Optional<String> reason = NetworkNamespace.unavailable();
        if (reason.isPresent()) {
            System.err.println("NOT RUN: " + reason.get());
            Assumptions.abort(reason.get());
        }
        int status = demo(StandardCharsets.UTF_8, "--large", "64");
        assertAllGood(9);
        assertEquals(0, status);
        assertTrue(shown().contains("curl http://10.77.0.2/ "), this::shown);
        assertTrue(shown().contains("of those were super-segments"), this::shown);
        String namespace = namespaceIn(shown());
        assertFalse(Files.exists(Path.of("/run/netns", namespace)), namespace);
    }

    private static String namespaceIn(String text) {
        String removed = text.lines()
                .filter(line -> line.contains("Removed: "))
                .findFirst()
                .orElseThrow();
        assertTrue(removed.matches(" *Removed: TUN device sluice\\d+, network namespace sluice-\\S+\\."), removed);
        return removed.substring(removed.lastIndexOf(' ') + 1, removed.length() - 1);
    }
}
