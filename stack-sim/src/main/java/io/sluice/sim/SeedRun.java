package io.sluice.sim;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.sim.workload.Finish;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.RegionSender;
import io.sluice.sim.workload.SocketHandler;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.sim.workload.StreamServer;
import io.sluice.sim.workload.StreamUpgrade;
import io.sluice.tcp.SocketOptions;
import io.sluice.tcp.TcpConnection;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpState;
import io.sluice.wire.IpAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
    /** Where connections may open fast without a cookie. */
    private static final int PORT_WITHOUT_COOKIE = 81;

    private static final int DATAGRAM_PORT = 7000;
    private static final int MD5_ADDRESS = 2;
    private static final int FIRST_CLIENT_PORT = 2000;
    private static final long RETRY_NS = SECOND / 10;
    private static final int ONE_SENDS_REGIONS_OF = 3;
    private static final long LONGEST_FIRST_PAUSE_NS = 4 * SECOND;

    private final SeedScenario scenario;
    private final Simulation simulation;
    private final Invariants invariants;
    private final SimHost server;
    private final List<SimHost> clients = new ArrayList<>();
    private final List<StreamPeer> peers = new ArrayList<>();
    private final Map<Endpoint, Expected> expected = new HashMap<>();
    private final StreamUpgrade upgrade;
    private final @Nullable SeedMix mix;
    private final List<StreamServer> listening = new ArrayList<>();
    private final Map<Endpoint, Expected> lateSyns = new HashMap<>();
    private final List<StreamPeer> repeated = new ArrayList<>();
    private final List<SeedEvents> events = new ArrayList<>();
    private final List<RegionSender> regionSenders = new ArrayList<>();
    private int peersToFinish;

    /** What the server does with a connection that has not come yet. */
    private record Expected(int index, SeedScenario.Connection connection, PeerPlan plan) {}

    SeedRun(long seed, SimAllocator allocator, StreamUpgrade upgrade, boolean mixed) {
        this.upgrade = upgrade;
        scenario = SeedScenario.draw(seed);
        simulation = new Simulation(seed, scenario.startNs(), allocator);
        invariants = new Invariants(simulation);
        mix = mixed ? new SeedMix(simulation, scenario) : null;
        server = host("server", scenario.server());
        server.turnIntervalNs(scenario.serverTurnIntervalNs());
        for (int i = 0; i < scenario.clients().size(); i++) {
            attach(scenario.clients().get(i), i);
        }
    }

    private SimHost host(String name, TcpProfile profile) {
        TcpProfile own = mix == null ? profile : mix.profile(profile);
        SeedEvents told = new SeedEvents();
        events.add(told);
        return simulation.host(name, b -> b.tcpProfile(own).events(told));
    }

    private void attach(SeedScenario.Client config, int i) {
        SimHost client = host("client" + i, config.profile());
        PipeConfig up = mix == null ? config.up() : mix.wire(config.up());
        PipeConfig down = mix == null ? config.down() : mix.wire(config.down());
        Cable cable = simulation.connect(client, config.link(), up, server, config.serverLink(), down);
        cable.a().address(address(i, 1), scenario.ipv6() ? 64 : 24);
        cable.b().address(address(i, 2), scenario.ipv6() ? 64 : 24);
        client.turnIntervalNs(config.turnIntervalNs());
        clients.add(client);
        if (mix != null) {
            // The peers of these have MD5 keys.
            cable.a().address(address(i, 1 + MD5_ADDRESS), scenario.ipv6() ? 64 : 24);
            cable.b().address(address(i, 2 + MD5_ADDRESS), scenario.ipv6() ? 64 : 24);
            int pathMtu = Math.min(config.link().mtu(), config.serverLink().mtu());
            Endpoint from = new Endpoint(address(i, 1), DATAGRAM_PORT);
            mix.exchange(cable, from, new Endpoint(address(i, 2), DATAGRAM_PORT + i), pathMtu);
        }
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

    /** What the seed has done so far. */
    MixTally tally() {
        MixTally tally = mix == null ? new MixTally() : mix.tally(events);
        for (RegionSender sender : regionSenders) {
            tally.add("REGIONS", sender.regions());
            tally.add("REGION_OCTETS", sender.octets());
            tally.add("LATE_READS", sender.lateReads());
        }
        return tally;
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
        listen(PORT);
        if (mix != null) {
            listen(PORT_WITHOUT_COOKIE);
            mix.start();
        }
        for (int i = 0; i < scenario.connections().size(); i++) {
            SeedScenario.Connection connection = scenario.connections().get(i);
            int port = FIRST_CLIENT_PORT + i;
            peersToFinish += connection.again() ? 4 : 2;
            int index = i;
            simulation.at(scenario.startNs() + connection.startNs(), () -> open(index, connection, port));
        }
        boolean done = simulation.runUntil(this::isOver, scenario.startNs() + TIME_LIMIT_NS);
        if (!done && askAfterLostPeers()) {
            done = simulation.runUntil(this::isOver, simulation.nowNs() + TIME_LIMIT_NS);
        }
        Expect.holds(simulation.hash().packets() < PACKET_LIMIT, "a packet storm");
        Expect.holds(done, "stuck: connections did not end");
        for (StreamPeer peer : peers) {
            Expect.holds(!isWrong(peer), "a stream is not intact");
        }
        for (StreamPeer peer : repeated) {
            Expect.holds(peer.failure() == null, "a stream is not intact that a late SYN has brought");
            peer.stop(simulation.nowNs());
        }
        listening.forEach(l -> l.close(simulation.nowNs()));
        if (mix != null) {
            mix.end();
        }
        simulation.runToEnd(simulation.nowNs() + TIME_LIMIT_NS);
        invariants.checkEnded();
        if (mix != null) {
            mix.checkEnded();
        }
    }

    private void listen(int port) {
        TcpListener listener = server.sockets().listener();
        if (mix != null) {
            mix.prepare(listener, port == PORT_WITHOUT_COOKIE);
            for (int i = 0; i < scenario.connections().size(); i++) {
                mix.sign(listener, i, clientEnd(i, scenario.connections().get(i), FIRST_CLIENT_PORT + i));
            }
        }
        IpAddress any = scenario.ipv6() ? IpAddress.ANY6 : IpAddress.ANY4;
        listening.add(new StreamServer(listener, new Endpoint(any, port), 8, this::accepted));
    }

    private Endpoint clientEnd(int index, SeedScenario.Connection connection, int port) {
        return new Endpoint(address(connection.client(), 1 + addressOffset(index)), port);
    }

    private IpAddress serverAddress(int index, SeedScenario.Connection connection) {
        return address(connection.client(), 2 + addressOffset(index));
    }

    private int addressOffset(int index) {
        return mix != null && mix.way(index).signing() == SeedMix.Signing.MD5 ? MD5_ADDRESS : 0;
    }

    private int serverPort(int index) {
        return mix != null && mix.way(index).withoutCookie() ? PORT_WITHOUT_COOKIE : PORT;
    }

    private boolean isOver() {
        if (simulation.hash().packets() >= PACKET_LIMIT) {
            return true;
        }
        int finished = 0;
        for (int i = 0; i < peers.size(); i++) {
            if (isWrong(peers.get(i))) {
                return true;
            }
            finished += peers.get(i).isFinished() ? 1 : 0;
        }
        return finished == peersToFinish;
    }

    /**
     * Who waits for data of a connection that its other end has given up waits for ever, as RFC 9293 has it: nothing is left to
     * repeat, and nobody has told. A user who wants to know turns keepalive on (§3.8.4), and has to hear of it then.
     *
     * @return whether there are any
     */
    private boolean askAfterLostPeers() {
        boolean any = false;
        for (StreamPeer peer : peers) {
            if (!peer.isFinished() && hasLostItsPeer(peer)) {
                Expect.holds(!peer.socket().get(TcpOption.SO_KEEPALIVE), "keepalive has told nothing");
                Expect.holds(
                        peer.socket().set(TcpOption.SO_KEEPALIVE, true, simulation.nowNs()) == null, "no keepalive");
                any = true;
            }
        }
        return any;
    }

    private boolean hasLostItsPeer(StreamPeer peer) {
        return peers.stream().filter(p -> isOtherEnd(p, peer)).anyMatch(p -> events.stream()
                .anyMatch(told -> told.hasGivenUp(p.socket().connection())));
    }

    /** A stream may be cut off, but not wrong, where the peer gave up because its network was dead for so long. */
    private boolean isWrong(StreamPeer peer) {
        return peer.failure() != null && (peer.error() == null || !hasLostItsPeer(peer));
    }

    private void open(int index, SeedScenario.Connection connection, int port) {
        SimHost client = clients.get(connection.client());
        Endpoint local = clientEnd(index, connection, port);
        IpAddress remote = serverAddress(index, connection);
        if (connection.simultaneous()) {
            Endpoint there = new Endpoint(remote, port);
            open(client, local, there, index, connection.clientPlan());
            open(server, there, local, index, connection.serverPlan());
        } else if (connection.again()) {
            openInTurn(index, connection, local, 0);
        } else {
            boolean signed = mix != null && mix.way(index).signing() != SeedMix.Signing.NONE;
            Endpoint own = signed ? local : new Endpoint(local.address(), 0);
            Endpoint there = new Endpoint(remote, serverPort(index));
            StreamPeer peer = open(client, own, there, index, connection.clientPlan());
            expect(peer, index, connection.serverPlan());
        }
    }

    private void expect(@Nullable StreamPeer peer, int index, PeerPlan serverPlan) {
        Endpoint local = peer == null ? null : peer.socket().localEndpoint();
        Expect.holds(local != null, "cannot connect");
        if (local != null) {
            expected.put(local, new Expected(index, scenario.connections().get(index), serverPlan));
        }
    }

    /** Opens a connection and, when both ends have finished, another one with the same addresses and ports. */
    private void openInTurn(int index, SeedScenario.Connection connection, Endpoint local, int round) {
        PeerPlan c = connection.clientPlan();
        PeerPlan s = connection.serverPlan();
        long salt = round * 0x5DEECE66DL;
        SimHost client = clients.get(connection.client());
        Endpoint remote = new Endpoint(serverAddress(index, connection), serverPort(index));
        StreamPeer peer = open(client, local, remote, index, c.withKeys(c.outKey() ^ salt, c.inKey() ^ salt));
        if (peer == null) { // the old one has not quite gone
            simulation.at(simulation.nowNs() + RETRY_NS, () -> openInTurn(index, connection, local, round));
            return;
        }
        expect(peer, index, s.withKeys(s.outKey() ^ salt, s.inKey() ^ salt));
        if (round == 0) {
            openAgain(index, connection, local, peer);
        }
    }

    private void openAgain(int index, SeedScenario.Connection connection, Endpoint local, StreamPeer first) {
        boolean over = first.isFinished()
                && peers.stream().anyMatch(p -> isOtherEnd(p, first) && p.isFinished() && letsOpenAgain(index, p));
        Runnable next =
                over ? () -> openInTurn(index, connection, local, 1) : () -> openAgain(index, connection, local, first);
        simulation.at(simulation.nowNs() + (over ? 0 : RETRY_NS), next);
    }

    /**
     * With TCP-AO nobody can tell the other end of a connection that it is gone, not even by what a SYN for it makes the other
     * end say (RFC 5925 §7.7): where the RST was lost, that end first has to give up by itself.
     */
    private boolean letsOpenAgain(int index, StreamPeer otherEnd) {
        TcpState state = otherEnd.socket().state();
        boolean gone = state == TcpState.CLOSED || state == TcpState.TIME_WAIT;
        return gone || mix == null || mix.way(index).signing() != SeedMix.Signing.AO;
    }

    private static boolean isOtherEnd(StreamPeer peer, StreamPeer of) {
        return peer.plan().outKey() == of.plan().inKey();
    }

    /** Connects; null if the local port is still in use. */
    private @Nullable StreamPeer open(SimHost host, Endpoint local, Endpoint remote, int index, PeerPlan plan) {
        TcpSocket socket = host.sockets().tcp();
        configure(socket.options(), scenario.connections().get(index));
        SocketError bindError = local.port() == 0 ? null : socket.bind(local);
        SocketError error = bindError == null ? connect(socket, host, remote, index) : bindError;
        if (error == SocketError.ADDRESS_IN_USE) {
            socket.close(simulation.nowNs());
            return null;
        }
        Expect.holds(error == SocketError.IN_PROGRESS, "cannot connect: " + error);
        StreamPeer peer = peer(host, socket, plan);
        peers.add(peer);
        if (mix != null) {
            mix.opened(peer, index, host != server);
        }
        if (upgrade == StreamUpgrade.NONE) {
            peer.onReady(simulation.nowNs());
        } else {
            socket.attachment((SocketHandler) nowNs -> upgradeOnceConnected(peer, nowNs));
        }
        host.wantTurn();
        return peer;
    }

    private SocketError connect(TcpSocket socket, SimHost host, Endpoint remote, int index) {
        if (mix == null) {
            return socket.connect(remote, simulation.nowNs());
        }
        mix.prepare(socket, index, remote, host != server);
        return mix.connect(socket, index, remote);
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
        Endpoint from = socket.remoteEndpoint();
        Expected e = expected.remove(from);
        boolean late = e == null;
        if (e == null) {
            e = lateSyns.get(from);
        }
        if (e == null || from == null) {
            throw new AssertionError("a connection that nobody opened: " + socket);
        }
        if (mix != null && mix.way(e.index).fast()) {
            lateSyns.put(from, e); // RFC 7413 §2.1: a SYN may come twice, and its data with it
        }
        configure(socket.options(), e.connection);
        TcpConnection c = socket.connection();
        if (c != null) {
            c.optionsChanged(simulation.nowNs());
        }
        StreamPeer peer = peer(server, socket, late ? e.plan.tolerant() : e.plan);
        (late ? repeated : peers).add(peer);
        if (mix != null && !late) {
            mix.opened(peer, e.index, false);
        }
        if (upgrade != StreamUpgrade.NONE) {
            upgrade(peer, simulation.nowNs());
        }
        return peer;
    }

    private StreamPeer peer(SimHost host, TcpSocket socket, PeerPlan plan) {
        String name = host + " " + plan.outKey();
        StreamPeer peer =
                new StreamPeer(socket, plan, host, simulation.random().stream("peer " + name), simulation.allocator());
        SplittableRandom random = simulation.random().stream("regions of " + plan.outKey());
        if (random.nextInt(ONE_SENDS_REGIONS_OF) == 0) {
            RegionSender sender =
                    new RegionSender(random.nextDouble(), host, simulation::nowNs, random, simulation.allocator());
            regionSenders.add(sender);
            peer.sendRegions(sender);
        }
        // The sender's window closes on what its region still has, and opens again by one segment, which may be lost.
        boolean fromRegions =
                simulation.random().stream("regions of " + plan.inKey()).nextInt(ONE_SENDS_REGIONS_OF) == 0;
        SplittableRandom reading = simulation.random().stream("first read of " + plan.inKey());
        if (fromRegions && reading.nextBoolean()) {
            peer.pauseBeforeReading(reading.nextLong(LONGEST_FIRST_PAUSE_NS));
        }
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
        for (StreamPeer peer : repeated) {
            text.append("  again: ").append(peer).append('\n');
        }
        if (mix != null) {
            text.append("  ").append(mix).append('\n');
        }
        for (SeedEvents told : events) {
            for (RuntimeException cause : told.internalErrors()) {
                StringWriter trace = new StringWriter();
                cause.printStackTrace(new PrintWriter(trace));
                text.append(trace);
            }
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
        peers.forEach(peer -> peer.stop(simulation.nowNs()));
        repeated.forEach(peer -> peer.stop(simulation.nowNs()));
        simulation.close();
    }
}
