package io.sluice.cli.lab;

import io.sluice.sim.SimAllocator;
import io.sluice.sim.chart.Chart;
import io.sluice.sim.lab.FlowResult;
import io.sluice.sim.lab.HopResult;
import io.sluice.sim.lab.LabFiles;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the subcommands that run something share: seed, time, and where results go. */
final class LabOutput {
    @Option(
            names = "--seed",
            description = "What everything random follows from (${DEFAULT-VALUE}).",
            defaultValue = "1")
    long seed;

    @Option(
            names = "--out",
            description = "The folder for the page, pictures and CSV files (${DEFAULT-VALUE}).",
            defaultValue = "lab")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path folder;

    @Option(names = "--png", description = "Write pictures as PNG, too.")
    boolean png;

    /** Runs them one after the other, showing how far each is, and writes the page. */
    void run(List<LabScenario> scenarios, String title, String replay, PrintWriter out) throws IOException {
        SimAllocator allocator = new SimAllocator();
        List<LabResult> results = new ArrayList<>();
        boolean live = Boolean.getBoolean("sluice.terminal");
        for (LabScenario s : scenarios) {
            LabResult r = LabRun.run(s, share -> progress(s, share, live, out), allocator);
            results.add(r);
            print(r, out);
        }
        LabFiles files = new LabFiles(results);
        Path page = files.write(folder, title, replay);
        if (png) {
            for (Map.Entry<String, Chart> named : files.charts().entrySet()) {
                PngCanvas.write(named.getValue(), folder.resolve(named.getKey() + ".png"));
            }
        }
        out.println("Pictures: " + page.toAbsolutePath());
        out.println("Again:    " + replay);
        out.flush();
    }

    private static void progress(LabScenario s, double share, boolean live, PrintWriter out) {
        if (live) {
            out.printf("\r%-40s %3.0f %%", s.name(), share * 100);
            out.print(share >= 1 ? "\r\033[K" : "");
            out.flush();
        }
    }

    private static void print(LabResult r, PrintWriter out) {
        HopResult hop = r.hops().get(0);
        out.printf(
                "%-24s %8.2f Mbit/s  fairness %.2f  queue %.1f ms (p99 %.1f)  %d dropped  %d lost  %d marked%n",
                r.scenario().name(),
                r.goodputBps() / 1e6,
                r.jain(),
                hop.meanDelayMs(),
                hop.p99DelayMs(),
                hop.queueDrops(),
                hop.losses(),
                hop.marked());
        if (r.flows().size() > 1) {
            for (FlowResult f : r.flows()) {
                out.printf(
                        "  %-22s %8.2f Mbit/s%s  %d of %d complete%s%n",
                        f.name(),
                        f.goodputBps() / 1e6,
                        f.meanRttMs() > 0 ? String.format("  RTT %.1f ms", f.meanRttMs()) : "",
                        f.completed(),
                        f.opened(),
                        f.completed() == 0 ? "" : String.format(", median %.1f ms", f.medianCompletionMs()));
            }
        }
        out.flush();
    }
}
