package io.sluice.cli;

import io.sluice.packetdrill.run.ArguedFailures;
import io.sluice.packetdrill.run.SuiteReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice conformance}: the public suites against their recorded results, and docs/conformance.md. */
@Command(
        name = "conformance",
        description = {
            "Runs the public packetdrill suites against the stack, and fails if a script fails that is recorded as passing,"
                    + " if a failure has no argued line, if such a line is of no use, or if docs/conformance.md is stale.",
            "With --record the results and the page are written anew; not if a script that is recorded as passing fails and"
                    + " has no argued line."
        },
        mixinStandardHelpOptions = true)
final class ConformanceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "Holds freebsd/ and google/.")
    private Path folder = Path.of("");

    @Option(names = "--record", description = "Writes the results and the page.")
    private boolean record;

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            defaultValue = "${sys:sluice.home:-.}",
            description = "The project, whose packetdrill-runner/conformance and docs are meant.")
    private Path home = Path.of("");

    @Spec
    private @Nullable CommandSpec spec;

    private final List<String> problems = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path lists = home.resolve("packetdrill-runner").resolve("conformance");
        ArguedFailures argued = ArguedFailures.read(lists.resolve("failures.txt"));
        Map<ConformanceRun, SuiteReport> reports = new LinkedHashMap<>();
        Set<ArguedFailures.Line> used = new HashSet<>();
        boolean lost = false;
        for (ConformanceRun run : ConformanceRun.all()) {
            SuiteReport report = run.run(folder);
            reports.put(run, report);
            lost |= compare(run, report, lists.resolve(run.list() + ".txt"), argued);
            noteUse(run, report, argued, used);
            out.println(run.title() + ": " + report.passed() + " passed, " + report.failed() + " failed");
        }
        argued.lines().stream()
                .filter(line -> !used.contains(line))
                .forEach(line ->
                        problems.add("argued, and nothing that fits fails: " + line.list() + " " + line.script()));
        Path page = home.resolve("docs").resolve("conformance.md");
        String text = new ConformancePage(reports, argued).write(folder);
        if (record && !lost) {
            for (Map.Entry<ConformanceRun, SuiteReport> each : reports.entrySet()) {
                Files.write(
                        lists.resolve(each.getKey().list() + ".txt"),
                        each.getValue().passedNames());
            }
            Files.writeString(page, text);
        } else if (!Files.exists(page) || !Files.readString(page).equals(text)) {
            problems.add(page + " is stale: --record writes it");
        }
        problems.forEach(out::println);
        out.flush();
        return problems.isEmpty() ? 0 : 1;
    }

    /** Whether a script is lost without a reason. */
    private boolean compare(ConformanceRun run, SuiteReport report, Path list, ArguedFailures argued)
            throws IOException {
        Set<String> passed = new HashSet<>(report.passedNames());
        List<String> recorded = Files.exists(list) ? Files.readAllLines(list) : List.of();
        boolean lost = false;
        for (String name : recorded) {
            if (!passed.contains(name)) {
                boolean reason = argued.of(run.list(), name).isPresent();
                lost |= !reason;
                if (!record || !reason) {
                    problems.add(run.list() + ": PASSED BEFORE AND FAILS NOW: " + name);
                }
            }
        }
        if (!record) {
            Set<String> known = new HashSet<>(recorded);
            report.passedNames().stream()
                    .filter(name -> !known.contains(name))
                    .forEach(name -> problems.add(run.list() + ": passes now, and is not recorded: " + name));
        }
        return lost;
    }

    private void noteUse(ConformanceRun run, SuiteReport report, ArguedFailures argued, Set<ArguedFailures.Line> used) {
        for (SuiteReport.Entry entry : report.entries()) {
            if (!entry.result().passed()) {
                argued.of(run.list(), entry.name())
                        .ifPresentOrElse(
                                used::add,
                                () -> problems.add(run.list() + ": no argued line for the failure of " + entry.name()));
            }
        }
    }
}
