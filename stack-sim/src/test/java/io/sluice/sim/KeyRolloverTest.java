package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.sim.queue.Queues;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.AoInfo;
import io.sluice.tcp.KeyControl;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import io.sluice.tcp.authentication.AuthenticationAlgorithm;
import io.sluice.tcp.authentication.CmacAlgorithm;
import io.sluice.tcp.authentication.HmacAlgorithm;
import io.sluice.tcp.authentication.MasterKey;
import io.sluice.tcp.authentication.MasterKeyTuple;
import io.sluice.wire.IpPrefix;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TCP-AO's keys are changed again and again under load, on paths that lose, duplicate and reorder, with each stack and over both
 * families: no segment is refused, and the streams are whole (RFC 5925 §6.1).
 */
final class KeyRolloverTest {
    private static final List<AuthenticationAlgorithm> ALGORITHMS =
            List.of(CmacAlgorithm.AES_128_CMAC_96, HmacAlgorithm.HMAC_SHA_256_128, HmacAlgorithm.HMAC_SHA_1_96);

    private static final long DELAY_NS = 10 * Pair.MS;

    /** Longer than the oldest segment can still be on its way. */
    private static final long DRAIN_NS = 5 * DELAY_NS;

    @ParameterizedTest
    @CsvSource({"default, false", "default, true", "rack, false", "rack, true", "bbr, false", "bbr, true"})
    void noSegmentIsRefused(String stack, boolean ipv6) {
        TcpStack chosen = Objects.requireNonNull(TcpStacks.installed().named(stack));
        PipeConfig wire = PipeConfig.builder()
                .rate(20_000_000)
                .delayNs(DELAY_NS)
                .loss(0.02)
                .duplication(0.01)
                .reordering(0.05, DELAY_NS)
                .queue(Queues.dropTail(Integer.MAX_VALUE, 50_000))
                .build();
        try (Pair pair = new Pair(5, wire, b -> b.tcpStack(chosen), ipv6)) {
            IpPrefix all = ipv6 ? IpPrefix.ALL6 : IpPrefix.ALL4;
            add(pair.client.sockets().authentication(), all, 0, true);
            add(pair.server.sockets().authentication(), all, 0, false);
            pair.transfer(2_000_000, 500_000);
            PatientRollover rollover = new PatientRollover(pair, all);
            rollover.later(DELAY_NS);
            pair.finish();
            assertTrue(rollover.round >= 6, () -> rollover.round + " rounds");
            for (SimHost host : List.of(pair.client, pair.server)) {
                assertTrue(host.stack().counters().get(Counter.TCP_AO_GOOD) > 400);
                assertTrue(host.stack().counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED) > 5, "there was loss");
                assertEquals(0, host.stack().counters().get(DropReason.TCP_AO_WRONG));
                assertEquals(0, host.stack().counters().get(DropReason.TCP_AO_MISSING));
            }
        }
    }

    /** The client sends with an even identifier, and the server with the odd one behind it. */
    private static void add(KeyControl keys, IpPrefix peers, int round, boolean ofClient) {
        int even = 2 * round;
        try (MasterKey key = new MasterKey(new byte[] {42, (byte) round});
                MasterKeyTuple tuple = MasterKeyTuple.builder(peers, key)
                        .ids(ofClient ? even : even + 1, ofClient ? even + 1 : even)
                        .algorithm(ALGORITHMS.get(round % ALGORITHMS.size()))
                        .build()) {
            assertNull(keys.add(tuple));
        }
    }

    /**
     * Both have the next key; each asks for it; when both sign with it, the old one goes: other than {@link KeyRollover}, which the seeds
     * have, only when nothing that is signed with it can be on its way, so that nothing at all may be refused.
     */
    private static final class PatientRollover {
        final Pair pair;
        final IpPrefix all;
        int round;
        private boolean settled = true;

        PatientRollover(Pair pair, IpPrefix all) {
            this.pair = pair;
            this.all = all;
        }

        void later(long afterNs) {
            pair.simulation.at(pair.simulation.nowNs() + afterNs, this::next);
        }

        private void next() {
            List<StreamPeer> peers = pair.peers();
            if (peers.stream().anyMatch(StreamPeer::isFinished)) {
                return;
            }
            if (peers.size() == 2) {
                peers.forEach(p -> assertNothingRefused(p.socket()));
                advance(peers.get(0).socket(), peers.get(1).socket());
                pair.simulation.hosts().forEach(SimHost::wantTurn);
            }
            later(DRAIN_NS);
        }

        private void advance(TcpSocket client, TcpSocket server) {
            if (settled) { // since the last time
                begin(client.authentication(), server.authentication());
                settled = false;
            } else {
                settled = follows(client) && follows(server);
            }
        }

        private void begin(KeyControl client, KeyControl server) {
            removeOld(client);
            removeOld(server);
            round++;
            add(client, all, round, true);
            add(server, all, round, false);
            assertNull(client.rnext(2 * round + 1));
            assertNull(server.rnext(2 * round));
        }

        /** Whether it signs with the new key, and so did the peer the newest segment. */
        private boolean follows(TcpSocket socket) {
            AoInfo info = socket.authentication().info();
            assertNotNull(info);
            return info.currentKey() / 2 == round && info.lastKeyId() / 2 == round;
        }

        /** While both are open: of what comes when one is closed only the first key is known, which the host has. */
        private static void assertNothingRefused(TcpSocket socket) {
            AoInfo info = socket.authentication().info();
            assertNotNull(info);
            assertEquals(0, info.bad() + info.missing() + info.unknownKey(), info::toString);
        }

        private static void removeOld(KeyControl keys) {
            keys.keys().stream()
                    .filter(k -> !k.current() && !k.rnext())
                    .forEach(k -> assertNull(keys.remove(k.peer(), k.sendId(), k.receiveId())));
            assertEquals(1, keys.keys().size());
        }
    }
}
