package io.sluice.cli.lab;

import io.sluice.sim.lab.LabScenarios;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice lab}: lists what there is to run; subcommands run it. */
@Command(
        name = "lab",
        description = "The congestion laboratory: flows of the real stack over simulated networks, measured and drawn.",
        mixinStandardHelpOptions = true,
        subcommands = {LabRunCommand.class, LabCustomCommand.class, LabValidateCommand.class})
public final class LabCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Scenarios for \"sluice lab run NAME...\":");
        for (LabScenarios.Entry e : LabScenarios.list()) {
            out.printf("  %-14s %s%n", e.name(), e.what());
        }
        out.println("A network and flows of your own: \"sluice lab custom --help\".");
    }
}
