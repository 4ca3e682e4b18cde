package io.sluice.sim.lab;

import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import java.util.ArrayList;
import java.util.List;

/**
 * A sender, a receiver and what goes from one to the other. Immutable.
 *
 * @param name for people
 * @param stack what the sender runs
 * @param profile the wire personality of both ends
 * @param workload what is sent
 * @param startNs when it starts
 * @param stopNs when it is stopped, if it has not ended by itself
 * @param accessDelayNs what this flow's round trip is longer than the network's, in all
 * @param entry the hop it enters by, from 0
 * @param exit the last hop it crosses
 * @param swaps stacks that its connection goes over to
 */
public record LabFlow(
        String name,
        TcpStack stack,
        TcpProfile profile,
        Workload workload,
        long startNs,
        long stopNs,
        long accessDelayNs,
        int entry,
        int exit,
        List<Swap> swaps) {
    /** At {@code atNs} the connection goes over to {@code stack}. */
    public record Swap(long atNs, TcpStack stack) {}

    /** Throws {@link IllegalArgumentException} for a flow that goes backwards. */
    public LabFlow {
        swaps = List.copyOf(swaps);
        if (stopNs <= startNs || exit < entry || entry < 0 || accessDelayNs < 0) {
            throw new IllegalArgumentException("no flow: " + name);
        }
    }

    /** An endless bulk flow over the first hop, from the beginning to the end. */
    public static LabFlow bulk(String name, TcpStack stack) {
        return of(name, stack, Workload.Bulk.ENDLESS);
    }

    /** A flow over the first hop, from the beginning to the end. */
    public static LabFlow of(String name, TcpStack stack, Workload workload) {
        return new LabFlow(
                name, stack, TcpProfile.STANDARD, workload, 0, Long.MAX_VALUE, 0, 0, Integer.MAX_VALUE, List.of());
    }

    /** The same with something else to do. */
    public LabFlow withWorkload(Workload newWorkload) {
        return new LabFlow(name, stack, profile, newWorkload, startNs, stopNs, accessDelayNs, entry, exit, swaps);
    }

    /** The same at other times. */
    public LabFlow between(long newStartNs, long newStopNs) {
        return new LabFlow(name, stack, profile, workload, newStartNs, newStopNs, accessDelayNs, entry, exit, swaps);
    }

    /** The same with hosts of another personality. */
    public LabFlow withProfile(TcpProfile newProfile) {
        return new LabFlow(name, stack, newProfile, workload, startNs, stopNs, accessDelayNs, entry, exit, swaps);
    }

    /** The same with so much more round-trip time. */
    public LabFlow withAccessDelayNs(long ns) {
        return new LabFlow(name, stack, profile, workload, startNs, stopNs, ns, entry, exit, swaps);
    }

    /** The same over these hops. */
    public LabFlow over(int newEntry, int newExit) {
        return new LabFlow(name, stack, profile, workload, startNs, stopNs, accessDelayNs, newEntry, newExit, swaps);
    }

    /** The same, going over to another stack. */
    public LabFlow swappedAt(long atNs, TcpStack to) {
        List<Swap> more = new ArrayList<>(swaps);
        more.add(new Swap(atNs, to));
        return new LabFlow(name, stack, profile, workload, startNs, stopNs, accessDelayNs, entry, exit, more);
    }
}
