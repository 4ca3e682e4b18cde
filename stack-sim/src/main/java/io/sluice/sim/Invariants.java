package io.sluice.sim;

import io.sluice.event.Counter;
import io.sluice.event.Counters;
import io.sluice.host.Host;

/**
 * What is always true of a simulation, checked after each turn, and what is true when everything has ended. A violation
 * is a bug of the stack (or of the simulator), never of the network.
 */
public final class Invariants implements TurnCheck {
    private final Simulation simulation;

    /** Checks {@code simulation} from now on. */
    public Invariants(Simulation simulation) {
        this.simulation = simulation;
        simulation.check(this);
    }

    @Override
    public void afterTurn(SimHost host, long nowNs) {
        Host stack = host.stack();
        Counters c = stack.counters();
        require(c.get(Counter.INTERNAL_ERRORS) == 0, host, "an internal error");
        long ended = c.get(Counter.PACKETS_DELIVERED)
                + c.dropped()
                + stack.reassembly().heldFragments()
                + stack.udp().heldFragments();
        require(c.get(Counter.PACKETS_IN) == ended, host, "packets in are not delivered + dropped + held");
        long used = stack.memory().usedBytes();
        require(used >= 0, host, "memory given back that was not taken: " + used);
        require(stack.nextDeadlineNs() > nowNs, host, "a timer was left behind");
        String fault = stack.tcp().layer().fault(nowNs);
        require(fault == null, host, String.valueOf(fault));
        for (Pipe pipe : simulation.allPipes()) {
            boolean whole = pipe.sent() + pipe.duplicated() == pipe.delivered() + pipe.dropped() + pipe.inside();
            require(whole && pipe.inside() >= 0, host, "a wire lost count: " + pipe);
        }
    }

    /** Checks that nothing is left of any connection: no flow, no timer, no memory, no packet. */
    public void checkEnded() {
        for (SimHost host : simulation.hosts()) {
            Host stack = host.stack();
            int flows = stack.tcp().layer().flows().size();
            require(flows == 0, host, flows + " flows are left");
            require(stack.wheel().size() == 0, host, stack.wheel().size() + " timers are left");
            long used = stack.memory().usedBytes();
            require(used == 0, host, used + " octets of memory are left");
            require(!stack.ring().hasWork(), host, "something is left to be sent");
        }
        int packets = simulation.packetsUnderWay();
        if (packets != 0) {
            throw new AssertionError(packets + " packets are left on the wires");
        }
        long buffers = simulation.allocator().outstanding();
        if (buffers != 0) {
            throw leak(buffers);
        }
    }

    private AssertionError leak(long buffers) {
        AssertionError leaked = new AssertionError(buffers + " buffers leaked");
        simulation.allocator().origins().forEach(leaked::addSuppressed);
        return leaked;
    }

    private static void require(boolean holds, SimHost host, String otherwise) {
        if (!holds) {
            throw new AssertionError(
                    host + ": " + otherwise + "; " + host.stack().counters());
        }
    }
}
