package io.sluice.packetdrill.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of many scripts: a table by folder, the names of those that passed, and a document for CI servers. */
public final class SuiteReport {
    private final List<Entry> entries = new ArrayList<>();
    private final Path base;

    /**
     * The result of one script.
     *
     * @param name its path relative to the root, with slashes; a label may stand before it
     * @param result how it went
     */
    public record Entry(String name, RunResult result) {
        /** The folder of the script; "." for the root. */
        public String folder() {
            int slash = name.lastIndexOf('/');
            return slash < 0 ? "." : name.substring(0, slash);
        }
    }

    /**
     * Without results yet.
     *
     * @param root the folder that names are relative to
     */
    public SuiteReport(Path root) {
        base = root.toAbsolutePath().normalize();
    }

    /**
     * Adds results.
     *
     * @param label what the names of these begin with, or ""
     * @param scripts the scripts, in the order of {@code results}
     */
    public void add(String label, List<Path> scripts, List<RunResult> results) {
        for (int i = 0; i < scripts.size(); i++) {
            Path relative = Path.of(label)
                    .resolve(base.relativize(scripts.get(i).toAbsolutePath().normalize()));
            entries.add(new Entry(relative.toString().replace('\\', '/'), results.get(i)));
        }
    }

    /** How many scripts passed. */
    public int passed() {
        return (int) entries.stream().filter(e -> e.result().passed()).count();
    }

    /** How many did not. */
    public int failed() {
        return entries.size() - passed();
    }

    /** All results, in the order in which they were added. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The results by folder, in the order in which they were added. */
    public Map<String, List<Entry>> byFolder() {
        Map<String, List<Entry>> folders = new LinkedHashMap<>();
        entries.forEach(
                e -> folders.computeIfAbsent(e.folder(), f -> new ArrayList<>()).add(e));
        return folders;
    }

    /** The names of the scripts that passed, relative to the root, sorted. */
    public List<String> passedNames() {
        return entries.stream()
                .filter(e -> e.result().passed())
                .map(Entry::name)
                .sorted()
                .toList();
    }

    /** The results in the XML that CI servers read from JUnit. */
    public String junitXml() {
        return JUnitXml.of(this);
    }

    /** A line for each folder, and {@code N passed, N failed} as the last. */
    public String table() {
        Map<String, List<Entry>> folders = byFolder();
        int width = folders.keySet().stream().mapToInt(String::length).max().orElse(1);
        StringBuilder out = new StringBuilder();
        folders.forEach((folder, of) -> {
            long good = of.stream().filter(e -> e.result().passed()).count();
            String format = "%-" + width + "s %5d passed %5d failed%n";
            out.append(String.format(Locale.ROOT, format, folder, good, of.size() - good));
        });
        return out.append(passed())
                .append(" passed, ")
                .append(failed())
                .append(" failed")
                .toString();
    }
}
