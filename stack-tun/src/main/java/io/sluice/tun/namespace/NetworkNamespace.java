package io.sluice.tun.namespace;

import io.sluice.tun.linux.Capability;
import io.sluice.tun.linux.Errno;
import io.sluice.tun.linux.ErrnoException;
import io.sluice.tun.linux.LibC;
import io.sluice.tun.linux.LinkState;
import io.sluice.tun.linux.Rtnetlink;
import io.sluice.tun.linux.ThreadNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace: interfaces, addresses, routes, ports and {@code net.*} sysctls of its own (network_namespaces(7)).
 * For tests and demonstrations that need a kernel to talk to without touching the machine's network.
 *
 * <p>A JVM stays where it is: tasks run on threads that enter the namespace, and processes are started by such threads.
 * Sockets and {@link io.sluice.tun.TunDevice}s that a task opens stay in the namespace and can be used from any thread. A
 * library that starts threads of its own in a task starts them inside, and so keeps the namespace alive.
 *
 * <p>Where the process may mount, the namespace has a name, so that {@code ip netns exec} works on it; always
 * {@code nsenter --net=}{@link #path} does. Thread-safe.
 */
public final class NetworkNamespace implements AutoCloseable {
    /**
     * What {@link #call} runs.
     *
     * @param <T> what it returns
     * @param <E> what it throws; the compiler infers {@link RuntimeException} where nothing checked is thrown
     */
    @FunctionalInterface
    public interface Task<T extends @Nullable Object, E extends Exception> {
        T call() throws E;
    }

    /**
     * What {@link #run} runs.
     *
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void run() throws E;
    }

    private static final String LOOPBACK = "lo";
    private static final Path SYSCTLS = Path.of("/proc/sys");
    private static final int MAX_SYSCTL_LENGTH = 4096;

    private final int fd;
    private final @Nullable Path namedFile;
    private final boolean owned;
    private final ExecutorService threads;
    private final List<Process> processes = new ArrayList<>();
    private boolean closed;

    private NetworkNamespace(int fd, @Nullable Path namedFile, boolean owned) {
        this.fd = fd;
        this.namedFile = namedFile;
        this.owned = owned;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "in " + name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Why this process cannot make network namespaces, with what to do about it; empty if it can.
     *
     * <p>Only for users other than root. Root without the right (in a container) is told by {@link #create}, as an error:
     * who runs tests as root wants them run.
     */
    public static Optional<String> unavailable() throws IOException {
        if (LibC.effectiveUserId() == 0 || Capability.CAP_SYS_ADMIN.isEffective()) {
            return Optional.empty();
        }
        return Optional.of("Making network namespaces needs root, and this is user "
                + System.getProperty("user.name") + ". "
                + UserNamespaces.probe().explanation());
    }

    /**
     * Makes a namespace with its loopback interface up. It is named {@code sluice-PID-N} where this process may mount.
     * Names that dead processes left behind are removed first.
     *
     * @throws IOException if this process may not; says what to do
     */
    public static NetworkNamespace create() throws IOException {
        try {
            return ThreadNamespace.onOwnThread("sluice-namespace", () -> {
                LibC.unshareThread(LibC.CLONE_NEWNET);
                bringLoopbackUp();
                int fd = LibC.openFile(ThreadNamespace.CURRENT, LibC.O_RDONLY);
                return new NetworkNamespace(fd, nameIfPermitted(fd), true);
            });
        } catch (ErrnoException e) {
            throw new IOException(
                    "Cannot make a network namespace. It needs CAP_SYS_ADMIN: run as root (a container needs "
                            + "--privileged), or inside a user namespace (unshare -Urn). " + e.getMessage(),
                    e);
        }
    }

    /** Opens a namespace that exists: one of {@code ip netns}, by its name. Closing it leaves it as it is. */
    public static NetworkNamespace open(String name) throws IOException {
        Path file = NamedNamespaces.DIRECTORY.resolve(name);
        return new NetworkNamespace(LibC.openFile(file.toString(), LibC.O_RDONLY), file, false);
    }

    /**
     * Brings up the loopback interface of the calling thread's namespace: the first thing to do in a process that was
     * started in a new one ({@link UserNamespaces#wrap}), since Netty and others look for it. No error if it is up.
     */
    public static void bringLoopbackUp() throws IOException {
        try (Rtnetlink netlink = Rtnetlink.open()) {
            LinkState loopback = netlink.findLink(LOOPBACK);
            if (loopback != null) {
                netlink.setUp(loopback.index(), true);
            }
        }
    }

    /** The name's file, or null where this process may not write {@code /run/netns} or not mount. */
    private static @Nullable Path nameIfPermitted(int fd) throws IOException {
        if (!Files.isWritable(NamedNamespaces.DIRECTORY.getParent())) {
            return null;
        }
        try {
            NamedNamespaces.removeLeftovers();
            return NamedNamespaces.add(fd);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EPERM || e.errno() == Errno.EACCES) {
                return null;
            }
            throw e;
        }
    }

    /** The name for {@code ip netns}, or {@code net:[N]} if it has none. */
    public String name() {
        return namedFile != null ? namedFile.getFileName().toString() : "namespace at " + path();
    }

    /** The file to enter it by: {@code nsenter --net=PATH}. Without a name, valid while this process lives. */
    public Path path() {
        return namedFile != null
                ? namedFile
                : Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(fd));
    }

    /**
     * Runs {@code task} on a thread inside and waits for it. Tasks of several callers run side by side.
     *
     * @return what the task returned
     * @throws E what the task threw; its stack trace is that of the thread inside
     * @throws CancellationException if the caller was interrupted; the task is interrupted, too
     */
    @SuppressWarnings("unchecked") // a checked exception of the task can only be an E
    public <T extends @Nullable Object, E extends Exception> T call(Task<T, E> task) throws E {
        Future<T> future = threads.submit(entering(task));
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a task in " + name());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (E) e.getCause();
        }
    }

    /** As {@link #call}, for what returns nothing. */
    public <E extends Exception> void run(Action<E> action) throws E {
        this.<Boolean, E>call(() -> {
            action.run();
            return true;
        });
    }

    /** Starts {@code task} on a thread inside; the future tells its end. */
    public <T extends @Nullable Object> Future<T> submit(Task<T, ?> task) {
        return threads.submit(entering(task));
    }

    private <T extends @Nullable Object> Callable<T> entering(Task<T, ?> task) {
        return () -> {
            LibC.enterNamespace(fd, LibC.CLONE_NEWNET);
            return task.call();
        };
    }

    /** Starts a process inside: a child is in the namespaces of the thread that starts it. Killed at {@link #close}. */
    public Process start(ProcessBuilder builder) throws IOException {
        Process process = call(builder::start);
        synchronized (processes) {
            processes.add(process);
        }
        return process;
    }

    /**
     * Runs a command inside to its end and returns what it wrote to standard output and error.
     *
     * @throws IOException if it cannot be started, or its exit status is not 0; the message holds its output
     */
    public String exec(String... command) throws IOException {
        Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = waitFor(process);
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status + ": " + output.strip());
        }
        return output;
    }

    private static int waitFor(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for " + process);
        }
    }

    /**
     * Sets a sysctl of this namespace.
     *
     * @param key {@code net.ipv4.tcp_congestion_control}, or with slashes where a part has a dot in it
     * @throws IOException if there is no such sysctl, or it does not take this value
     */
    public void sysctl(String key, String value) throws IOException {
        call(() -> Files.writeString(sysctlFile(key), value));
    }

    /** The value of a sysctl of this namespace. */
    public String sysctl(String key) throws IOException {
        return call(() -> {
            byte[] value = new byte[MAX_SYSCTL_LENGTH];
            try (InputStream in = Files.newInputStream(sysctlFile(key))) {
                int length = in.read(value); // in one read: many sysctls have nothing at an offset
                return new String(value, 0, Math.max(0, length), StandardCharsets.UTF_8).strip();
            }
        });
    }

    private static Path sysctlFile(String key) {
        return SYSCTLS.resolve(key.indexOf('/') >= 0 ? key : key.replace('.', '/'));
    }

    /**
     * Kills the processes that were started inside, interrupts tasks, and removes the name of a namespace that was created
     * here. The kernel removes the namespace when nothing is in it any more. Idempotent.
     */
    @Override
    public void close() throws IOException {
        synchronized (processes) {
            if (closed) {
                return;
            }
            closed = true;
            processes.forEach(Process::destroyForcibly);
        }
        threads.shutdownNow();
        LibC.closeFile(fd);
        if (owned && namedFile != null) {
            NamedNamespaces.remove(namedFile);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
