package io.sluice.sim;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.sim.workload.Finish;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.sim.workload.StreamUpgrade;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpConnection;
import io.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link SeedScenario} to its end and checks that every stream is intact, every connection has ended, and that no
 * timer, packet or buffer is left.
 */
final class SeedRun implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final long TIME_LIMIT_NS = 24 * 3600 * SECOND;
    /** Many times what the largest scenario needs: more is a storm. */
    private static final long PACKET_LIMIT = 2_000_000;

    private static final int PORT = 80;
    private static final int FIRST_CLIENT_PORT = 2000;
    private static final long RETRY_NS = SECOND / 10;

    private final SeedScenario scenario;
    private final Simulation simulation;
    private final Invariants invariants;
    private final SimHost server;
    private final List<SimHost> clients = new ArrayList<>();
    private final List<StreamPeer> peers = new ArrayList<>();
    private final Map<Endpoint, Expected> expected = new HashMap<>();
    private final StreamUpgrade upgrade;
    private int peersToFinish;
    private @Nullable StreamServer listening;

    /** What the server does with a connection that has not come yet. */
    private record Expected(SeedScenario.Connection connection, PeerPlan plan) {}

    SeedRun(long seed, SimAllocator allocator, StreamUpgrade upgrade) {
        this.upgrade = upgrade;
        scenario = SeedScenario.draw(seed);
        simulation = new Simulation(seed, scenario.startNs(), allocator);
        invariants = new Invariants(simulation);
        server = simulation.host("server", b -> b.tcpProfile(scenario.server()));
        server.turnIntervalNs(scenario.serverTurnIntervalNs());
        for (int i = 0; i < scenario.clients().size(); i++) {
            attach(scenario.clients().get(i), i);
        }
    }

    private void attach(SeedScenario.Client config, int i) {
        SimHost client = simulation.host("client" + i, b -> b.tcpProfile(config.profile()));
        Cable cable =
                simulation.connect(client, config.link(), config.up(), server, config.serverLink(), config.down());
        cable.a().address(address(i, 1), scenario.ipv6() ? 64 : 24);
        cable.b().address(address(i, 2), scenario.ipv6() ? 64 : 24);
        client.turnIntervalNs(config.turnIntervalNs());
        clients.add(client);
        if (config.outageNs() > 0) {
            long startNs = scenario.startNs() + config.outageStartNs();
            simulation.at(startNs, () -> passing(cable, (bytes, nowNs) -> false));
            simulation.at(startNs + config.outageNs(), () -> passing(cable, PacketFilter.ALL));
        }
    }

    private static void passing(Cable cable, PacketFilter filter) {
        cable.ab().filter(filter);
        cable.ba().filter(filter);
    }

    /** Every client has a subnet with the server. */
    private IpAddress address(int subnet, int host) {
        return IpAddress.parse(scenario.ipv6() ? "fd00:0:0:" + subnet + "::" + host : "10.0." + subnet + "." + host);
    }

    Simulation simulation() {
        return simulation;
    }

    /**
     * Runs.
     *
     * @throws AssertionError if anything is not as it has to be
     */
    void run() {
        listening = new StreamServer(
                server.sockets().listener(),
                new Endpoint(scenario.ipv6() ? IpAddress.ANY6 : IpAddress.ANY4, PORT),
                8,
                this::accepted);
        for (int i = 0; i < scenario.connections().size(); i++) {
            SeedScenario.Connection connection = scenario.connections().get(i);
            int port = FIRST_CLIENT_PORT + i;
            peersToFinish += connection.again() ? 4 : 2;
            simulation.at(scenario.startNs() + connection.startNs(), () -> open(connection, port));
        }
        boolean done = simulation.runUntil(this::isOver, scenario.startNs() + TIME_LIMIT_NS);
        require(simulation.hash().packets() < PACKET_LIMIT, "a packet storm");
        require(done, "stuck: connections did not end");
        for (StreamPeer peer : peers) {
            require(peer.failure() == null, "a stream is not intact");
        }
        listening.close(simulation.nowNs());
        simulation.runToEnd(simulation.nowNs() + TIME_LIMIT_NS);
        invariants.checkEnded();
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private boolean isOver() {
        if (simulation.hash().packets() >= PACKET_LIMIT) {
            return true;
        }
        int finished = 0;
        for (int i = 0; i < peers.size(); i++) {
            if (peers.get(i).failure() != null) {
                return true;
            }
            finished += peers.get(i).isFinished() ? 1 : 0;
        }
        return finished == peersToFinish;
    }

    private void open(SeedScenario.Connection connection, int port) {
        SimHost client = clients.get(connection.client());
        Endpoint local = new Endpoint(address(connection.client(), 1), port);
        IpAddress remote = address(connection.client(), 2);
        if (connection.simultaneous()) {
            Endpoint there = new Endpoint(remote, port);
            open(client, local, there, connection, connection.clientPlan());
            open(server, there, local, connection, connection.serverPlan());
        } else if (connection.again()) {
            openInTurn(connection, local, remote, 0);
        } else {
            Endpoint any = new Endpoint(local.address(), 0);
            StreamPeer peer = open(client, any, new Endpoint(remote, PORT), connection, connection.clientPlan());
            expect(peer, connection, connection.serverPlan());
        }
    }

    private void expect(@Nullable StreamPeer peer, SeedScenario.Connection connection, PeerPlan serverPlan) {
        Endpoint local = peer == null ? null : peer.socket().localEndpoint();
        require(local != null, "cannot connect");
        if (local != null) {
            expected.put(local, new Expected(connection, serverPlan));
        }
    }

    /** Opens a connection and, when both ends have finished, another one with the same addresses and ports. */
    private void openInTurn(SeedScenario.Connection connection, Endpoint local, IpAddress remote, int round) {
        PeerPlan c = connection.clientPlan();
        PeerPlan s = connection.serverPlan();
        long salt = round * 0x5DEECE66DL;
        SimHost client = clients.get(connection.client());
        StreamPeer peer = open(
                client, local, new Endpoint(remote, PORT), connection, c.withKeys(c.outKey() ^ salt, c.inKey() ^ salt));
        if (peer == null) { // the old one has not quite gone
            simulation.at(simulation.nowNs() + RETRY_NS, () -> openInTurn(connection, local, remote, round));
            return;
        }
        expect(peer, connection, s.withKeys(s.outKey() ^ salt, s.inKey() ^ salt));
        if (round == 0) {
            openAgain(connection, local, remote, peer);
        }
    }

    private void openAgain(SeedScenario.Connection connection, Endpoint local, IpAddress remote, StreamPeer first) {
        boolean over = first.isFinished()
                && peers.stream()
                        .anyMatch(p -> p.isFinished()
                                && p.plan().outKey() == first.plan().inKey());
        Runnable next = over
                ? () -> openInTurn(connection, local, remote, 1)
                : () -> openAgain(connection, local, remote, first);
        simulation.at(simulation.nowNs() + (over ? 0 : RETRY_NS), next);
    }

    /** Connects; null if the local port is still in use. */
    private @Nullable StreamPeer open(
            SimHost host, Endpoint local, Endpoint remote, SeedScenario.Connection connection, PeerPlan plan) {
        TcpSocket socket = host.sockets().tcp();
        configure(socket.options(), connection);
        SocketError bindError = local.port() == 0 ? null : socket.bind(local);
        SocketError error = bindError == null ? socket.connect(remote, simulation.nowNs()) : bindError;
        if (error == SocketError.ADDRESS_IN_USE) {
            socket.close(simulation.nowNs());
            return null;
        }
        require(error == SocketError.IN_PROGRESS, "cannot connect: " + error);
        StreamPeer peer = peer(host, socket, plan);
        if (upgrade == StreamUpgrade.NONE) {
            peer.onReady(simulation.nowNs());
        } else {
            socket.attachment((SocketHandler) nowNs -> upgradeOnceConnected(peer, nowNs));
        }
        host.wantTurn();
        return peer;
    }

    private void upgradeOnceConnected(StreamPeer peer, long nowNs) {
        TcpSocket socket = peer.socket();
        if ((socket.readiness() & (Readiness.CONNECTED | Readiness.HANGUP)) != 0) {
            socket.attachment(peer);
            upgrade(peer, nowNs);
            peer.onReady(nowNs);
        }
    }

    private void upgrade(StreamPeer peer, long nowNs) {
        if ((peer.socket().readiness() & Readiness.CONNECTED) != 0) {
            upgrade.apply(
                    peer.socket(),
                    peer.plan(),
                    simulation.random().stream("upgrade " + peer.plan().outKey()),
                    nowNs);
        }
    }

    private static void configure(SocketOptions options, SeedScenario.Connection connection) {
        options.noDelay = connection.noDelay();
        options.maxSegment = (char) connection.maxSegment();
        options.keepAlive = connection.keepAlive() || aborts(connection); // or nobody tells of a lost RST
        options.keepAliveIdleNs = 60 * SECOND;
        options.keepAliveIntervalNs = 20 * SECOND;
    }

    private static boolean aborts(SeedScenario.Connection connection) {
        return connection.clientPlan().finish() == Finish.ABORT
                || connection.serverPlan().finish() == Finish.ABORT;
    }

    private StreamPeer accepted(TcpSocket socket) {
        Expected e = expected.remove(socket.remoteEndpoint());
        if (e == null) {
            throw new AssertionError("a connection that nobody opened: " + socket);
        }
        configure(socket.options(), e.connection);
        TcpConnection c = socket.connection();
        if (c != null) {
            c.optionsChanged(simulation.nowNs());
        }
        StreamPeer peer = peer(server, socket, e.plan);
        if (upgrade != StreamUpgrade.NONE) {
            upgrade(peer, simulation.nowNs());
        }
        return peer;
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        StreamPeer peer = new StreamPeer(
                socket,
                plan,
                host,
                simulation.random().stream("peer " + host + " " + plan.outKey()),
                simulation.allocator());
        peers.add(peer);
        return peer;
    }

    /** Everything that helps to understand a failure. */
    String describe() {
        StringBuilder text = new StringBuilder();
        text.append("time ")
                .append((simulation.nowNs() - scenario.startNs()) / 1e9)
                .append(" s, ");
        text.append(scenario.ipv6() ? "IPv6" : "IPv4").append('\n');
        for (SeedScenario.Connection connection : scenario.connections()) {
            text.append("  ").append(connection).append('\n');
        }
        for (StreamPeer peer : peers) {
            text.append("  ").append(peer).append('\n');
        }
        for (SeedScenario.Client client : scenario.clients()) {
            text.append("  ").append(client).append('\n');
        }
        for (Pipe pipe : simulation.pipes()) {
            text.append("  ").append(pipe).append('\n');
        }
        for (SimHost host : simulation.hosts()) {
            text.append("  ").append(host).append(": ");
            text.append(host.stack().counters()).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        for (StreamPeer peer : peers) {
            peer.stop(simulation.nowNs());
        }
        simulation.close();
    }
}
