package io.sluice.sim;

import io.sluice.api.Endpoint;
import io.sluice.api.TcpSocket;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Changes the TCP-AO keys of an open connection again and again, as two operators would: both sides have the next key, each asks
 * the other for it, and when both sign with it the old one is removed.
 */
final class KeyRollover {
    private static final long MS = 1_000_000L;
    private static final AuthenticationAlgorithm[] ALGORITHMS = {
        HmacAlgorithm.HMAC_SHA_1_96, CmacAlgorithm.AES_128_CMAC_96, HmacAlgorithm.HMAC_SHA_256_128
    };

    private final Simulation simulation;
    private final Dice dice;
    private final long meanNs;
    private @Nullable StreamPeer client;
    private @Nullable StreamPeer server;
    private int connection;
    private int round;
    private int changed;
    private Step step = Step.ADD;
    private boolean running;

    /** What comes next. */
    private enum Step {
        ADD,
        CLIENT_ASKS,
        SERVER_ASKS,
        REMOVE
    }

    KeyRollover(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
        meanNs = dice.logBetween(5 * MS, 3_000 * MS);
    }

    /** The key of a round: what one side sends with, the other receives with. */
    static MasterKeyTuple tuple(int round, int connection, Endpoint peer, boolean ofClient) {
        byte[] secret = ByteBuffer.allocate(8).putInt(connection).putInt(round).array();
        int even = 2 * round & 0xFF;
        try (MasterKey key = new MasterKey(secret)) {
            return MasterKeyTuple.builder(IpPrefix.of(peer.address()), key)
                    .ports(0, peer.port())
                    .ids(ofClient ? even : even + 1, ofClient ? even + 1 : even)
                    .algorithm(ALGORITHMS[(connection + round) % ALGORITHMS.length])
                    .build();
        }
    }

    /** Keys that both sides have given up for the next one. */
    int changed() {
        return changed;
    }

    void opened(StreamPeer peer, int newConnection, boolean ofClient) {
        connection = newConnection;
        if (ofClient) {
            client = peer;
            server = null;
        } else {
            server = peer;
        }
        round = 0;
        step = Step.ADD;
        if (!running) {
            running = true;
            later();
        }
    }

    private void later() {
        simulation.at(simulation.nowNs() + dice.logBetween(MS, 4 * meanNs), this::next);
    }

    private void next() {
        StreamPeer c = client;
        StreamPeer s = server;
        if (c == null || s == null) {
            later();
        } else if (c.isFinished() || s.isFinished()) {
            running = false;
        } else {
            advance(c.socket(), s.socket());
            simulation.hosts().forEach(SimHost::wantTurn);
            later();
        }
    }

    private void advance(TcpSocket c, TcpSocket s) {
        Endpoint clientEnd = s.remoteEndpoint();
        Endpoint serverEnd = c.remoteEndpoint();
        boolean open = c.authentication().info() != null && s.authentication().info() != null;
        if (!open || clientEnd == null || serverEnd == null) {
            return; // one of them has ended
        }
        try (MasterKeyTuple next = tuple(round + 1, connection, serverEnd, true);
                MasterKeyTuple ofPeer = tuple(round + 1, connection, clientEnd, false)) {
            advance(c, s, next, ofPeer);
        }
    }

    private void advance(TcpSocket c, TcpSocket s, MasterKeyTuple next, MasterKeyTuple ofPeer) {
        switch (step) {
            case ADD -> {
                Expect.accepted(c.authentication().add(next));
                Expect.accepted(s.authentication().add(ofPeer));
                step = dice.chance(0.5) ? Step.CLIENT_ASKS : Step.SERVER_ASKS;
            }
            case CLIENT_ASKS -> ask(c, s, next.receiveId(), next.sendId());
            case SERVER_ASKS -> ask(s, c, next.sendId(), next.receiveId());
            case REMOVE -> remove(c, s, next);
        }
    }

    /** Both give up the old key, if both sign with the next. */
    private void remove(TcpSocket c, TcpSocket s, MasterKeyTuple next) {
        AoInfo ofClient = c.authentication().info();
        AoInfo ofServer = s.authentication().info();
        if (ofClient != null
                && ofServer != null
                && ofClient.currentKey() == next.sendId()
                && ofServer.currentKey() == next.receiveId()) {
            remove(c.authentication());
            remove(s.authentication());
            round++;
            changed++;
            step = Step.ADD;
        }
    }

    /** One side asks for the key; then the other does, if it has not. */
    private void ask(TcpSocket from, TcpSocket other, int id, int othersId) {
        Expect.accepted(from.authentication().rnext(id));
        if (dice.chance(0.3)) {
            Expect.accepted(other.authentication().rnext(othersId));
            step = Step.REMOVE;
            return;
        }
        AoInfo info = other.authentication().info();
        boolean both = info != null && info.rnextKey() == othersId;
        step = both ? Step.REMOVE : step == Step.CLIENT_ASKS ? Step.SERVER_ASKS : Step.CLIENT_ASKS;
    }

    private static void remove(KeyControl keys) {
        keys.keys().stream()
                .filter(k -> !k.current() && !k.rnext())
                .forEach(k -> Expect.accepted(keys.remove(k.peer(), k.sendId(), k.receiveId())));
    }

    @Override
    public String toString() {
        return "key " + round + ", " + step;
    }
}
