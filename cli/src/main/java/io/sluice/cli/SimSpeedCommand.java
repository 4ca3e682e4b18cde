package io.sluice.cli;

import io.sluice.sim.Speed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice sim-speed}: how much faster than real time the simulator is. */
@Command(
        name = "sim-speed",
        description =
                "Measure how much faster than real time one bulk flow of 10 Mbit/s on a 100 ms path is simulated.",
        mixinStandardHelpOptions = true)
final class SimSpeedCommand implements Runnable {
    @Option(names = "--seconds", description = "Virtual time of a round (${DEFAULT-VALUE}).", defaultValue = "600")
    private long seconds;

    @Option(
            names = "--rounds",
            description = "Rounds, of which the first ones warm the JVM up (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int rounds;

    @Override
    public void run() {
        Speed.run(seconds, rounds, System.out);
    }
}
