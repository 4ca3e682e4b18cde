package io.sluice.packetdrill.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every public script can be parsed, and survives being printed. */
final class PublicScriptsTest {
    private static Path folder() {
        Optional<Path> folder = PublicScripts.folder();
        if (folder.isEmpty()) {
            String message = "the public packetdrill scripts are not here: NOT TESTED (set -Dsluice.packetdrill.dir)";
            System.err.println(message);
            abort(message);
        }
        return folder.orElseThrow();
    }

    @Test
    void everyScriptParses() throws IOException {
        DryRun.Report report = DryRun.run(folder(), Definitions.none());
        assertEquals(
                List.of(), report.errors().stream().map(Throwable::getMessage).toList());
        assertEquals(report.scripts(), report.parsed());
        assertTrue(report.scripts() >= 700, "only " + report.scripts() + " scripts");
    }

    @Test
    void everyScriptSurvivesPrinting() throws IOException, ScriptSyntaxException {
        for (Path path : DryRun.scripts(folder())) {
            Script script = ScriptParser.parseFile(path, Definitions.none());
            ScriptSource printed = new ScriptSource(path + " (printed)", ScriptPrinter.print(script));
            Structure.assertSame(script, ScriptParser.parse(printed, Definitions.none()));
        }
    }

    @Test
    void onlyOneScriptGivesAWarning() throws IOException {
        DryRun.Report report = DryRun.run(folder(), Definitions.none());
        int warnings =
                report.folders().stream().mapToInt(DryRun.Folder::warnings).sum();
        assertTrue(warnings <= 1, report.text());
    }
}
