package io.sluice.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Makes {@code docs/compliance.md} of {@code build/requirements.txt} and of the citations in code, tests and scripts, and
 * knows what is wrong with them. Runs by itself, too: {@code build/compliance}.
 */
final class Compliance {
    private static final String SCRIPTS = "packetdrill-runner/src/main/resources/io/sluice/packetdrill/scripts";

    /** Whose main code is what the RFCs are about: what validates, simulates or measures it cites without obeying. */
    private static final Set<String> STACK =
            Set.of("stack-core", "stack-cc", "stack-posix", "stack-netty", "stack-tun", "stack-tls");

    /** What may stand between the words of a citation: a line may end there, in a comment of either kind. */
    private static final String GAP = "(?:\\s|\\*|//)+";

    private static final String NUMBERED = "(?:MUST|SHLD|MAY|REC)-\\d+";
    private static final String ID = "(?:" + NUMBERED + "|M\\d+)";
    private static final Pattern CITATION = Pattern.compile(
            "RFC" + GAP + "(\\d+)" + GAP + "§(\\d+(?:\\.\\d+)*)" + GAP + "\\((" + ID + "(?:," + GAP + ID + ")*)\\b");
    private static final Pattern ANY_ID = Pattern.compile("\\b" + NUMBERED + "\\b");
    private static final Pattern HEAD = Pattern.compile("RFC (\\d+) (.+)");
    private static final Pattern ENTRY = Pattern.compile("(" + ID + ") §(\\S+) (.+)");
    private static final String EXCEPTION = "    except: ";
    private static final Pattern MUTATION = Pattern.compile("RFC (\\d+) (\\S+) \\| (\\S+) \\| (.+?) =>.* \\| (\\S+)");

    private final Path root;
    private final Map<String, String> titles = new LinkedHashMap<>();
    private final Map<String, Requirement> requirements = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Compliance(Path root) {
        this.root = root;
    }

    /** One requirement, and where it is cited: names, and the files they are in. */
    private record Requirement(
            String rfc,
            String id,
            String section,
            String text,
            StringBuilder exception,
            SortedMap<String, String> code,
            SortedMap<String, String> tests) {
        boolean isMust() {
            return id.startsWith("M") && !id.startsWith("MAY");
        }

        /** Whether it only allows something. */
        boolean isChoice() {
            return id.startsWith("MAY");
        }

        boolean isMet() {
            return !code.isEmpty() && !tests.isEmpty();
        }
    }

    /** A declaration in a source file, from its first to its last character. */
    private record Member(String name, long start, long end, boolean isType) {}

    /** Reads the requirements and all citations below {@code root}. */
    static Compliance of(Path root) throws IOException {
        Compliance c = new Compliance(root);
        c.readRequirements();
        for (Path file : c.files()) {
            c.readCitations(file);
        }
        for (Requirement r : c.requirements.values()) {
            if (!r.isChoice() && r.exception.isEmpty() && !r.isMet()) {
                c.problems.add("RFC " + r.rfc + " §" + r.section + " (" + r.id + ") has no "
                        + (r.code.isEmpty() ? r.tests.isEmpty() ? "code and no test" : "code" : "test") + ": "
                        + r.text);
            }
        }
        c.readMutations();
        return c;
    }

    /**
     * What is wrong: requirements without code, test or exception, citations of what does not exist, and changes to be tried
     * of what is not there or not cited.
     */
    List<String> problems() {
        return problems;
    }

