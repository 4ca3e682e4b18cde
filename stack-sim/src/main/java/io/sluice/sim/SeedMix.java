package io.sluice.sim;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpListener;
import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionControls;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the hosts of a mixed seed do besides: some connections open fast, some are signed with TCP-AO, whose keys change on the
 * way, or with MD5; in most seeds hosts ask for ECN or AccECN and wires mark; stacks and congestion controls are swapped at any
 * moment; and every client exchanges datagrams with UDP options with the server.
 */
final class SeedMix {
    private static final long MS = 1_000_000L;

    /** How a connection is signed. */
    enum Signing {
        NONE,
        AO,
        MD5
    }

    /** How a connection opens. */
    enum Opening {
        USUAL,
        FAST,
        /** TCP_FASTOPEN_CONNECT. */
        ON_WRITE,
        /** TCP_FASTOPEN_NO_COOKIE: needs the listener that does so, too. */
        WITHOUT_COOKIE
    }

    /** What is special about a connection; keys change if there is a rollover. */
    record Way(Signing signing, Opening opening, @Nullable KeyRollover rollover) {
        boolean fast() {
            return opening != Opening.USUAL;
        }

        boolean withoutCookie() {
            return opening == Opening.WITHOUT_COOKIE;
        }
    }

    /** Sluice's own: others may be installed that know no congestion, and the same seed is to be the same run everywhere. */
    private static final Set<String> STACKS = Set.of("default", "rack", "bbr");

    private final Simulation simulation;
    private final SeedScenario scenario;
    private final Dice dice;
    private final long meanSwapNs;
    private final Dice ecn;
    private final boolean marks;
    private final List<Way> ways = new ArrayList<>();
    private final List<SeedDatagrams> datagrams = new ArrayList<>();
    private final List<StreamPeer> peers = new ArrayList<>();
    private boolean over;
    private final MixTally tally = new MixTally();

    SeedMix(Simulation simulation, SeedScenario scenario) {
        this.simulation = simulation;
        this.scenario = scenario;
        dice = new Dice(simulation.random().stream("mix"));
        meanSwapNs = dice.logBetween(2 * MS, 2_000 * MS);
        ecn = new Dice(simulation.random().stream("mix ecn"));
        marks = ecn.chance(0.7);
        for (SeedScenario.Connection connection : scenario.connections()) {
            ways.add(way(connection));
        }
    }

    private Way way(SeedScenario.Connection connection) {
        Signing signing = dice.pick(Signing.values());
        // A SYN that comes late may open a connection of its own (RFC 7413 §2.1): not where the next one has its ports.
        Opening opening = connection.again() || dice.chance(0.3) ? Opening.USUAL : dice.pick(Opening.values());
        boolean rollover = signing == Signing.AO && dice.chance(0.8);
        return new Way(signing, opening, rollover ? new KeyRollover(simulation, dice) : null);
    }

    Way way(int connection) {
        return ways.get(connection);
    }

    /** A host's TCP, with what only a mix varies. */
    TcpProfile profile(TcpProfile base) {
        TcpProfile p = dice.chance(0.2) ? base.with(Knob.FAST_OPEN_EXPERIMENTAL, 1) : base;
        p = dice.chance(0.3) ? p.with(Knob.ECN, 1) : p;
        return marks ? p.with(Knob.ECN, ecn.pick(1, 2, 3, 3, 3, 4, 5)).with(Knob.ACCECN_OPTION, ecn.pick(0, 1, 2)) : p;
    }

    /** One direction of a wire, with what only a mix varies: queues that mark, marks from elsewhere, and who clears the field. */
    PipeConfig wire(PipeConfig base) {
        if (!marks) {
            return base;
        }
        PipeConfig.Builder b = base.toBuilder();
        if (ecn.chance(0.8)) {
            b.queue(queue((int) ecn.logBetween(20_000, 2_000_000)));
        }
        return b.marking(ecn.sometimes(0.4, 0.2)).clearsEcn(ecn.chance(0.04)).build();
    }

    private QueueFactory queue(int bytes) {
        return switch (ecn.between(0, 5)) {
            case 0 -> Queues.red(bytes, MS, true);
            case 1 -> Queues.codel(bytes, true);
            case 2 -> Queues.fqCodel(Math.max(10, bytes / 1500), true);
            case 3 -> Queues.pie(bytes, true);
            case 4 -> Queues.dualPi2(bytes);
            default -> Queues.stepMark(ecn.logBetween(MS / 100, 20 * MS), bytes);
        };
    }

    /** Lets a listener take what the connections bring. */
    void prepare(TcpListener listener, boolean withoutCookie) {
        Expect.accepted(listener.set(TcpOption.TCP_FASTOPEN, dice.pick(1, 4, 64)));
        Expect.accepted(listener.set(TcpOption.TCP_FASTOPEN_NO_COOKIE, withoutCookie));
    }

    /** Gives a listener the keys of a connection from {@code client}. */
    void sign(TcpListener listener, int connection, Endpoint client) {
        sign(listener.authentication(), connection, client, false);
    }

    /** A socket that is about to connect. */
    void prepare(TcpSocket socket, int connection, Endpoint remote, boolean fromClient) {
        Way way = ways.get(connection);
        sign(socket.authentication(), connection, remote, fromClient);
        long nowNs = simulation.nowNs();
        Expect.accepted(
                socket.set(TcpOption.TCP_FASTOPEN_CONNECT, way.opening == Opening.ON_WRITE && fromClient, nowNs));
        Expect.accepted(socket.set(TcpOption.TCP_FASTOPEN_NO_COOKIE, way.withoutCookie(), nowNs));
        swapStack(socket);
    }

