package io.sluice.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.api.TcpOption;
import io.sluice.api.TcpSocket;
import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionControlFactory;
import io.sluice.cc.CongestionControls;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.event.RetransmitCause;
import io.sluice.event.StackEvents;
import io.sluice.host.HostConfig;
import io.sluice.sim.queue.StepMark;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.Knob;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Stacks and congestion controls are swapped at random, at any moment of connections that lose, reorder, duplicate and mark:
 * the streams stay whole, the invariants hold after each turn, and every repetition has its cause.
 */
final class StackSwapTest {
    /** A stack that paces, so that pacing is switched on and off, too. */
    private static final TcpStack PACED = new TcpStack("paced", TcpStack.Requirement.NONE, Paced::new);

    private static final TcpStacks STACKS = TcpStacks.installed().with(PACED);

    @Test
    void streamsStayWhole() {
        Tally tally = new Tally();
        for (long seed = 1; seed <= 25; seed++) {
            run(seed, tally);
        }
        assertTrue(tally.swaps > 200, tally::toString);
        assertTrue(tally.causes.getOrDefault(RetransmitCause.RACK, 0) > 0, tally::toString);
        assertTrue(tally.causes.getOrDefault(RetransmitCause.DUPLICATE_THRESHOLD, 0) > 0, tally::toString);
        assertTrue(tally.causes.getOrDefault(RetransmitCause.RTO, 0) > 0, tally::toString);
    }

    @Test
    @Tag("slow")
    void streamsStayWholeUnderManySeeds() {
        Tally tally = new Tally();
        for (long seed = 1000; seed < 1400; seed++) {
            run(seed, tally);
        }
        assertTrue(tally.swaps > 4_000, tally::toString);
        assertTrue(tally.causes.getOrDefault(RetransmitCause.TLP, 0) > 0, tally::toString);
    }

    /** What FreeBSD refuses is refused, and changes nothing. */
    @Test
    void refusesWhatCannotBe() {
        TcpStack rack = Objects.requireNonNull(STACKS.named("rack"));
        TcpProfile withoutSack = TcpProfile.STANDARD.with(Knob.SACK, 0);
        try (Pair pair = new Pair(
                1,
                PipeConfig.of(10_000_000, 5 * Pair.MS),
                b -> b.tcpProfile(TcpProfile.STANDARD),
                b -> b.tcpProfile(withoutSack))) {
            pair.transfer(100_000, 0);
            TcpSocket socket = pair.peers().get(0).socket();
            assertEquals(StackRefusal.UNKNOWN_NAME, socket.stack("none of these", pair.simulation.nowNs()));
            assertEquals(StackRefusal.HANDSHAKE_NOT_OVER, socket.stack(rack, pair.simulation.nowNs()));
            pair.simulation.run(pair.simulation.nowNs() + 20 * Pair.MS);
            assertEquals(StackRefusal.PEER_WITHOUT_SACK, socket.stack(rack, pair.simulation.nowNs()));
            assertEquals(TcpStack.DEFAULT, socket.stack());
            assertNull(socket.stack("freebsd", pair.simulation.nowNs()), "another name of the same");
            pair.finish();
        }
    }

    /** What a listener has, its connections have; one whose peer does not agree to SACK has the default stack instead. */
    @Test
    void listenersHandTheirStackOn() {
        TcpStack rack = Objects.requireNonNull(STACKS.named("rack"));
        for (int sack = 0; sack <= 1; sack++) {
            TcpProfile ofClient = TcpProfile.STANDARD.with(Knob.SACK, sack);
            TcpStack expected = sack == 1 ? rack : TcpStack.DEFAULT;
            try (Pair pair =
                    new Pair(1, PipeConfig.of(10_000_000, 5 * Pair.MS), b -> b.tcpProfile(ofClient), b -> b.tcpProfile(
                                    TcpProfile.STANDARD)
                            .tcpStack(rack))) {
                pair.transfer(0, 100_000);
                pair.simulation.run(pair.simulation.nowNs() + 30 * Pair.MS);
                assertEquals(expected, pair.peers().get(1).socket().stack());
                assertEquals(1, pair.server.sockets().connectionsWith(expected));
                pair.finish();
            }
        }
    }

