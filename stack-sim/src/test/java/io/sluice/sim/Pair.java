package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.event.SocketError;
import io.sluice.host.HostConfig;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.tcp.TcpProfile;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A client and a server on one wire, and connections between them: what most tests here need. */
final class Pair implements AutoCloseable {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    static final long HOUR = 3_600 * SECOND;

    private static final int FIRST_PORT = 80;

    final Simulation simulation;
    final SimHost client;
    final SimHost server;
    final Cable cable;
    final Invariants invariants;
    private final String serverAddress;
    private final List<StreamPeer> peers = new ArrayList<>();
    private final List<StreamServer> servers = new ArrayList<>();

    Pair(long seed, PipeConfig both) {
        this(seed, both, LinkConfig.PLAIN, LinkConfig.PLAIN);
    }

    Pair(long seed, PipeConfig both, LinkConfig clientLink, LinkConfig serverLink) {
        this(seed, both, clientLink, serverLink, TcpProfile.STANDARD);
    }

    Pair(long seed, PipeConfig both, LinkConfig clientLink, LinkConfig serverLink, TcpProfile profile) {
        this(seed, both, clientLink, serverLink, profile, false);
    }

    Pair(long seed, PipeConfig both, LinkConfig clientLink, LinkConfig serverLink, TcpProfile profile, boolean ipv6) {
        this(seed, both, clientLink, serverLink, b -> b.tcpProfile(profile), b -> b.tcpProfile(profile), ipv6);
    }

    /** @param ofClient what the client's host is like; {@code ofServer}, the server's */
    Pair(
            long seed,
            PipeConfig both,
            UnaryOperator<HostConfig.Builder> ofClient,
            UnaryOperator<HostConfig.Builder> ofServer) {
        this(seed, both, LinkConfig.PLAIN, LinkConfig.PLAIN, ofClient, ofServer, false);
    }

    /** @param ofBoth what both hosts are like */
    Pair(long seed, PipeConfig both, UnaryOperator<HostConfig.Builder> ofBoth, boolean ipv6) {
        this(seed, both, LinkConfig.PLAIN, LinkConfig.PLAIN, ofBoth, ofBoth, ipv6);
    }

    private Pair(
            long seed,
            PipeConfig both,
            LinkConfig clientLink,
            LinkConfig serverLink,
            UnaryOperator<HostConfig.Builder> ofClient,
            UnaryOperator<HostConfig.Builder> ofServer,
            boolean ipv6) {
        serverAddress = ipv6 ? "fd00::2" : "10.0.0.2";
        simulation = new Simulation(seed);
        invariants = new Invariants(simulation);
        client = simulation.host("client", ofClient);
        server = simulation.host("server", ofServer);
        cable = simulation.connect(client, clientLink, both, server, serverLink, both);
        cable.a().address(IpAddress.parse(ipv6 ? "fd00::1" : "10.0.0.1"), ipv6 ? 64 : 24);
        cable.b().address(IpAddress.parse(serverAddress), ipv6 ? 64 : 24);
    }

    /** A connection that carries so many octets each way. */
    void transfer(long up, long down) {
        converse(PeerPlan.of(1, up, 2, down), PeerPlan.of(2, down, 1, up));
    }

    /** A connection whose ends do so. */
    void converse(PeerPlan clientPlan, PeerPlan serverPlan) {
        Endpoint remote = Endpoint.of(serverAddress, FIRST_PORT + servers.size());
        servers.add(
                new StreamServer(server.sockets().listener(), remote, 16, socket -> peer(server, socket, serverPlan)));
        TcpSocket socket = client.sockets().tcp();
        assertEquals(SocketError.IN_PROGRESS, socket.connect(remote, simulation.nowNs()));
        SocketHandler handler = peer(client, socket, clientPlan);
        handler.onReady(simulation.nowNs());
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        StreamPeer peer = new StreamPeer(
                socket, plan, host, simulation.random().stream("peer " + peers.size()), simulation.allocator());
        peers.add(peer);
        return peer;
    }

    List<StreamPeer> peers() {
        return peers;
    }

    /** Aborts every connection. */
    void stop() {
        peers.forEach(peer -> peer.stop(simulation.nowNs()));
    }

    /** Runs until both ends have finished, then until everything has ended; returns how long the former took. */
    long finish() {
        long start = simulation.nowNs();
        simulation.runUntil(
                () -> peers.size() == 2 * servers.size() && peers.stream().allMatch(StreamPeer::isFinished),
                start + 10 * HOUR);
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
