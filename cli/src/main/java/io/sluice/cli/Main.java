package io.sluice.cli;

import io.sluice.cli.demo.DemoCommand;
import io.sluice.cli.lab.LabCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
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
        return new CommandLine(new Main()).setExecutionExceptionHandler((e, command, arguments) -> failure(e, command));
    }

    /** What a file, a device or the network refused is said in a line; anything else is a bug, with its trace. */
    private static int failure(Exception e, CommandLine command) throws Exception {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        if (!(cause instanceof IOException)) {
            throw e;
        }
        boolean bare = cause instanceof FileSystemException file && file.getReason() == null;
        String kind = bare ? cause.getClass().getSimpleName() + ": " : "";
        command.getErr().println("sluice: " + kind + cause.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
