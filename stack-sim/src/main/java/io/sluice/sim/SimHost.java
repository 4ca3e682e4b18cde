package io.sluice.sim;

import io.sluice.api.Sockets;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpSocket;
import io.sluice.api.UdpSocket;
import io.sluice.host.Host;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.Timing;
import io.sluice.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host in virtual time: its stack and the driver that gives it turns (packets, timers, readiness, transmit).
 *
 * <p>A socket's attachment, if it is a {@link SocketHandler}, is told when the socket has something to tell.
 */
public final class SimHost implements Timing {
    private static final int TRANSMIT_BUDGET_BYTES = 1 << 20;

    private final String name;
    private final Simulation simulation;
    private final Host stack;
    private final Sockets sockets;
    private final List<Nic> nics = new ArrayList<>();
    private final Event deadline = new Event() {
        @Override
        void fire(long nowNs) {
            onDeadline(nowNs);
        }
    };
    private boolean wantsTurn;
    private long lastTurnNs = Long.MIN_VALUE / 2;
    private long turnIntervalNs;

    SimHost(String name, Simulation simulation, Host stack) {
        this.name = name;
        this.simulation = simulation;
        this.stack = stack;
        this.sockets = new Sockets(stack);
    }

    public String name() {
        return name;
    }

    /** The stack. After calling it from outside of a turn, {@link #wantTurn}. */
    public Host stack() {
        return stack;
    }

    public Sockets sockets() {
        return sockets;
    }

    /** In the order they were attached. */
    public List<Nic> nics() {
        return List.copyOf(nics);
    }

    /** The first place where the host is attached. */
    public Nic nic() {
        return nics.get(0);
    }

    void attach(Nic nic) {
        nics.add(nic);
    }

    /**
     * Sets the least time between two turns: packets that come meanwhile wait and are handed over together, and timers
     * come late, as with a driver that is busy. 0, which is the default, for a turn at once.
     */
    public void turnIntervalNs(long ns) {
        turnIntervalNs = ns;
    }

    boolean takesPacketsAtOnce() {
        return turnIntervalNs == 0;
    }

    /**
     * Makes sure that the host has a turn, now or when its interval is over: somebody called its stack, or a busy link
     * can take more.
     */
    public void wantTurn() {
        if (wantsTurn) {
            return;
        }
        wantsTurn = true;
        if (lastTurnNs + turnIntervalNs <= simulation.nowNs()) {
            simulation.addTurn(this);
        } else {
            simulation.at(lastTurnNs + turnIntervalNs, () -> simulation.addTurn(this));
        }
    }

    void turn(long nowNs) {
        wantsTurn = false;
        lastTurnNs = nowNs;
        for (int i = 0; i < nics.size(); i++) {
            nics.get(i).deliverWaiting(nowNs);
        }
        stack.onTimer(nowNs);
        tellHandlers(nowNs);
        while (stack.transmit(TRANSMIT_BUDGET_BYTES, nowNs)) {
            // a real driver would read its clock and its device again here; in virtual time nothing has happened
        }
        if (!stack.ready().isEmpty()) {
            wantTurn();
        }
        // Deadlines mostly move away: an event that comes too early costs less than moving it each time.
        long next = stack.nextDeadlineNs();
        if (next != Deadline.NEVER && !(deadline.isScheduled() && deadline.atNs <= next)) {
            simulation.events().schedule(deadline, Math.max(next, nowNs));
        }
    }

    private void onDeadline(long nowNs) {
        long next = stack.nextDeadlineNs();
        if (next <= nowNs) {
            wantTurn();
        } else if (next != Deadline.NEVER) {
            simulation.events().schedule(deadline, next);
        }
    }

    private void tellHandlers(long nowNs) {
        for (Object socket = sockets.pollReady(); socket != null; socket = sockets.pollReady()) {
            if (attachmentOf(socket) instanceof SocketHandler handler) {
                handler.onReady(nowNs);
            }
        }
    }

    private static @Nullable Object attachmentOf(Object socket) {
        if (socket instanceof TcpSocket s) {
            return s.attachment();
        }
        if (socket instanceof TcpListener l) {
            return l.attachment();
        }
        return socket instanceof UdpSocket u ? u.attachment() : null;
    }

    @Override
    public void wakeAt(long atNs, SocketHandler handler) {
        simulation.at(atNs, () -> {
            handler.onReady(simulation.nowNs());
            wantTurn();
        });
    }

    void close(long nowNs) {
        for (Nic nic : nics) {
            nic.close();
        }
        simulation.events().cancel(deadline);
        stack.close(nowNs);
    }

    @Override
    public String toString() {
        return name;
    }
}
