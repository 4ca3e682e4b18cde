package io.sluice.netty;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the files of one event loop are read: on other threads, since a disk may take its time; and what into. */
final class FileReads {
    /** Whether the system tells what is in its page cache. */
    private static final boolean KNOWS_CACHE = isNativeUsable();

    private static final int THREADS = 4;
    private static final int IDLE_S = 10;

    private final FileBuffers buffers = new FileBuffers();
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    /** @param executor the user's, or null for some threads that exist while they have something to do */
    FileReads(@Nullable Executor executor) {
        if (executor != null) {
            this.executor = executor;
            own = null;
        } else {
            own = new ThreadPoolExecutor(
                    THREADS,
                    THREADS,
                    IDLE_S,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    new DefaultThreadFactory("sluice-files", true));
            own.allowCoreThreadTimeOut(true);
            this.executor = own;
        }
    }

    private static boolean isNativeUsable() {
        try {
            return NativeFile.isUsable();
        } catch (LinkageError e) {
            return false;
        }
    }

    /** Whether what is in the page cache can be told from what is not. */
    static boolean knowsCache() {
        return KNOWS_CACHE;
    }

    /** Opens a file of which can be read what is in the page cache; null if there is no telling, or if it is not the system's. */
    static @Nullable NativeFile openCached(Path path) {
        boolean known = KNOWS_CACHE && path.getFileSystem().equals(FileSystems.getDefault());
        return known ? NativeFile.open(path.toAbsolutePath()) : null;
    }

    FileBuffers buffers() {
        return buffers;
    }

    /** False if nothing is read any more. */
    boolean execute(Runnable read) {
        try {
            executor.execute(read);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    void close() {
        if (own != null) {
            own.shutdown();
        }
    }
}
