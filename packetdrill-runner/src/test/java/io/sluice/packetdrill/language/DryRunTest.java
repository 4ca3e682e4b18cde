package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting the scripts of a folder. */
final class DryRunTest {
    @Test
    void countsEachFolder(@TempDir Path root) throws IOException {
        Path inner = Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("one.pkt"), "0 close(3) = 0\n+0 close(4) = 0\n");
        Files.writeString(inner.resolve("two.pkt"), "x\n#ifdef A\n0 close(3) = 0\n#else\n+0 close(4) = 0\n#endif\n");
        Files.writeString(inner.resolve("three.pkt"), "0 close(3)\n");
        Files.writeString(inner.resolve("notes.txt"), "no script");

        DryRun.Report report = DryRun.run(root, Definitions.none());

        assertEquals(
                List.of(new DryRun.Folder(Path.of("."), 1, 1, 2, 0), new DryRun.Folder(Path.of("a/b"), 2, 1, 2, 1)),
                report.folders());
        assertEquals(3, report.scripts());
        assertEquals(2, report.parsed());
        assertEquals(1, report.errors().size());
        String[] lines = report.text().split("\n", -1);
        assertEquals("    1 of     1 parsed,       2 events  .", lines[0]);
        assertEquals("    1 of     2 parsed,       2 events, 1 warnings  a/b", lines[1]);
        assertEquals("    2 of     3 parsed,       4 events, 1 warnings  all", lines[2]);
        assertTrue(lines[3].contains("three.pkt:2:1: expected '='"), lines[3]);
    }

    @Test
    void aFileIsAFolderOfOne(@TempDir Path root) throws IOException {
        Path script = root.resolve("one.pkt");
        Files.writeString(script, "0 close(3) = 0\n");
        assertEquals(List.of(script), DryRun.scripts(script));
        assertEquals(1, DryRun.run(script, Definitions.none()).parsed());
    }
}