    private static void run(long seed, Tally tally) {
        SplittableRandom random = new SplittableRandom(seed);
        long delayNs = random.nextLong(Pair.MS, 40 * Pair.MS);
        PipeConfig.Builder wire = PipeConfig.builder()
                .rate(random.nextLong(2_000_000, 50_000_000))
                .delayNs(delayNs)
                .loss(random.nextDouble(0.05))
                .duplication(random.nextDouble(0.01))
                .reordering(random.nextDouble(0.08), random.nextLong(1, delayNs));
        if (random.nextBoolean()) {
            wire.queue(r -> new StepMark(2 * Pair.MS, 200_000));
        }
        try (Pair pair = new Pair(seed, wire.build(), b -> configure(b, tally), b -> configure(b, tally))) {
            pair.transfer(random.nextLong(10_000, 600_000), random.nextLong(10_000, 600_000));
            Swapper swapper = new Swapper(pair, random, random.nextLong(2, 120) * Pair.MS, tally);
            swapper.next();
            pair.finish();
        }
    }

    private static HostConfig.Builder configure(HostConfig.Builder b, Tally tally) {
        return b.tcpProfile(TcpProfile.STANDARD.with(Knob.ECN, 1))
                .tcpStacks(STACKS)
                .events(tally);
    }

    /** Swaps something of some connection again and again, until all have finished. */
    private record Swapper(Pair pair, SplittableRandom random, long meanWaitNs, Tally tally) {
        void next() {
            long waitNs = (long) (-Math.log(1 - random.nextDouble()) * meanWaitNs);
            pair.simulation.at(pair.simulation.nowNs() + 1 + waitNs, this::swap);
        }

        private void swap() {
            List<StreamPeer> peers = pair.peers();
            if (peers.size() == 2 && peers.stream().allMatch(StreamPeer::isFinished)) {
                return;
            }
            int which = random.nextInt(peers.size());
            TcpSocket socket = peers.get(which).socket();
            long nowNs = pair.simulation.nowNs();
            if (socket.connection() != null) {
                change(socket, nowNs);
                (which == 0 ? pair.client : pair.server).wantTurn();
            }
            next();
        }

        private void change(TcpSocket socket, long nowNs) {
            TcpStack before = socket.stack();
            List<TcpStack> all = STACKS.all();
            if (random.nextInt(4) > 0) {
                TcpStack next = all.get(random.nextInt(all.size()));
                StackRefusal refusal = socket.stack(next, nowNs);
                assertEquals(refusal == null ? next : before, socket.stack());
                return;
            }
            CongestionControls controls = CongestionControls.installed();
            String name = controls.names().get(random.nextInt(controls.names().size()));
            assertNull(socket.set(TcpOption.TCP_CONGESTION, assertNotNullOf(controls, name), nowNs));
        }

        private static CongestionControlFactory assertNotNullOf(CongestionControls controls, String name) {
            CongestionControlFactory f = controls.named(name);
            assertNotNull(f);
            return f;
        }
    }

    /** Sees every segment that is sent, and asks for its cause. */
    private static final class Tally implements StackEvents {
        final Map<RetransmitCause, Integer> causes = new EnumMap<>(RetransmitCause.class);
        int swaps;

        private final Map<Object, Integer> highest = new HashMap<>();

        @Override
        public void segmentSent(
                Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {
            if (payloadBytes == 0) {
                return;
            }
            Integer before = highest.get(connection);
            boolean fresh = before == null || seq - before >= 0;
            if (fresh) {
                assertTrue(
                        cause == RetransmitCause.NONE || cause == RetransmitCause.WINDOW_PROBE,
                        () -> "new data, sent because of " + cause);
                highest.put(connection, seq + payloadBytes);
            } else {
                assertTrue(cause != RetransmitCause.NONE, "repeated without a cause");
            }
            causes.merge(cause, 1, Integer::sum);
        }

        @Override
        public void stackSwitched(Object connection, String from, String to, long nowNs) {
            assertTrue(!from.equals(to), from);
            swaps++;
        }

        @Override
        public String toString() {
            return swaps + " swaps, " + causes;
        }
    }

    /** A rate, whatever happens. */
    private static final class Paced implements CongestionControl {
        @Override
        public String name() {
            return "paced";
        }

        @Override
        public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
            window.cwnd(200_000);
            window.pacingRate(500_000);
        }

        @Override
        public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {}

        @Override
        public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {}

        @Override
        public void onRetransmissionTimeout(
                CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {}

        @Override
        public boolean ownsRecoveryWindow() {
            return true;
        }
    }
}
