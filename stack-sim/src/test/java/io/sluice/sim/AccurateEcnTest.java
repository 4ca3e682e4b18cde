package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpSocket;
import io.sluice.event.Counter;
import io.sluice.sim.queue.Queues;
import io.sluice.sim.workload.Pace;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.tcp.AccurateEcnInfo;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * AccECN (RFC 9768) through a queue that marks, on every stack: what the sender hears is what the receiver counted, and no packet is
 * lost where all are marked in time.
 */
final class AccurateEcnTest {
    private static final int UP = 3_000_000;
    private static final int DOWN = 200_000;
    private static final List<String> STACKS = List.of("default", "rack", "bbr");

    /** The client's and the server's counters, as they were last. */
    private static final class Watch {
        private @Nullable AccurateEcnInfo client;
        private @Nullable AccurateEcnInfo server;

        Watch(Pair pair) {
            pair.simulation.check((host, nowNs) -> {
                for (int i = 0; i < pair.peers().size(); i++) {
                    TcpInfo info = pair.peers().get(i).socket().info();
                    AccurateEcnInfo ecn = info == null ? null : info.accurateEcn();
                    client = i == 0 && ecn != null ? ecn : client;
                    server = i == 1 && ecn != null ? ecn : server;
                }
            });
        }

        AccurateEcnInfo client() {
            return Objects.requireNonNull(client, "no AccECN");
        }

        AccurateEcnInfo server() {
            return Objects.requireNonNull(server, "no AccECN");
        }
    }

    private static PipeConfig.Builder wire() {
        return PipeConfig.builder()
                .rate(20_000_000)
                .delayNs(10 * Pair.MS)
                .queue(Queues.stepMark(5 * Pair.MS, 10_000_000));
    }

    private static Pair pair(long seed, PipeConfig wire, String stack, boolean ipv6) {
        TcpProfile profile = TcpProfile.STANDARD.with(Knob.ECN, 3);
        TcpStack chosen = Objects.requireNonNull(TcpStacks.installed().named(stack));
        return new Pair(seed, wire, b -> b.tcpProfile(profile).tcpStack(chosen), ipv6);
    }

    /** The server goes on writing, little by little, when the client has finished: it is there to hear the last counters. */
    private static void converse(Pair pair) {
        Pace slow = new Pace(1000, 1000, 1, 100 * Pair.MS);
        pair.converse(PeerPlan.of(1, UP, 2, DOWN), PeerPlan.of(2, DOWN, 1, UP).withPace(slow, Pace.FULL));
    }

    @ParameterizedTest
    @CsvSource({"default, false", "rack, false", "bbr, false", "default, true", "rack, true", "bbr, true"})
    void theSenderHearsWhatTheReceiverCounts(String stack, boolean ipv6) {
        try (Pair pair = pair(1, wire().build(), stack, ipv6)) {
            Watch watch = new Watch(pair);
            converse(pair);
            pair.finish();
            AccurateEcnInfo sender = watch.client();
            AccurateEcnInfo receiver = watch.server();
            assertFalse(sender.mangled() || receiver.mangled());
            assertTrue(sender.optionSeen() && receiver.optionSeen());
            assertTrue(receiver.receivedCePackets() > 20, receiver::toString);
            assertEquals(receiver.receivedCePackets(), sender.deliveredCePackets());
            assertEquals(receiver.receivedCeBytes(), sender.deliveredCeBytes());
            assertEquals(receiver.receivedEct0Bytes(), sender.deliveredEct0Bytes());
            assertEquals(UP, receiver.receivedEct0Bytes() + receiver.receivedCeBytes());
            assertEquals(pair.cable.ab().marked(), receiver.receivedCePackets());
            assertEquals(0, pair.cable.ab().dropped());
            assertEquals(0, pair.client.stack().counters().get(Counter.TCP_SEGMENTS_RETRANSMITTED));
        }
    }

    /** Acknowledgments are lost, merged and overtaken, and stacks swapped: octets are exact in the end, and packets are never too few. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whateverIsLostTheCountersAgreeInTheEnd(long seed) {
        PipeConfig bad = wire().loss(0.02)
                .duplication(0.01)
                .reordering(0.05, 5 * Pair.MS)
                .jitterNs(2 * Pair.MS)
                .build();
        try (Pair pair = pair(seed, bad, STACKS.get((int) (seed % 3)), seed % 2 == 0)) {
            Watch watch = new Watch(pair);
            converse(pair);
            swapLater(pair, 0);
            pair.finish();
            AccurateEcnInfo sender = watch.client();
            AccurateEcnInfo receiver = watch.server();
            assertTrue(receiver.receivedCePackets() > 20, receiver::toString);
            assertEquals(receiver.receivedCeBytes(), sender.deliveredCeBytes());
            assertEquals(receiver.receivedEct0Bytes(), sender.deliveredEct0Bytes());
            int more = sender.deliveredCePackets() - receiver.receivedCePackets();
            assertTrue(more >= 0 && more % 8 == 0, () -> sender + " " + receiver);
        }
    }

    private static void swapLater(Pair pair, int round) {
        pair.simulation.at(pair.simulation.nowNs() + 40 * Pair.MS, () -> {
            TcpSocket socket = pair.peers().get(0).socket();
            if (pair.peers().get(0).isFinished() || socket.isClosed()) {
                return;
            }
            TcpStack next = TcpStacks.installed().named(STACKS.get(round % STACKS.size()));
            assertNotNull(next);
            socket.stack(next, pair.simulation.nowNs()); // refused while data is in flight with the FIN
            pair.client.wantTurn();
            swapLater(pair, round + 1);
        });
    }
}
