package io.sluice.cli.lab;

import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.lab.LabScenarios;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice lab run}: scenarios by name. */
@Command(
        name = "run",
        description = "Run scenarios (\"sluice lab\" lists them), each with every stack that is named, and compare.",
        mixinStandardHelpOptions = true)
final class LabRunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "SCENARIO", description = "What to run.")
    private List<String> names = List.of();

    @Option(
            names = "--stack",
            split = ",",
            description =
                    "The stacks, with or without a congestion control: default, rack/cubic, ... (${DEFAULT-VALUE}).",
            defaultValue = "default")
    private List<String> stacks = List.of();

    @Option(names = "--seconds", description = "How long each runs, in virtual time; by default what suits it.")
    private double seconds;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabOutput output;

    @Override
    public Integer call() throws IOException {
        List<LabScenario> runs = new ArrayList<>();
        try {
            for (String name : names) {
                for (LabScenario run : LabScenarios.named(name, stacks, output.seed, seconds)) {
                    runs.add(names.size() == 1 ? run : run.withName(name + ": " + run.name()));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        String replay = "bin/sluice lab run " + String.join(" ", names) + " --stack " + String.join(",", stacks)
                + (seconds > 0 ? String.format(Locale.ROOT, " --seconds %s", seconds) : "") + " --seed " + output.seed;
        output.run(
                runs,
                "sluice lab: " + String.join(", ", names),
                replay,
                spec.commandLine().getOut());
        return 0;
    }
}
