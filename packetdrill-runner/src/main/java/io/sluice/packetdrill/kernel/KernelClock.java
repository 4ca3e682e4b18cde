package io.sluice.packetdrill.kernel;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The time of a script in real time: zero when it starts. The thread of the run waits on it, asleep until shortly before
 * its deadline and busy after that, since a sleep ends late by more than scripts tolerate.
 */
public final class KernelClock {
    private static final long BUSY_NS = 1_500_000;

    private final Thread waiter = Thread.currentThread();
    private volatile long startNs = System.nanoTime();
    private long latestNs;
    private volatile Instant startInstant = Instant.now();

    /** Now is zero. */
    public void start() {
        startInstant = Instant.now();
        startNs = System.nanoTime();
    }

    /** Nanoseconds since the start. */
    public long nowNs() {
        return System.nanoTime() - startNs;
    }

    /** When the start was by the clock on the wall. */
    Instant startInstant() {
        return startInstant;
    }

    /** Wakes the waiting thread to ask again; from any thread. */
    void wake() {
        LockSupport.unpark(waiter);
    }

    /** How much later at most than it should have a wait has ended. */
    long latestNs() {
        return latestNs;
    }

    /** Waits until {@code enough} says so, or {@code untilNs}; whether it was the former. */
    boolean await(long untilNs, BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            long leftNs = untilNs - nowNs();
            if (leftNs <= 0) {
                latestNs = Math.max(latestNs, -leftNs);
                return false;
            }
            if (leftNs > BUSY_NS) {
                LockSupport.parkNanos(this, leftNs - BUSY_NS);
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }
}
