package io.sluice.tun.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Network namespaces belong to threads: a thread that changes its own leaves the rest of the process where it was. So
 * what has to happen elsewhere happens on a thread made for it.
 */
public final class ThreadNamespace {
    /** The calling thread's network namespace, as a file. */
    public static final String CURRENT = "/proc/thread-self/ns/net";

    private ThreadNamespace() {}

    /** Runs {@code task} on a new thread, which may change its namespaces and ends afterwards. */
    public static <T> T onOwnThread(String threadName, Callable<T> task) throws IOException {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, threadName);
        thread.setDaemon(true);
        thread.start();
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + threadName);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(threadName, e.getCause());
        }
    }

    /** Whether the descriptor stands for the calling thread's network namespace. */
    public static boolean isCurrent(int namespaceFd) throws IOException {
        return Files.isSameFile(Path.of("/proc/thread-self/fd/" + namespaceFd), Path.of(CURRENT));
    }
}
