package io.sluice.packetdrill.run;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.Definitions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs scripts on the kernel itself. They pass in real time, and what a script is late by on a busy machine is nothing that it
 * says of the kernel: who fails beside others has more attempts alone, each more patient than the one before, and one counts.
 */
public final class OnKernel {
    private static final List<Long> TOLERANCES_MS = List.of(4L, 10L, 20L, 40L);

    /** They mostly wait. */
    private static final int TOGETHER = 4;

    private OnKernel() {}

    /** How each script ended, in their order. */
    static List<RunResult> run(List<Path> scripts) {
        List<RunResult> results =
                new ArrayList<>(suite(TOLERANCES_MS.get(0), TOGETHER).run(scripts));
        for (int i = 0; i < results.size(); i++) {
            for (int t = 1; t < TOLERANCES_MS.size() && !results.get(i).passed(); t++) {
                results.set(i, suite(TOLERANCES_MS.get(t), 1).run(scripts.get(i)));
            }
        }
        return results;
    }

    private static ScriptSuite suite(long toleranceMs, int jobs) {
        return new ScriptSuite(runner(toleranceMs), Definitions.none(), jobs, 1);
    }

    /** A runner on the kernel. */
    public static ScriptRunner runner(long toleranceMs) {
        RunConfig config = RunConfig.of(Personality.linux()).tolerance(toleranceMs * 1_000_000);
        return new ScriptRunner(config, Definitions.none(), BackEnds.KERNEL::open);
    }
}
