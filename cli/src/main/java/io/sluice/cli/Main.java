package io.sluice.cli;

import io.sluice.cli.demo.DemoCommand;
import io.sluice.cli.lab.LabCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code sluice} command: {@code bin/sluice} runs it. Each subcommand is a class of its own. */
@Command(
        name = "sluice",
        description = "A userspace TCP/IP stack for the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            HelpCommand.class,
            ConformanceCommand.class,
            DemoCommand.class,
            KnobsCommand.class,
            LabCommand.class,
            PacketdrillCommand.class,
            DifferentialCommand.class,
            SeedsCommand.class,
            SimSpeedCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private Main() {}

    /** Runs the command and exits with its status: 0 for success, 2 for a usage error. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }
}