    private void readRequirements() throws IOException {
        String rfc = "";
        Requirement last = null;
        for (String line : Files.readAllLines(root.resolve("build/requirements.txt"))) {
            Matcher head = HEAD.matcher(line);
            Matcher entry = ENTRY.matcher(line);
            if (head.matches()) {
                rfc = head.group(1);
                titles.put(rfc, head.group(2));
            } else if (entry.matches()) {
                last = new Requirement(
                        rfc,
                        entry.group(1),
                        entry.group(2),
                        entry.group(3),
                        new StringBuilder(),
                        new TreeMap<>(),
                        new TreeMap<>());
                if (requirements.put(rfc + last.id, last) != null) {
                    problems.add("build/requirements.txt: twice: " + line);
                }
            } else if (line.startsWith(EXCEPTION) && last != null) {
                last.exception.append(line.substring(EXCEPTION.length()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                problems.add("build/requirements.txt: not understood: " + line);
            }
        }
    }

    /** That what {@code build/prove-compliance} breaks is still there, and cites what it is to prove. */
    private void readMutations() throws IOException {
        for (String line : Files.readAllLines(root.resolve("build/mutations.txt"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher m = MUTATION.matcher(line);
            Requirement r = m.matches() ? requirements.get(m.group(1) + m.group(2)) : null;
            String wrong = r == null ? "not understood" : wrongOfMutation(r, m.group(3), m.group(4), m.group(5));
            if (!wrong.isEmpty()) {
                problems.add("build/mutations.txt: " + wrong + ": " + line);
            }
        }
    }

    private String wrongOfMutation(Requirement r, String file, String from, String script) throws IOException {
        String path = "stack-core/src/main/java/io/sluice/" + file;
        if (!Files.readString(root.resolve(path)).contains(from.strip())) {
            return "not there";
        }
        if (!r.code.containsValue(path)) {
            return file + " does not cite it";
        }
        return r.tests.containsKey(script + ".pkt") ? "" : script + " does not cite it";
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> modules = Files.list(root).sorted()) {
            List<Path> files = new ArrayList<>();
            for (Path module :
                    modules.filter(m -> Files.exists(m.resolve("src"))).toList()) {
                try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
                    sources.filter(f -> f.toString().endsWith(".java")
                                    || (f.startsWith(root.resolve(SCRIPTS))
                                            && f.toString().endsWith(".pkt")))
                            .sorted()
                            .forEach(files::add);
                }
            }
            return files;
        }
    }

    private void readCitations(Path file) throws IOException {
        String text = Files.readString(file);
        String path = root.relativize(file).toString().replace('\\', '/');
        List<int[]> cited = new ArrayList<>();
        boolean citing = ANY_ID.matcher(text).find() || CITATION.matcher(text).find();
        List<Member> members = citing && path.endsWith(".java") ? members(file) : List.of();
        Matcher m = CITATION.matcher(text);
        while (m.find()) {
            cited.add(new int[] {m.start(), m.end()});
            String name =
                    path.endsWith(".java") ? nameAt(members, text, m.start()) : path.substring(SCRIPTS.length() + 1);
            for (String id : m.group(3).split("," + GAP, -1)) {
                cite(m.group(1), m.group(2), id, name, path, text, m.start());
            }
        }
        Matcher any = ANY_ID.matcher(text);
        while (any.find()) {
            int at = any.start();
            if (cited.stream().noneMatch(c -> c[0] <= at && at < c[1])) {
                String name = path.endsWith(".java") ? nameAt(members, text, at) : path.substring(SCRIPTS.length() + 1);
                cite("9293", "", any.group(), name, path, text, at);
            }
        }
    }

    private void cite(String rfc, String section, String id, String name, String path, String text, int at) {
        Requirement r = requirements.get(rfc + id);
        if (r == null || (!section.isEmpty() && !r.section.equals(section))) {
            problems.add(path + ":" + line(text, at) + ": there is no RFC " + rfc + " §" + section + " (" + id + ")");
            return;
        }
        if (path.endsWith(".pkt") || path.contains("/src/test/")) {
            r.tests.put(name, path);
        } else if (STACK.contains(path.substring(0, path.indexOf('/')))) {
            r.code.put(name, path);
        }
    }

    private static long line(String text, int at) {
        return text.substring(0, at).lines().count();
    }

    /** What a comment at {@code at} is about: the method or field it is in, or behind, or else the next declaration. */
    private static String nameAt(List<Member> members, String text, int at) {
        Comparator<Member> byStart = Comparator.comparingLong(Member::start);
        Stream<Member> around = members.stream().filter(m -> !m.isType && m.start <= at && at < m.end);
        Stream<Member> before = members.stream().filter(m -> m.end <= at && text.indexOf('\n', (int) m.end) > at);
        Stream<Member> after = members.stream().filter(m -> m.start > at);
        return around.max(byStart)
                .or(before::findFirst)
                .or(() -> after.min(byStart))
                .map(Member::name)
                .orElse("");
    }

    private static List<Member> members(Path file) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, d -> {}, List.of("-proc:none"), null, manager.getJavaFileObjects(file));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<Member> members = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                unit.getTypeDecls().forEach(type -> addMember(members, unit, positions, type, ""));
            }
            return members;
        }
    }

    private static void addMember(
            List<Member> members, CompilationUnitTree unit, SourcePositions positions, Tree tree, String owner) {
        long start = positions.getStartPosition(unit, tree);
        long end = positions.getEndPosition(unit, tree);
        if (tree instanceof ClassTree type) {
            String name = owner + type.getSimpleName();
            members.add(new Member(name, start, end, true));
            type.getMembers().forEach(m -> addMember(members, unit, positions, m, name + "."));
        } else if (tree instanceof MethodTree method) {
            boolean constructor = method.getName().contentEquals("<init>");
            String name = constructor ? owner.substring(0, owner.length() - 1) : owner + method.getName();
            members.add(new Member(name, start, end, false));
        } else if (tree instanceof VariableTree field) {
            members.add(new Member(owner + field.getName(), start, end, false));
        }
    }

    /** The page: a table for each RFC. */
    String page() {
        StringBuilder page = new StringBuilder(
                """
                # What the RFCs demand, and where it is done

                Made by `build/compliance` from `build/requirements.txt` and the citations in the sources; a test fails when it is
                stale, when a MUST or SHOULD has neither code and test nor an argued exception, and when a citation names a
                requirement that does not exist. Code is what the published modules of the stack are made of.
                `build/prove-compliance` breaks cited code and expects the cited test to fail ([testing.md](testing.md)). The requirements are in our words: the RFC's own are what counts. RFC 9293 numbers its
                requirements (Appendix B); the numbers M1, M2 ... of the others are ours.

                """);
        page.append(
                        "| RFC | MUSTs | with code and a test | exceptions | SHOULDs | with code and a test | exceptions |\n")
                .append("|---|---|---|---|---|---|---|\n");
        titles.forEach((rfc, title) -> page.append("| [%s](#rfc-%s) %s | %d | %d | %d | %d | %d | %d |%n"
                .formatted(
                        rfc,
                        rfc,
                        title,
                        count(rfc, true, 0),
                        count(rfc, true, 1),
                        count(rfc, true, 2),
                        count(rfc, false, 0),
                        count(rfc, false, 1),
                        count(rfc, false, 2))));
        for (String rfc : titles.keySet()) {
            page.append("\n## RFC ")
                    .append(rfc)
                    .append("\n\n| | § | requirement | code | tests |\n|---|---|---|---|---|\n");
            requirements.values().stream()
                    .filter(r -> r.rfc.equals(rfc))
                    .forEach(r -> page.append("| %s | %s | %s%s | %s | %s |%n"
                            .formatted(
                                    r.id,
                                    r.section,
                                    r.text,
                                    r.exception.isEmpty() ? "" : " *" + r.exception + "*",
                                    links(r.code),
                                    links(r.tests))));
        }
        return page.toString();
    }

    /** The MUSTs of an RFC, or what it recommends: all (0), those with code and test (1), the others (2). */
    private long count(String rfc, boolean must, int which) {
        return requirements.values().stream()
                .filter(r -> r.rfc.equals(rfc) && !r.isChoice() && r.isMust() == must)
                .filter(r -> which == 0 || r.isMet() == (which == 1))
                .count();
    }

    private static String links(SortedMap<String, String> places) {
        return places.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry<String, String>::getKey))
                .map(e -> "[" + e.getKey() + "](../" + e.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Writes the page of the project in the folder that is the argument, and says what is wrong. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]).toAbsolutePath().normalize();
        Compliance c = of(root);
        Files.writeString(root.resolve("docs/compliance.md"), c.page());
        c.problems.forEach(System.out::println);
        if (!c.problems.isEmpty()) {
            System.exit(1);
        }
    }
}
