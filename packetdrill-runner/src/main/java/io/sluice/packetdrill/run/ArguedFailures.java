package io.sluice.packetdrill.run;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of argued lines: which scripts fail, what the stack does instead, and why. Each line is {@code LIST PATTERN KIND:
 * TEXT}; the list is the name of recorded results or {@code *} stands for part of it, and so it does in the pattern of the
 * script's name. The first line that fits a script counts.
 */
public final class ArguedFailures {
    private final List<Line> lines = new ArrayList<>();

    /** Why a script fails. */
    public enum Kind {
        /** What it tests is not built yet. */
        LATER,
        /** The kernel that it is written for fails it, too. */
        KERNEL,
        /** The stack does something else, and is to. */
        CHOICE,
        /** The stack does something else, and should not. */
        OPEN
    }

    /**
     * One line.
     *
     * @param list which recorded results
     * @param script which scripts
     * @param kind why
     * @param text what the stack does, and why
     */
    public record Line(String list, String script, Kind kind, String text) {
        boolean fits(String ofList, String name) {
            return matcher(list).matches(Path.of(ofList)) && matcher(script).matches(Path.of(name));
        }

        private static PathMatcher matcher(String pattern) {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        }
    }

    /**
     * Reads them from a file.
     *
     * @throws IOException if the file cannot be read, or a line has another form
     */
    public static ArguedFailures read(Path file) throws IOException {
        ArguedFailures failures = new ArguedFailures();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                failures.lines.add(parse(line));
            }
        }
        return failures;
    }

    private static Line parse(String line) throws IOException {
        String[] words = line.split(" +", 4);
        if (words.length == 4 && words[2].endsWith(":")) {
            String kind = words[2].substring(0, words[2].length() - 1);
            for (Kind each : Kind.values()) {
                if (each.name().equalsIgnoreCase(kind)) {
                    return new Line(words[0], words[1], each, words[3]);
                }
            }
        }
        throw new IOException("not LIST PATTERN KIND: TEXT, with a kind of later, kernel, choice, open: " + line);
    }

    /** The line for a script of a list of results. */
    public Optional<Line> of(String list, String script) {
        return lines.stream().filter(line -> line.fits(list, script)).findFirst();
    }

    /** All of them. */
    public List<Line> lines() {
        return List.copyOf(lines);
    }
}
