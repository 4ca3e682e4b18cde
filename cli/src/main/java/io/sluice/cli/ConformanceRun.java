package io.sluice.cli;

import io.sluice.packetdrill.language.Definitions;
import io.sluice.packetdrill.language.DryRun;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import io.sluice.packetdrill.run.RunConfig;
import io.sluice.packetdrill.run.RunResult;
import io.sluice.packetdrill.run.ScriptRunner;
import io.sluice.packetdrill.run.ScriptSuite;
import io.sluice.packetdrill.run.SuiteReport;
import io.sluice.packetdrill.simulated.SimulatedBackEnd;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One way in which a public suite is run against the stack.
 *
 * @param list the name of its recorded results
 * @param suite the suite's folder
 * @param stack the TCP stack
 * @param personality what the stack is to look like
 * @param mode as the suite's driver would run it; empty if it has no modes
 */
record ConformanceRun(String list, String suite, String stack, Personality personality, Optional<Mode> mode) {
    /** FreeBSD's suite is for every stack. */
    private static final Set<String> FREEBSD_STACKS = Set.of("default", "rack", "bbr");

    /** Google's scripts are for Linux's RACK and CUBIC. */
    private static final Set<String> GOOGLE_STACKS = Set.of("default", "rack");

    /** All of them. */
    static List<ConformanceRun> all() {
        List<ConformanceRun> all = new ArrayList<>();
        for (TcpStack stack : TcpStacks.installed().all()) {
            // The lists of the default stack have no stack in their names.
            String infix = stack.equals(TcpStack.DEFAULT) ? "" : "-" + stack.name();
            if (FREEBSD_STACKS.contains(stack.name())) {
                Personality freeBsd = Personality.freeBsd().with(stack);
                all.add(new ConformanceRun("freebsd" + infix, "freebsd", stack.name(), freeBsd, Optional.empty()));
            }
            if (GOOGLE_STACKS.contains(stack.name())) {
                for (Mode mode : List.of(Mode.IPV4, Mode.IPV4_MAPPED_V6, Mode.IPV6)) {
                    Personality linux = Personality.linux().with(stack);
                    String list = "google" + infix + "-" + mode;
                    all.add(new ConformanceRun(list, "google", stack.name(), linux, Optional.of(mode)));
                }
            }
        }
        return all;
    }

    /** The stack, and the mode if there is one. */
    String title() {
        return suite + ", " + stack + " stack" + mode.map(m -> ", " + m).orElse("");
    }

    /** Runs the suite, which lies in {@code folder}. */
    SuiteReport run(Path folder) throws IOException {
        Path root = folder.resolve(suite);
        List<Path> scripts = DryRun.scripts(root).stream()
                .filter(path -> mode.isEmpty() || mode.get().runs(path))
                .toList();
        RunConfig usual = RunConfig.of(personality);
        RunConfig config = mode.map(m -> m.apply(usual)).orElse(usual);
        Definitions definitions = mode.map(m -> m.definitions(List.of())).orElse(Definitions.none());
        ScriptRunner runner = new ScriptRunner(config, definitions, SimulatedBackEnd::new);
        List<RunResult> results = new ScriptSuite(runner, definitions).run(scripts);
        SuiteReport report = new SuiteReport(root);
        report.add("", scripts, results);
        return report;
    }
}
