package io.sluice.packetdrill.kernel;

import io.sluice.tun.namespace.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that makes a script's system calls: inside the namespace, where sockets belong to it, and apart from the
 * thread of the run, since calls may block. One call at a time.
 */
final class CallThread implements Caller, AutoCloseable {
    /** How long a call gets to return, or to be seen blocking. */
    private static final long SETTLE_NS = 50_000_000;

    /** How long most calls take at most. */
    private static final long QUICK_NS = 200_000;

    private static final int BLOCKED_STATE = 'S';

    private final KernelClock clock;
    private final Future<Boolean> ended;
    private final BlockingQueue<CallTask> tasks = new LinkedBlockingQueue<>();
    private volatile int threadId;
    private volatile boolean inCall;
    private volatile boolean closed;

    CallThread(NetworkNamespace namespace, KernelClock clock) {
        this.clock = clock;
        this.ended = namespace.submit(() -> {
            run();
            return true;
        });
    }

    private void run() {
        KernelLibC.schedule(true);
        threadId = KernelLibC.gettid();
        while (!closed) {
            CallTask task = next();
            if (task != null) {
                inCall = true;
                task.run(clock);
                inCall = false;
                clock.wake();
            }
        }
    }

    private @Nullable CallTask next() {
        try {
            return tasks.take();
        } catch (InterruptedException e) {
            closed = true;
            return null;
        }
    }

    /** Has a call made; returns when it has returned or blocks. */
    @Override
    public CallTask make(LongSupplier call) {
        CallTask task = new CallTask(call);
        tasks.add(task);
        long beganNs = clock.nowNs();
        long tookNs = 0;
        while (!task.isDone() && tookNs < SETTLE_NS && !(tookNs > QUICK_NS && inCall && isAsleep())) {
            if (tookNs < QUICK_NS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(QUICK_NS);
            }
            tookNs = clock.nowNs() - beganNs;
        }
        return task;
    }

    /** Waits for a call that should not block; it may have been seen asleep for a moment. */
    @Override
    public boolean settle(CallTask task) {
        return clock.await(clock.nowNs() + SETTLE_NS, task::isDone);
    }

    private boolean isAsleep() {
        try {
            String stat = Files.readString(Path.of("/proc/self/task/" + threadId + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == BLOCKED_STATE && inCall;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the thread, unless it is in a call that does not return. */
    @Override
    public void close() {
        closed = true;
        tasks.add(new CallTask(() -> 0));
        clock.await(clock.nowNs() + SETTLE_NS, ended::isDone);
    }
}
