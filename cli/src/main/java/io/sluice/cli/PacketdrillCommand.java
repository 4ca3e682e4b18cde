package io.sluice.cli;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.DryRun;
import io.sluice.packetdrill.language.Script;
import io.sluice.packetdrill.language.ScriptParser;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.ScriptRunner;
import io.sluice.packetdrill.run.ScriptSuite;
import io.sluice.packetdrill.run.SuiteReport;
import io.sluice.sim.PcapNg;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code sluice packetdrill}: runs packetdrill scripts against the stack, or against the kernel's. */
@Command(
        name = "packetdrill",
        description = {
            "Runs packetdrill scripts against the stack, or against the kernel's.",
            "The last line is \"N passed, N failed\"; the exit status is 0 if all passed, or with --expect if all did"
                    + " that the file names, else 1."
        },
        footer =
                "Options of the C tool that scripts have in their headers (--tolerance_usecs=N, --ip_version=NAME, --local_ip=ADDRESS, ...)"
                        + " may stand here, too, and win over a script's own.",
        mixinStandardHelpOptions = true)
final class PacketdrillCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;

    @Parameters(arity = "1..*", paramLabel = "FILE|FOLDER", description = "Scripts, and folders of *.pkt files.")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--profile",
            description = "What the stack is to look like: standard (default), freebsd or linux. The kernel is Linux.")
    private @Nullable String profile;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "As the driver of Google's suite runs its scripts: ipv4, ipv4-mapped-v6, ipv6, or all three.")
    private @Nullable String mode;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "simulated",
            description = "What scripts are run against: simulated (default), the stack in process and in virtual time;"
                    + " tun, the stack on a TUN device in real time; kernel, the TCP of this machine's Linux in real time. The last two make a"
                    + " network namespace and so need root, or user namespaces.")
    private String backEnd = "simulated";

    @Option(
            names = "--link",
            paramLabel = "KIND",
            defaultValue = "ip",
            description =
                    "What carries the packets: ip (default), or ethernet, on which the stack has to find its neighbours by"
                            + " ARP and NDP, the runner answers, and frames to a wrong MAC address fail. Not for kernel.")
    private String link = "ip";

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs each script up to N times; it passes if most runs do. For back ends in real time: with"
                    + " --jobs, scripts that failed beside others are run again alone.")
    private int runs = 1;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many scripts run at the same time: by default as many as there are processors in virtual"
                    + " time, and 1 in real time.")
    private @Nullable Integer jobs;

    @Option(
            names = "--up-to",
            paramLabel = "SECONDS",
            description = "Leaves out scripts that take longer, by the times that are written in them.")
    private @Nullable Double upTo;

    @Option(
            names = "--stack",
            description = "The TCP stack under test: default, rack, bbr, or any other that is on the class path.")
    private @Nullable String stack;

    @Option(
            names = {"-D", "--define"},
            paramLabel = "NAME[=VALUE]",
            description = "Defines a name for the scripts.")
    private List<String> defines = new ArrayList<>();

    @Option(
            names = {"-v", "--verbose"},
            description = "Shows what happened in each script, event by event.")
    private boolean verbose;

    @Option(names = "--quiet", description = "Shows the table, not why scripts failed.")
    private boolean quiet;

    @Option(
            names = "--list-failures",
            description = "Shows the names of the scripts that failed, and nothing else of them.")
    private boolean listFailures;

    @Option(
            names = {"--dry-run", "--dry_run"},
            description = "Only parses the scripts.")
    private boolean dryRun;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description = "Writes all packets to a pcapng file, with an interface for each script.")
    private @Nullable Path pcap;

    @Option(
            names = "--junit-xml",
            paramLabel = "FILE",
            description = "Writes the results as JUnit would, for CI servers.")
    private @Nullable Path junitXml;

    @Option(
            names = "--expect",
            paramLabel = "LIST",
            description = "Names the scripts that must pass, one a line, relative to the one FOLDER; others may fail.")
    private @Nullable Path expect;

    @Option(
            names = "--record",
            paramLabel = "LIST",
            description = "Writes the names of the scripts that passed to a file.")
    private @Nullable Path record;

    @Unmatched
    private List<String> ofTool = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = commandSpec().commandLine().getOut();
        checkOptions();
        Definitions definitions = definitions();
        if (dryRun) {
            return dryRun(out, definitions);
        }
        List<Path> scripts = scripts(definitions);
        RunConfig config = RunConfig.of(personality()).link(linkKind());
        SuiteReport report = new SuiteReport(root());
        try (PcapNg capture = pcap == null ? null : new PcapNg(pcap)) {
            if (mode == null) {
                run(out, report, "", scripts, suite(config, definitions, capture));
            } else {
                List<Mode> modes = modes(mode);
                for (Mode each : modes) {
                    List<Path> chosen = scripts.stream().filter(each::runs).toList();
                    String label = modes.size() > 1 ? each.toString() : "";
                    ScriptSuite suite = suite(each.apply(config), each.definitions(defines), capture);
                    run(out, report, label, chosen, suite);
                }
            }
            int status = expect != null ? compare(out, report, expect) : report.failed() == 0 ? 0 : 1;
            out.println(report.table());
            out.flush(); // before what may not be possible: to write to files
            write(report);
            return status;
        }
    }

    private void write(SuiteReport report) throws IOException {
        if (record != null) {
            Files.write(record, report.passedNames());
        }
        if (junitXml != null) {
            Files.writeString(junitXml, report.junitXml());
        }
    }

    /** What is not possible is said before anything runs. */
    private void checkOptions() {
        Double seconds = upTo;
        refuse(jobs != null && jobs < 1, "--jobs: at least one");
        refuse(runs < 1, "--runs: at least one");
        refuse(seconds != null && !(seconds > 0), "--up-to: more than 0 seconds");
        refuse(defines.stream().anyMatch(d -> !d.matches("[A-Za-z_]\\w*(=.*)?")), "-D: NAME or NAME=VALUE");
        refuse(
                dryRun && (pcap != null || junitXml != null || expect != null || record != null),
                "--dry-run: nothing is run, so that there is nothing to write or to compare");
        refuse(expect != null && !Files.isReadable(expect), "--expect: cannot be read: " + expect);
        for (Path file :
                Stream.of(pcap, junitXml, record).filter(Objects::nonNull).toList()) {
            Path folder = Objects.requireNonNull(file).toAbsolutePath().getParent();
            refuse(
                    Files.isDirectory(file) || folder == null || !Files.isWritable(folder),
                    "cannot be written: " + file);
        }
        paths.stream().filter(p -> !Files.isReadable(p)).forEach(p -> refuse(true, "cannot be read: " + p));
    }

    private void refuse(boolean when, String message) {
        if (when) {
            throw new ParameterException(commandSpec().commandLine(), message);
        }
    }

    private List<Mode> modes(String names) {
        if (names.equals("all")) {
            return List.of(Mode.values());
        }
        return List.of(Mode.named(names)
                .orElseThrow(() -> new ParameterException(
                        commandSpec().commandLine(), "no mode " + names + ": ipv4, ipv4-mapped-v6, ipv6 or all")));
    }

    /** The scripts that were asked for, and that do not take too long; one that cannot be parsed is told of when it is run. */
    private List<Path> scripts(Definitions definitions) throws IOException {
        List<Path> scripts = new ArrayList<>();
        for (Path path : paths) {
            scripts.addAll(DryRun.scripts(path));
        }
        refuse(scripts.isEmpty(), "no *.pkt files in " + paths);
        Double seconds = upTo;
        if (seconds != null) {
            scripts.removeIf(path -> lengthSeconds(path, definitions) > seconds);
        }
        return scripts;
    }

    private static double lengthSeconds(Path path, Definitions definitions) {
        try {
            Script script = ScriptParser.parseFile(path, definitions);
            return script.select(definitions::isDefined).lengthNs() / NS_PER_SECOND;
        } catch (IOException | ScriptSyntaxException e) {
            return 0;
        }
    }

    /** What the stack is to look like. The kernel has its own: Linux's. */
    private Personality personality() {
        boolean kernel = against() == BackEnds.KERNEL;
        String name = profile != null ? profile : kernel ? "linux" : "standard";
        Personality personality = Personality.named(name)
                .orElseThrow(() -> new ParameterException(
                        commandSpec().commandLine(), "no profile " + name + ": standard, freebsd or linux"));
        refuse(kernel && !name.equals("linux"), "--profile: the kernel looks like linux");
        refuse(kernel && stack != null, "--stack: the kernel runs its own");
        return personality.with(stack());
    }

    private BackEnds against() {
        return BackEnds.named(backEnd)
                .orElseThrow(() -> new ParameterException(
                        commandSpec().commandLine(), "no back end " + backEnd + ": " + List.of(BackEnds.values())));
    }

    private LinkKind linkKind() {
        LinkKind kind = LinkKind.named(link)
                .orElseThrow(() -> new ParameterException(
                        commandSpec().commandLine(), "no link " + link + ": " + List.of(LinkKind.values())));
        refuse(!against().has(kind), "--link: " + against() + " has no " + kind);
        return kind;
    }

    private ScriptSuite suite(RunConfig config, Definitions definitions, @Nullable PcapNg capture) {
        BackEnds against = against();
        against.rehearse(config);
        ScriptRunner runner = runner(config, definitions, against);
        int usual = against.isRealTime() ? 1 : Runtime.getRuntime().availableProcessors();
        return new ScriptSuite(
                capture == null ? runner : runner.capturingTo(capture), definitions, jobs == null ? usual : jobs, runs);
    }

    private ScriptRunner runner(RunConfig config, Definitions definitions, BackEnds against) {
        try {
            return new ScriptRunner(config, definitions, against::open).overriding(ofTool);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void run(PrintWriter out, SuiteReport report, String label, List<Path> scripts, ScriptSuite suite) {
        List<RunResult> results = suite.run(scripts);
        report.add(label, scripts, results);
        show(out, label.isEmpty() ? "" : label + " ", results);
    }

    private CommandSpec commandSpec() {
        CommandSpec s = spec;
        if (s == null) {
            throw new IllegalStateException("not called by picocli");
        }
        return s;
    }

    private TcpStack stack() {
        TcpStacks stacks = TcpStacks.installed();
        TcpStack chosen = stack == null ? TcpStack.DEFAULT : stacks.named(stack);
        if (chosen == null) {
            List<String> names = stacks.all().stream().map(TcpStack::name).toList();
            throw new ParameterException(
                    commandSpec().commandLine(), "no stack " + stack + ": " + String.join(", ", names));
        }
        return chosen;
    }

    private Definitions definitions() {
        Definitions definitions = Definitions.none();
        for (String define : defines) {
            definitions = definitions.with(define);
        }
        return definitions;
    }

    private int dryRun(PrintWriter out, Definitions definitions) throws IOException {
        scripts(definitions); // refused if there are none
        int errors = 0;
        for (Path path : paths) {
            DryRun.Report report = DryRun.run(path, definitions);
            out.print(report.text());
            errors += report.errors().size();
        }
        out.flush();
        return errors == 0 ? 0 : 1;
    }

    /** Where names begin: the one folder that was given, or the working directory. */
    private Path root() {
        return paths.size() == 1 && Files.isDirectory(paths.get(0)) ? paths.get(0) : Path.of("");
    }

    private void show(PrintWriter out, String label, List<RunResult> results) {
        for (RunResult result : results) {
            if (verbose) {
                out.println(label + result.script() + (result.passed() ? ": passed" : ": failed"));
                result.exchange().forEach(line -> out.println("    " + line));
            }
            if (result.passed() || quiet) {
                continue;
            }
            out.println(
                    label + (listFailures ? result.script() : result.failure().orElse("")));
        }
    }

    /** Says which scripts fail that passed before, and which pass now; the status is 1 if there is one of the former. */
    private static int compare(PrintWriter out, SuiteReport report, Path list) throws IOException {
        Set<String> expected = new LinkedHashSet<>();
        for (String line : Files.readAllLines(list)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                expected.add(line.strip());
            }
        }
        Set<String> passed = new LinkedHashSet<>(report.passedNames());
        List<String> lost =
                expected.stream().filter(name -> !passed.contains(name)).toList();
        List<String> won =
                passed.stream().filter(name -> !expected.contains(name)).toList();
        won.forEach(name -> out.println("passes now, and " + list + " does not say so: " + name));
        lost.forEach(name -> out.println("PASSED BEFORE AND FAILS NOW: " + name));
        return lost.isEmpty() ? 0 : 1;
    }
}
