package io.sluice.sim.workload;

import io.sluice.api.TcpSocket;
import java.util.random.RandomGenerator;

/** What both ends of a connection put between its stream and themselves before they begin, such as TLS. */
@FunctionalInterface
public interface StreamUpgrade {
    /** Nothing. */
    StreamUpgrade NONE = (socket, plan, random, nowNs) -> {};

    /**
     * The connection is established: changes it.
     *
     * @param plan whose keys are the same, the other way round, at the other end
     * @throws IllegalStateException if it cannot be done
     */
    void apply(TcpSocket socket, PeerPlan plan, RandomGenerator random, long nowNs);

    /** The option by which {@code bin/sluice seeds} is asked for it, such as {@code --tls}; empty if there is none. */
    default String option() {
        return "";
    }
}
