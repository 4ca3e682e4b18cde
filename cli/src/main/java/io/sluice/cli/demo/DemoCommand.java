package io.sluice.cli.demo;

import io.sluice.cli.demo.TunPlace.Surroundings;
import io.sluice.tun.namespace.NetworkNamespace;
import io.sluice.tun.namespace.UserNamespaces;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}: decides where, and sees to it that nothing stays behind. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs an HTTP server on Sluice and fetches from it.",
            "",
            "The server is behind a TUN device in a fresh network namespace, and curl fetches over the kernel's TCP. That"
                    + " needs root, or a system that allows user namespaces. Users who have neither are told why, and a"
                    + " client on a second Sluice in the same process fetches instead."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everything was fetched, and right", "1:something was not", "2:there is no such option"})
public final class DemoCommand implements Callable<Integer> {
    private static final long MIB = 1024 * 1024;
    private static final int FAILED = 1;
    private static final int PATIENCE_SECONDS = 2;

    /** Netty makes channel identifiers of a hardware address, and warns where there is none: in namespaces, mostly. */
    private static final String NETTY_MACHINE = "io.netty.machineId";

    private static final String ANY_MACHINE = "02:00:00:00:00:00";

    @Option(names = "--keep", description = "Go on serving, for you to fetch, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--here",
            description =
                    "Make the device in the network that this is run in, where every program reaches it: your browser,"
                            + " too. Needs root.")
    private boolean here;

    @Option(names = "--in-process", description = "No TUN device, no kernel: a client on a second Sluice fetches.")
    private boolean inProcess;

    @Option(
            names = "--large",
            paramLabel = "MIB",
            defaultValue = "512",
            description = "Size of the large body in MiB (default ${DEFAULT-VALUE}).")
    private int largeMib;

    @Option(names = "--files", paramLabel = "FOLDER", description = "What to serve under /files/ (default: docs).")
    private @Nullable Path files;

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final Cleanup cleanup = new Cleanup();
    private final Screen screen;

    /** The command, for standard output. */
    public DemoCommand() {
        this(Screen.standardOutput());
    }

    DemoCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (System.getProperty(NETTY_MACHINE) == null) {
            System.setProperty(NETTY_MACHINE, ANY_MACHINE);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "demo-cleanup"));
        int status;
        try {
            status = decide();
        } catch (InterruptedIOException e) {
            interrupted.await(PATIENCE_SECONDS, TimeUnit.SECONDS); // Ctrl-C reaches curl, too, and there may be sooner
            screen.error(String.valueOf(e.getMessage()));
            status = FAILED;
        } catch (IOException e) {
            screen.error(String.valueOf(e.getMessage()));
            status = FAILED;
        }
        sayRemoved(cleanup.run());
        return status;
    }

    /** Where to run, and how it went. */
    private int decide() throws IOException, InterruptedException {
        if (inProcess) {
            return run(PipePlace.open(cleanup));
        }
        if (here) {
            return runOnTun(Surroundings.THIS_NETWORK);
        }
        if (UserNamespaceRun.isInside()) {
            return runInside();
        }
        Optional<String> notRoot = NetworkNamespace.unavailable();
        if (notRoot.isEmpty()) {
            return runOnTun(Surroundings.FRESH_NAMESPACE);
        }
        UserNamespaces.Probe probe = UserNamespaces.probe();
        String reason = notRoot.get();
        if (probe.allowed()) {
            int status = UserNamespaceRun.run(cleanup);
            if (status != UserNamespaceRun.NO_DEVICE) {
                return status;
            }
            reason = "See above.";
        }
        screen.heading("No TUN device for this user");
        screen.line(reason);
        screen.line("So the same server is fetched from by a client on a second Sluice, in this process.");
        return run(PipePlace.open(cleanup));
    }

    private int runOnTun(Surroundings surroundings) throws IOException, InterruptedException {
        requireCurl();
        return run(TunPlace.open(surroundings, cleanup));
    }

    /** As root of a user namespace, which need not be allowed to have a device. */
    private int runInside() throws IOException, InterruptedException {
        UserNamespaceRun.endWithParent();
        requireCurl();
        Place place;
        try {
            place = TunPlace.open(Surroundings.USER_NAMESPACE, cleanup);
        } catch (IOException e) {
            screen.note("In a user namespace: " + e.getMessage());
            return UserNamespaceRun.NO_DEVICE;
        }
        return run(place);
    }

    private static void requireCurl() throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        boolean found = Stream.of(path.split(File.pathSeparator)).anyMatch(d -> Files.isExecutable(Path.of(d, "curl")));
        if (!found) {
            throw new IOException("there is no curl. Install it (apt-get install curl), or do without: --in-process");
        }
    }

    private int run(Place place) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        new Demo(screen, place, cleanup).run(folder(), largeMib * MIB, keep);
        boolean good = screen.failures() == 0;
        String took = " in " + Amounts.time(System.nanoTime() - startNs);
        screen.heading(good ? "All good" + took + "." : screen.failures() + " of the checks failed.");
        return good ? 0 : FAILED;
    }

    private @Nullable Path folder() {
        if (files != null) {
            return files;
        }
        String home = System.getProperty("sluice.home");
        return home == null ? null : Path.of(home, "docs");
    }

    private void sayRemoved(List<String> removed) {
        if (!removed.isEmpty()) {
            screen.last("Removed: " + String.join(", ", removed) + ".");
        }
    }

    /** Ctrl-C, or a signal; after a normal end nothing is left to do. */
    private void stop() {
        screen.mute();
        interrupted.countDown();
        sayRemoved(cleanup.run());
    }
}
