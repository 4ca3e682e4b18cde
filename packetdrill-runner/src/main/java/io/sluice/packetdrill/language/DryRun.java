package io.sluice.packetdrill.language;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Parses every script below a folder without running any, and counts. */
public final class DryRun {
    private static final String SUFFIX = ".pkt";

    private DryRun() {}

    /**
     * What a dry run found.
     *
     * @param folders the folders that hold scripts, sorted by path
     * @param errors why scripts could not be parsed, in the order of the folders
     */
    public record Report(List<Folder> folders, List<ScriptSyntaxException> errors) {
        /** Copies the lists. */
        public Report {
            folders = List.copyOf(folders);
            errors = List.copyOf(errors);
        }

        /** How many scripts there are. */
        public int scripts() {
            return folders.stream().mapToInt(Folder::scripts).sum();
        }

        /** How many of them could be parsed. */
        public int parsed() {
            return folders.stream().mapToInt(Folder::parsed).sum();
        }

        /** One line for each folder, one for their sum, then the errors. */
        public String text() {
            StringBuilder out = new StringBuilder();
            for (Folder folder : folders) {
                out.append(line(folder.path().toString(), folder));
            }
            out.append(line("all", folders.stream().reduce(new Folder(Path.of(""), 0, 0, 0, 0), Folder::plus)));
            errors.forEach(error -> out.append(error.getMessage()).append('\n'));
            return out.toString();
        }

        private static String line(String name, Folder folder) {
            String warnings = folder.warnings() == 0 ? "" : ", " + folder.warnings() + " warnings";
            return String.format(
                    "%5d of %5d parsed, %7d events%s  %s%n",
                    folder.parsed(), folder.scripts(), folder.events(), warnings, name);
        }
    }

    /**
     * The counts of one folder, its subfolders not included.
     *
     * @param path the folder, relative to where the dry run began
     * @param scripts how many scripts are in it
     * @param parsed how many of them could be parsed
     * @param events how many events those have, both branches of conditions included
     * @param warnings how many warnings those gave
     */
    public record Folder(Path path, int scripts, int parsed, int events, int warnings) {
        Folder plus(Folder other) {
            return new Folder(
                    path,
                    scripts + other.scripts,
                    parsed + other.parsed,
                    events + other.events,
                    warnings + other.warnings);
        }
    }

    /** The scripts below {@code root} in the order of their paths; {@code root} itself, whatever its name, if it is a file. */
    public static List<Path> scripts(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of(root);
        }
        try (Stream<Path> paths = Files.walk(root)) {
            Predicate<Path> isScript = path -> path.toString().endsWith(SUFFIX);
            return paths.filter(isScript.and(Files::isRegularFile)).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot list " + root, e);
        }
    }

    /** Parses every script below {@code root} with {@code definitions} put in. */
    public static Report run(Path root, Definitions definitions) throws IOException {
        Map<Path, Folder> folders = new TreeMap<>();
        List<ScriptSyntaxException> errors = new ArrayList<>();
        for (Path path : scripts(root)) {
            Path folder = root.relativize(path).getParent();
            Path key = folder == null ? Path.of(".") : folder;
            Folder counts;
            try {
                Script script = ScriptParser.parseFile(path, definitions);
                counts = new Folder(
                        key,
                        1,
                        1,
                        events(script.statements()),
                        script.warnings().size());
            } catch (ScriptSyntaxException e) {
                errors.add(e);
                counts = new Folder(key, 1, 0, 0, 0);
            }
            folders.merge(key, counts, Folder::plus);
        }
        return new Report(List.copyOf(folders.values()), errors);
    }

    private static int events(List<Statement> statements) {
        int events = 0;
        for (Statement statement : statements) {
            if (statement instanceof Event) {
                events++;
            } else if (statement instanceof Statement.Conditional conditional) {
                events += events(conditional.then()) + events(conditional.otherwise());
            }
        }
        return events;
    }
}
