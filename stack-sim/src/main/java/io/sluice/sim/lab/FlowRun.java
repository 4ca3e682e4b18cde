package io.sluice.sim.lab;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.sim.SimHost;
import io.sluice.sim.Simulation;
import io.sluice.sim.workload.Finish;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One flow of a scenario while it runs: its hosts, its connections, what has arrived. */
final class FlowRun {
    private static final int BACKLOG = 1024;

    private final LabFlow flow;
    private final Simulation simulation;
    private final SimHost client;
    private final SimHost server;
    private final Endpoint endpoint;
    private final FlowCounters counters;
    private final SplittableRandom random;
    private final List<Connection> connections = new ArrayList<>();
    private final Map<Integer, Connection> expected = new HashMap<>();
    private @Nullable StreamServer listening;
    private boolean stopped;

    /** One connection: both ends, and when it began. */
    private static final class Connection {
        final PeerPlan serverPlan;
        final long startNs;
        final long bytes;
        final StreamPeer client;

        @Nullable StreamPeer server;

        Connection(PeerPlan serverPlan, long startNs, long bytes, StreamPeer client) {
            this.serverPlan = serverPlan;
            this.startNs = startNs;
            this.bytes = bytes;
            this.client = client;
        }
    }

    /** A connection that is complete. */
    record Completion(long bytes, long durationNs) {}

    FlowRun(
            LabFlow flow,
            Simulation simulation,
            SimHost client,
            SimHost server,
            Endpoint endpoint,
            FlowCounters counters) {
        this.flow = flow;
        this.simulation = simulation;
        this.client = client;
        this.server = server;
        this.endpoint = endpoint;
        this.counters = counters;
        this.random = simulation.random().stream("lab " + flow.name());
    }

    LabFlow flow() {
        return flow;
    }

    FlowCounters counters() {
        return counters;
    }

    /** Listens, and schedules everything else. */
    void schedule(long beginNs, long endNs) {
        listening = new StreamServer(server.sockets().listener(), endpoint, BACKLOG, this::accept);
        long startNs = beginNs + flow.startNs();
        long stopNs = flow.stopNs() >= endNs - beginNs ? endNs : beginNs + flow.stopNs();
        if (flow.workload() instanceof Workload.ShortFlows s) {
            scheduleArrivals(s, startNs, stopNs);
        } else {
            at(startNs, () -> connect(startNs));
        }
        for (LabFlow.Swap swap : flow.swaps()) {
            at(beginNs + swap.atNs(), () -> swapTo(swap));
        }
        at(stopNs, () -> stop(stopNs));
    }

    private void at(long atNs, Runnable action) {
        simulation.at(atNs, () -> {
            action.run();
            client.wantTurn();
            server.wantTurn();
        });
    }

    private void scheduleArrivals(Workload.ShortFlows s, long startNs, long stopNs) {
        double at = startNs;
        while (true) {
            at += -StrictMath.log(1 - random.nextDouble()) / s.perSecond() * 1e9;
            if (at >= stopNs) {
                return;
            }
            long atNs = (long) at;
            double low = StrictMath.log(s.minBytes());
            long bytes = Math.round(StrictMath.exp(low + random.nextDouble() * (StrictMath.log(s.maxBytes()) - low)));
            at(atNs, () -> open(PeerPlan.of(1, bytes, 2, 0), PeerPlan.of(2, 0, 1, bytes), bytes, atNs));
        }
    }

    private void connect(long nowNs) {
        if (flow.workload() instanceof Workload.RequestResponse r) {
            open(
                    PeerPlan.client(1, r.requestBytes(), r.responseBytes(), r.requests()),
                    PeerPlan.server(1, r.requestBytes(), r.responseBytes(), r.requests()),
                    (long) r.responseBytes() * r.requests(),
                    nowNs);
        } else if (flow.workload() instanceof Workload.Bulk b) {
            open(PeerPlan.of(1, b.bytes(), 2, 0), PeerPlan.of(2, 0, 1, b.bytes()), b.bytes(), nowNs);
        }
    }

    private void open(PeerPlan plan, PeerPlan serverPlan, long bytes, long nowNs) {
        if (stopped) {
            return;
        }
        TcpSocket socket = client.sockets().tcp();
        StreamPeer peer = peer(client, socket, plan.tolerant());
        Connection c = new Connection(serverPlan.tolerant().withFinish(Finish.SHUTDOWN_AFTER_PEER), nowNs, bytes, peer);
        connections.add(c);
        socket.connect(endpoint, nowNs);
        Endpoint local = socket.localEndpoint();
        if (local != null) {
            expected.put(local.port(), c);
        }
        peer.onReady(nowNs);
    }

    private StreamPeer accept(TcpSocket socket) {
        Endpoint remote = socket.remoteEndpoint();
        Connection c = expected.get(remote == null ? -1 : remote.port());
        if (c == null) {
            throw new IllegalStateException("nobody opened " + socket);
        }
        StreamPeer peer = peer(server, socket, c.serverPlan);
        c.server = peer;
        return peer;
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        return new StreamPeer(socket, plan, host, random.split(), simulation.allocator());
    }

    private void swapTo(LabFlow.Swap swap) {
        for (Connection c : connections) {
            StackRefusal refusal =
                    c.client.isFinished() ? null : c.client.socket().stack(swap.stack(), simulation.nowNs());
            if (refusal != null) {
                throw new IllegalStateException(
                        flow.name() + " cannot go over to " + swap.stack().name() + ": " + refusal);
            }
        }
    }

    /** Aborts what is open. */
    void stop(long nowNs) {
        stopped = true;
        for (Connection c : connections) {
            c.client.stop(nowNs);
            if (c.server != null) {
                c.server.stop(nowNs);
            }
        }
        if (listening != null) {
            listening.close(nowNs);
            listening = null;
        }
    }

    /** Octets that arrived and were right: at the server, or at the client where that is the one who waits. */
    long receivedBytes() {
        long sum = 0;
        boolean answers = flow.workload() instanceof Workload.RequestResponse;
        for (Connection c : connections) {
            StreamPeer end = answers ? c.client : c.server;
            sum += end == null ? 0 : end.received();
        }
        return sum;
    }

    /** What the connection is doing, where there is one and it is open. */
    @Nullable TcpInfo info() {
        if (connections.size() != 1 || connections.get(0).client.isFinished()) {
            return null;
        }
        // what is interesting of a dialogue is the end that answers
        StreamPeer end = flow.workload() instanceof Workload.RequestResponse
                ? connections.get(0).server
                : connections.get(0).client;
        return end == null ? null : end.socket().info();
    }

    /** What has gone wrong, or null. */
    @Nullable String failure() {
        for (Connection c : connections) {
            String client = c.client.failure();
            String server = c.server == null ? null : c.server.failure();
            boolean wrong =
                    (client != null && client.contains("wrong")) || (server != null && server.contains("wrong"));
            if (wrong) {
                return flow.name() + ": " + client + ", " + server;
            }
        }
        return null;
    }

    /** The connections that are complete, in the order they were opened. */
    List<Completion> completions() {
        List<Completion> all = new ArrayList<>();
        for (Connection c : connections) {
            StreamPeer end = flow.workload() instanceof Workload.RequestResponse ? c.client : c.server;
            if (end != null && end.isFinished() && end.received() == end.plan().inBytes()) {
                all.add(new Completion(c.bytes, end.finishedNs() - c.startNs));
            }
        }
        return all;
    }

    int opened() {
        return connections.size();
    }
}
