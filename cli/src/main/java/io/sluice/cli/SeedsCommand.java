package io.sluice.cli;

import io.sluice.sim.Seeds;
import io.sluice.sim.workload.StreamUpgrade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice seeds}: random networks in virtual time, where every stream has to stay intact. */
@Command(
        name = "seeds",
        description = {
            "Run random networks in virtual time; the seed decides everything.",
            "A seed fails if a stream is not intact, a connection does not end, or a timer, packet or buffer is left."
        },
        mixinStandardHelpOptions = true)
final class SeedsCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "The first seed.")
    private long first;

    @Parameters(index = "1", description = "How many seeds (${DEFAULT-VALUE}).", defaultValue = "1")
    private int count;

    @Option(names = "--threads", description = "How many at a time (${DEFAULT-VALUE}).", defaultValue = "1")
    private int threads;

    @Option(
            names = "--capture",
            description = "Write the packets of the first seed to this pcapng file, and run only it.")
    private @Nullable Path capture;

    @Option(names = "--tls", description = "Put TLS on every connection, with keys that both ends know.")
    private boolean tls;

    @Option(
            names = "--mix",
            description = "Mix plain, Fast Open, TCP-AO and MD5 connections, swap stacks, and exchange UDP options.")
    private boolean mix;

    @Override
    public Integer call() throws InterruptedException, IOException {
        StreamUpgrade upgrade = tls ? new TlsSeeds() : StreamUpgrade.NONE;
        return Seeds.run(first, count, threads, capture, System.out, upgrade, mix) ? 0 : 1;
    }
}
