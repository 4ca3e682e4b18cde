package io.sluice.packetdrill.kernel;

import java.util.function.LongSupplier;

/** A system call on its way. */
final class CallTask {
    private final LongSupplier call;
    private long result;
    private int errno;
    private long doneNs;
    private volatile boolean done;

    CallTask(LongSupplier call) {
        this.call = call;
    }

    /** Makes it, on the calling thread. */
    void run(KernelClock clock) {
        result = call.getAsLong();
        errno = result < 0 ? KernelLibC.errno() : 0;
        doneNs = clock.nowNs();
        done = true;
    }

    boolean isDone() {
        return done;
    }

    /** What it returned; once it is done. */
    long result() {
        return result;
    }

    /** Its error number; 0 if it did not fail. */
    int errno() {
        return errno;
    }

    long doneNs() {
        return doneNs;
    }
}
