package io.sluice.packetdrill.kernel;

import com.sun.jna.Memory;

/**
 * How exact the timers of TCP are in Linux: they are kept in a wheel of ticks whose levels are coarser the longer the
 * timer (kernel/time/timer.c), 8 times for each level, and of 64 slots each. A timer never fires early.
 */
final class KernelTimers {
    private static final int CLOCK_MONOTONIC_COARSE = 6;
    private static final int SLOTS = 64;
    private static final int COARSER = 8;
    private static final int TIMESPEC_BYTES = 16;

    private final long tickNs;

    KernelTimers(long tickNs) {
        this.tickNs = tickNs;
    }

    /** A tick is the resolution of the coarse clock: 1 s / CONFIG_HZ. */
    static KernelTimers ofThisKernel() {
        Memory resolution = new Memory(TIMESPEC_BYTES);
        KernelLibC.clock_getres(CLOCK_MONOTONIC_COARSE, resolution);
        return new KernelTimers(resolution.getLong(Long.BYTES));
    }

    /** How much later than after {@code waitNs} a timer may fire: a tick for rounding up, and the slot of its level. */
    long latenessNs(long waitNs) {
        long slotNs = tickNs;
        while (waitNs >= (SLOTS - 1) * slotNs) {
            slotNs *= COARSER;
        }
        return tickNs + slotNs;
    }
}
