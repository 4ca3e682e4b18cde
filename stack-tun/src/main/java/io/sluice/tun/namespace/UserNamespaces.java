package io.sluice.tun.namespace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A way to TUN devices without root: a user namespace, in which the user is root, with a network namespace of its own
 * (user_namespaces(7)). A process with more than one thread cannot enter one, so a JVM never can: it has to be started
 * inside, by unshare(1).
 */
public final class UserNamespaces {
    private static final List<String> UNSHARE = List.of("unshare", "--user", "--map-root-user", "--net", "--");

    /** A JVM that starts where no interface has an IPv6 address, as while loopback is down, does without IPv6 for good. */
    private static final List<String> LOOPBACK_UP =
            List.of("sh", "-c", "ip link set lo up 2>/dev/null; exec \"$@\"", "sh");

    private static final int PROBE_SECONDS = 10;

    private UserNamespaces() {}

    /**
     * Whether a command can be started in a user namespace and open TUN devices there.
     *
     * @param explanation why not, and what to do; or that it can, and how
     */
    public record Probe(boolean allowed, String explanation) {}

    /** Finds out by trying: starts {@code true} inside. Blocks for as long as that takes, at most ten seconds. */
    public static Probe probe() throws IOException {
        Path tun = Path.of("/dev/net/tun");
        if (!Files.isReadable(tun) || !Files.isWritable(tun)) {
            return new Probe(
                    false,
                    "A user namespace would not help: this user may not open " + tun
                            + ". Have root run: modprobe tun; chmod 0666 " + tun
                            + " (that alone grants nobody a device).");
        }
        String refusal = tryOut();
        if (refusal.isEmpty()) {
            return new Probe(
                    true,
                    "User namespaces are allowed: start the same command inside, `unshare -Urn sh -c 'ip link set lo up; "
                            + "exec COMMAND'`.");
        }
        return new Probe(false, refusal);
    }

    /**
     * The command line that starts {@code command} as root of new user and network namespaces. The loopback interface is up
     * there if {@code ip} is installed.
     */
    public static List<String> wrap(List<String> command) {
        List<String> wrapped = new ArrayList<>(UNSHARE);
        wrapped.addAll(LOOPBACK_UP);
        wrapped.addAll(command);
        return wrapped;
    }

    /** The command line that starts this very JVM, with its arguments, as root of new user and network namespaces. */
    public static List<String> wrapThisProcess() throws IOException {
        byte[] octets = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        String line = new String(octets, StandardCharsets.UTF_8);
        List<String> arguments = new ArrayList<>(List.of(line.split("\0", -1)));
        arguments.remove(arguments.size() - 1); // each argument ends with a NUL
        arguments.set(0, Path.of("/proc/self/exe").toRealPath().toString());
        return wrap(arguments);
    }

    /** Why `unshare` fails, or "". */
    private static String tryOut() throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(wrap(List.of("true")))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return "User namespaces need unshare(1), of the package util-linux, which is not there.";
        }
        try {
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "`unshare` does not come back.";
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return "interrupted";
        }
        if (process.exitValue() == 0) {
            return "";
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return "User namespaces are not allowed here (" + said + "). Look at the sysctls user.max_user_namespaces, "
                + "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns, or run as root.";
    }
}
