package io.sluice.sim.workload;

/** What wakes a workload that pauses. */
@FunctionalInterface
public interface Timing {
    /** Calls {@link SocketHandler#onReady} at {@code atNs}, between two turns of the host. */
    void wakeAt(long atNs, SocketHandler handler);
}
