package io.sluice.packetdrill.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of many scripts: a table by folder, and the names of those that passed. */
public final class SuiteReport {
    private final List<String> names = new ArrayList<>();
    private final List<RunResult> results = new ArrayList<>();
    private final Map<String, int[]> folders = new LinkedHashMap<>();
    private final Path base;
    private int passed;

    /**
     * @param root the folder that names are relative to
     * @param scripts the scripts, in the order of {@code results}
     */
    public SuiteReport(Path root, List<Path> scripts, List<RunResult> results) {
        this(root);
        add("", scripts, results);
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
     * @param scripts the scripts, in the order of {@code more}
     */
    public void add(String label, List<Path> scripts, List<RunResult> more) {
        for (int i = 0; i < scripts.size(); i++) {
            Path relative = Path.of(label)
                    .resolve(base.relativize(scripts.get(i).toAbsolutePath().normalize()));
            Path folder = relative.getParent();
            names.add(relative.toString().replace('\\', '/'));
            boolean good = more.get(i).passed();
            folders.computeIfAbsent(folder == null ? "." : folder.toString(), f -> new int[2])[good ? 0 : 1]++;
            passed += good ? 1 : 0;
        }
        results.addAll(more);
    }

    /** How many scripts passed. */
    public int passed() {
        return passed;
    }

    /** How many did not. */
    public int failed() {
        return results.size() - passed;
    }

    /** The names of the scripts that passed, relative to the root, sorted. */
    public List<String> passedNames() {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (results.get(i).passed()) {
                found.add(names.get(i));
            }
        }
        found.sort(null);
        return found;
    }

    /** The results of the scripts that failed. */
    public List<RunResult> failures() {
        return results.stream().filter(r -> !r.passed()).toList();
    }

    /** A line for each folder, and {@code N passed, N failed} as the last. */
    public String table() {
        int width = folders.keySet().stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder();
        folders.forEach((folder, counts) -> out.append(String.format(
                Locale.ROOT, "%-" + Math.max(width, 1) + "s %5d passed %5d failed%n", folder, counts[0], counts[1])));
        return out.append(passed)
                .append(" passed, ")
                .append(failed())
                .append(" failed")
                .toString();
    }
}
