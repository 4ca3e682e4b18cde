package io.sluice.sim.lab;

import io.sluice.sim.chart.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results on disk: {@code index.html}, {@code flows.csv}, and a picture and its points for each chart. */
public final class LabFiles {
    private final List<LabResult> results;
    private final List<Chart> comparison;

    /** @param results one or more, in the order of the page */
    public LabFiles(List<LabResult> results) {
        this.results = List.copyOf(results);
        comparison = LabComparison.charts(results);
    }

    /**
     * Writes everything.
     *
     * @param folder made if it is not there
     * @param replay the command that makes the same again
     * @return the page
     */
    public Path write(Path folder, String title, String replay) throws IOException {
        Files.createDirectories(folder);
        Path page = folder.resolve("index.html");
        Files.writeString(page, LabReport.html(title, results, comparison, replay));
        Files.writeString(folder.resolve("flows.csv"), LabReport.flowsCsv(results));
        for (Map.Entry<String, Chart> named : charts().entrySet()) {
            Files.writeString(
                    folder.resolve(named.getKey() + ".svg"), named.getValue().toSvg("c"));
            Files.writeString(folder.resolve(named.getKey() + ".csv"), LabReport.csv(named.getValue()));
        }
        return page;
    }

    /** Every chart, by the name of its file without what says which kind. */
    public Map<String, Chart> charts() {
        Map<String, Chart> all = new LinkedHashMap<>();
        comparison.forEach(c -> all.put(fileName("comparison " + c.title()), c));
        for (LabResult r : results) {
            r.charts().forEach(c -> all.put(fileName(r.scenario().name() + " " + c.title()), c));
        }
        return all;
    }

    /** A name without anything that a shell or a file system might mind. */
    public static String fileName(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^-|-$", "");
    }
}