    /** Connects as the connection wants it. */
    SocketError connect(TcpSocket socket, int connection, Endpoint remote) {
        Opening opening = ways.get(connection).opening;
        return opening == Opening.FAST || opening == Opening.WITHOUT_COOKIE
                ? socket.connectFastOpen(remote, simulation.nowNs())
                : socket.connect(remote, simulation.nowNs());
    }

    private void sign(KeyControl keys, int connection, Endpoint peer, boolean fromClient) {
        Way way = ways.get(connection);
        if (way.signing == Signing.AO) {
            try (MasterKeyTuple tuple = KeyRollover.tuple(0, connection, peer, fromClient)) {
                Expect.accepted(keys.add(tuple));
            }
        } else if (way.signing == Signing.MD5) {
            try (MasterKey key = new MasterKey(new byte[] {1, 2, 3})) {
                Expect.accepted(keys.addMd5(IpPrefix.of(peer.address()), key));
            }
        }
    }

    /** An end of a connection that is open, or about to be. */
    void opened(StreamPeer peer, int connection, boolean ofClient) {
        peers.add(peer);
        if (ways.get(connection).signing == Signing.MD5 && !ofClient) {
            tally.add("MD5_CONNECTIONS", 1);
        }
        KeyRollover rollover = ways.get(connection).rollover;
        if (rollover != null) {
            rollover.opened(peer, connection, ofClient);
        }
    }

    /** Datagrams between two hosts. */
    void exchange(Cable cable, Endpoint from, Endpoint to, int pathMtu) {
        datagrams.add(new SeedDatagrams(simulation, dice, cable, from, to, pathMtu));
    }

    void start() {
        datagrams.forEach(SeedDatagrams::start);
        swapLater();
    }

    private void swapLater() {
        long waitNs = dice.logBetween(MS / 10, 4 * meanSwapNs);
        simulation.at(simulation.nowNs() + waitNs, () -> {
            if (!over) {
                swap();
                swapLater();
            }
        });
    }

    private void swap() {
        if (peers.isEmpty()) {
            return;
        }
        TcpSocket socket = peers.get(dice.between(0, peers.size() - 1)).socket();
        if (socket.connection() == null || socket.isClosed()) {
            return;
        }
        if (dice.chance(0.7)) {
            TcpInfo before = socket.info();
            if (swapStack(socket) && before != null) {
                noteSwap(before);
            }
        } else {
            List<String> names = CongestionControls.installed().names();
            CongestionControlFactory next =
                    CongestionControls.installed().named(names.get(dice.between(0, names.size() - 1)));
            Expect.accepted(socket.set(TcpOption.TCP_CONGESTION, Objects.requireNonNull(next), simulation.nowNs()));
            tally.add("CONGESTION_CONTROL_SWAPS", 1);
        }
        simulation.hosts().forEach(SimHost::wantTurn);
    }

    private void noteSwap(TcpInfo before) {
        tally.add("STACK_SWAPS", 1);
        tally.add("SWAPS_IN_" + before.state(), 1);
        if (before.recovering() || before.recoveringFromTimeout()) {
            tally.add(before.recovering() ? "SWAPS_IN_RECOVERY" : "SWAPS_AFTER_TIMEOUT", 1);
        }
        if (before.accurateEcn() != null) {
            tally.add("SWAPS_WITH_ACCECN", 1);
        }
    }

    /** Whether the socket has another one than before. */
    private boolean swapStack(TcpSocket socket) {
        List<TcpStack> all = socket.host().tcp().layer().stacks().all().stream()
                .filter(s -> STACKS.contains(s.name()))
                .toList();
        TcpStack before = socket.stack();
        TcpStack next = all.get(dice.between(0, all.size() - 1));
        boolean refused = socket.stack(next, simulation.nowNs()) != null;
        if (!socket.stack().equals(refused ? before : next)) {
            throw new AssertionError(socket + " has " + socket.stack() + " instead of " + (refused ? before : next));
        }
        return !socket.stack().equals(before);
    }

    /** The connections have ended: so does everything else. */
    void end() {
        over = true;
        datagrams.forEach(SeedDatagrams::end);
    }

    /** What was done, once all has ended. */
    MixTally tally(List<? extends CauseCheck> hosts) {
        MixTally sum = new MixTally();
        sum.addAll(tally);
        ways.stream()
                .map(Way::rollover)
                .filter(Objects::nonNull)
                .forEach(rollover -> sum.add("KEY_CHANGES", rollover.changed()));
        simulation.pipes().forEach(pipe -> sum.add("MARKED", pipe.marked()));
        hosts.forEach(host -> host.causes().forEach((cause, n) -> sum.add("SENT_FOR_" + cause, n)));
        return sum;
    }

    /** Checks what has to hold when nothing is under way any more. */
    void checkEnded() {
        datagrams.forEach(d -> tally.add("SURE_DATAGRAMS", d.checkEnded()));
        // What the network damages, the checksum finds. Those of the connection before have the same ports.
        boolean mayBeWrong = scenario.connections().stream()
                .anyMatch(c -> c.again() || c.clientPlan().mayFail());
        for (SimHost host : simulation.hosts()) {
            Expect.holds(
                    mayBeWrong || host.stack().counters().get(DropReason.TCP_AO_WRONG) == 0,
                    host + ": TCP-AO is wrong");
            Expect.holds(host.stack().counters().get(DropReason.TCP_MD5_WRONG) == 0, host + ": a signature is wrong");
        }
    }

    @Override
    public String toString() {
        return ways + ", " + datagrams;
    }
}
