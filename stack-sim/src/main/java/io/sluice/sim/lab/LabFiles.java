package io.sluice.sim.lab;

import io.sluice.sim.chart.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Results on disk: {@code index.html}, {@code flows.csv}, and a picture and its points for each chart. */
public final class LabFiles {
    private LabFiles() {}

    /**
     * Writes everything.
     *
     * @param folder made if it is not there
     * @param replay the command that makes the same again
     * @return the page
     */
    public static Path write(Path folder, String title, List<LabResult> results, String replay) throws IOException {
        Files.createDirectories(folder);
        Path page = folder.resolve("index.html");
        Files.writeString(page, LabReport.html(title, results, replay));
        Files.writeString(folder.resolve("flows.csv"), LabReport.flowsCsv(results));
        for (LabResult r : results) {
            for (Chart chart : r.charts()) {
                String name = fileName(r.scenario().name() + " " + chart.title());
                Files.writeString(folder.resolve(name + ".svg"), chart.toSvg("c"));
                Files.writeString(folder.resolve(name + ".csv"), LabReport.csv(chart));
            }
        }
        return page;
    }

    /** A name without anything that a shell or a file system might mind. */
    public static String fileName(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    }
}
