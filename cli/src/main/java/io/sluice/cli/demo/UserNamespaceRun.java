package io.sluice.cli.demo;

import io.sluice.tun.namespace.UserNamespaces;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/**
 * This very command once more, in a child process that is root of a user namespace of its own: a JVM cannot enter one. The
 * child ends when this process does, however that ends.
 */
final class UserNamespaceRun {
    /** The child's exit status for "no device to be had here either". */
    static final int NO_DEVICE = 75;

    private static final String MARK = "SLUICE_DEMO_IN_USER_NAMESPACE";
    private static final int PATIENCE_SECONDS = 10;

    private UserNamespaceRun() {}

    /** Whether this process is the child. */
    static boolean isInside() {
        return System.getenv(MARK) != null;
    }

    /** In the child: ends this process when the parent has ended, which closes the pipe at standard input. */
    static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // no parent, then
                    }
                    System.exit(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Runs the child to its end and returns its exit status. */
    static int run(Cleanup cleanup) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(UserNamespaces.wrapThisProcess())
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        command.environment().put(MARK, "1");
        Process child = command.start();
        cleanup.add("", () -> end(child));
        return child.waitFor();
    }

    private static void end(Process child) throws IOException {
        child.destroy();
        try {
            if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                child.destroyForcibly();
                throw new IOException("process " + child.pid() + " had to be killed");
            }
        } catch (InterruptedException e) {
            child.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
