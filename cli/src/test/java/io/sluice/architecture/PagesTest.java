package io.sluice.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What pages name is there: every link leads somewhere; files, commands, options, types and constants exist. */
final class PagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```|^    .*?$");
    private static final Pattern QUOTED = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern FILE = Pattern.compile(
            "(?<![\\w/.-])((?:docs|bin|build|examples|stack-\\w+|cli|benchmarks|packetdrill-runner)/[\\w./-]*\\w)");
    private static final Pattern CALL = Pattern.compile("bin/(?:sluice|bench)\\b.*");
    private static final Pattern COMMAND = Pattern.compile("bin/(?:sluice|bench) ([a-z][\\w-]*)");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z_-]+)");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern HYPHENATED = Pattern.compile("[a-z]+(?:-[a-z]+)+");

    /** A type, or a constant; in what a page quotes neither is a part of something longer. */
    private static final Pattern NAME =
            Pattern.compile("(?<![\\w.:-])([A-Z][a-z0-9]+[A-Z]\\w*|[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?!\\w|_)");

    private final List<String> wrong = new ArrayList<>();

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Path page : pages()) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                if (!links.group(1).contains("://")) {
                    follow(page, links.group(1));
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private void follow(Path page, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path to = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        if (!Files.exists(to) || (parts.length == 2 && !anchors(to).contains(parts[1]))) {
            wrong.add(ROOT.relativize(page) + ": " + link);
        }
    }

    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        Matcher headings = HEADING.matcher(Files.readString(page));
        while (headings.find()) {
            String plain = headings.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "");
            anchors.add(plain.strip().replace(' ', '-'));
        }
        return anchors;
    }

    @Test
    void everythingNamedExists() throws IOException {
        Sources sources = Sources.read();
        for (Path page : pages()) {
            String text = Files.readString(page);
            FENCED.matcher(text).results().forEach(m -> check(page, m.group(), sources));
            QUOTED.matcher(FENCED.matcher(text).replaceAll("")).results().forEach(m -> {
                check(page, m.group(1), sources);
                find(page, NAME, m.group(1), sources.words);
            });
        }
        assertEquals(List.of(), wrong);
    }

    private void check(Path page, String code, Sources sources) {
        Matcher files = FILE.matcher(code);
        while (files.find()) {
            boolean made = files.group(1).contains("/target/");
            if (!made && !Files.exists(ROOT.resolve(files.group(1)))) {
                wrong.add(ROOT.relativize(page) + ": " + files.group(1));
            }
        }
        CALL.matcher(code).results().forEach(m -> {
            find(page, COMMAND, m.group(), sources.words);
            find(page, OPTION, m.group(), sources.options);
        });
    }

    private void find(Path page, Pattern named, String code, Set<String> known) {
        named.matcher(code)
                .results()
                .filter(m -> !known.contains(m.group(1)))
                .forEach(m -> wrong.add(ROOT.relativize(page) + ": " + m.group()));
    }

    /** The words, and the options of commands, in everything that is not a page. */
    private record Sources(Set<String> words, Set<String> options) {
        static Sources read() throws IOException {
            Sources sources = new Sources(new HashSet<>(), new HashSet<>());
            try (Stream<Path> files = Files.walk(ROOT)) {
                for (Path file : files.filter(Sources::isSource).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    WORD.matcher(text).results().forEach(m -> sources.words.add(m.group()));
                    HYPHENATED.matcher(text).results().forEach(m -> sources.words.add(m.group()));
                    OPTION.matcher(text).results().forEach(m -> sources.options.add(m.group(1)));
                }
            }
            return sources;
        }

        private static boolean isSource(Path file) {
            String name = ROOT.relativize(file).toString();
            boolean hidden = name.startsWith(".") || name.contains("/target/") || name.contains("/.");
            return !hidden && !name.endsWith(".md") && Files.isRegularFile(file);
        }
    }
}
