package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** A client and a server on one wire, and one connection between them: what most tests here need. */
final class Pair implements AutoCloseable {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    static final long HOUR = 3_600 * SECOND;

    private static final Endpoint SERVER = Endpoint.of("10.0.0.2", 80);

    final Simulation simulation;
    final SimHost client;
    final SimHost server;
    final Cable cable;
    final Invariants invariants;
    private final List<StreamPeer> peers = new ArrayList<>();
    private final List<StreamServer> servers = new ArrayList<>();

    Pair(long seed, PipeConfig both) {
        this(seed, both, LinkConfig.PLAIN, LinkConfig.PLAIN);
    }

    Pair(long seed, PipeConfig both, LinkConfig clientLink, LinkConfig serverLink) {
        simulation = new Simulation(seed);
        invariants = new Invariants(simulation);
        client = simulation.host("client");
        server = simulation.host("server");
        cable = simulation.connect(client, clientLink, both, server, serverLink, both);
        cable.a().address(IpAddress.parse("10.0.0.1"), 24);
        cable.b().address(IpAddress.parse("10.0.0.2"), 24);
    }

    /** A connection that carries so many octets each way. */
    void transfer(long up, long down) {
        converse(PeerPlan.of(1, up, 2, down), PeerPlan.of(2, down, 1, up));
    }

    /** A connection whose ends do so. */
    void converse(PeerPlan clientPlan, PeerPlan serverPlan) {
        servers.add(
                new StreamServer(server.sockets().listener(), SERVER, 16, socket -> peer(server, socket, serverPlan)));
        TcpSocket socket = client.sockets().tcp();
        assertEquals(SocketError.IN_PROGRESS, socket.connect(SERVER, simulation.nowNs()));
        SocketHandler handler = peer(client, socket, clientPlan);
        handler.onReady(simulation.nowNs());
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        StreamPeer peer = new StreamPeer(
                socket, plan, host, simulation.random().stream("peer " + peers.size()), simulation.allocator());
        peers.add(peer);
        return peer;
    }

    StreamPeer peer(int i) {
        return peers.get(i);
    }

    /** Aborts every connection. */
    void stop() {
        peers.forEach(peer -> peer.stop(simulation.nowNs()));
    }

    /** Runs until both ends have finished, then until everything has ended; returns how long the former took. */
    long finish() {
        long start = simulation.nowNs();
        simulation.runUntil(
                () -> peers.size() == 2 && peers.stream().allMatch(StreamPeer::isFinished), start + 10 * HOUR);
        long took = simulation.nowNs() - start;
        for (StreamPeer peer : peers) {
            assertNull(peer.failure(), peer::toString);
            assertTrue(peer.isFinished(), peer::toString);
        }
        servers.forEach(s -> s.close(simulation.nowNs()));
        simulation.runToEnd(simulation.nowNs() + HOUR);
        invariants.checkEnded();
        return took;
    }

    @Override
    public void close() {
        simulation.close();
        assertEquals(0, simulation.allocator().outstanding(), "buffers leaked");
    }
}
