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
import io.sluice.host.HostConfig;
import io.sluice.sim.queue.StepMark;
import io.sluice.sim.workload.Finish;
import io.sluice.sim.workload.Pace;
import io.sluice.sim.workload.PeerPlan;
import io.sluice.sim.workload.StreamPeer;
import io.sluice.tcp.Knob;
import io.sluice.tcp.StackRefusal;
import io.sluice.tcp.TcpInfo;
import io.sluice.tcp.TcpProfile;
import io.sluice.tcp.TcpStack;
import io.sluice.tcp.TcpStacks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
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

    /** When a stack is swapped, by the state; in the middle of repairs; and where it paces, repairs among it. */
    private static final List<String> MOMENTS = List.of(
            "SYN_SENT",
            "ESTABLISHED",
            "FIN_WAIT_1",
            "FIN_WAIT_2",
            "CLOSE_WAIT",
            "CLOSING",
            "LAST_ACK",
            "RECOVERY",
            "TIMEOUT",
            "PACED",
            "PACED_RECOVERY");

    /** What happens less often than this has hardly been tried. */
    private static final int OFTEN = 10;

    @Test
    void streamsStayWhole() {
        Tally tally = new Tally();
        for (long seed = 1; seed <= 60; seed++) {
            run(seed, tally);
        }
        assertTrue(tally.swaps > 800, tally::toString);
        for (RetransmitCause cause :
                List.of(RetransmitCause.RACK, RetransmitCause.DUPLICATE_THRESHOLD, RetransmitCause.RTO)) {
            assertTrue(tally.sent(cause) > 0, () -> cause + ": " + tally);
        }
        assertTrue(tally.marked > 1_000 && tally.withAccurateEcn > 100, tally::toString);
        tally.assertAllMoments();
    }

    @Test
    @Tag("slow")
    void streamsStayWholeUnderManySeeds() {
        Tally tally = new Tally();
        for (long seed = 1000; seed < 1400; seed++) {
            run(seed, tally);
        }
        assertTrue(tally.swaps > 6_000, tally::toString);
        assertTrue(tally.sent(RetransmitCause.TLP) > 0, tally::toString);
        tally.assertAllMoments();
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
        wire.marking(random.nextDouble() < 0.3 ? random.nextDouble(0.1) : 0);
        long ecn = random.nextLong(1, 6); // RFC 3168, AccECN, or whatever the other asks for
        try (Pair pair = new Pair(seed, wire.build(), b -> configure(b, ecn, tally), b -> configure(b, 3, tally))) {
            long up = random.nextLong(10_000, 600_000);
            long down = random.nextLong(10_000, 600_000);
            Pace slow = new Pace(1_000, 30_000, 0.2, 20 * Pair.MS);
            Pace ofClient = random.nextBoolean() ? Pace.FULL : slow;
            Pace ofServer = random.nextBoolean() ? Pace.FULL : slow;
            pair.converse(
                    PeerPlan.of(1, up, 2, down).withPace(ofClient, Pace.FULL),
                    ending(PeerPlan.of(2, down, 1, up).withPace(ofServer, Pace.FULL), random));
            Swapper swapper = new Swapper(pair, random, random.nextLong(1, 60) * Pair.MS, tally);
            swapper.next();
            pair.finish();
            tally.marked += pair.cable.ab().marked() + pair.cable.ba().marked();
        }
    }

    /** The server's end: both close when they have written; or it closes last; or it answers, haltingly, once the client has closed. */
    private static PeerPlan ending(PeerPlan server, SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> server;
            case 1 -> server.withFinish(Finish.SHUTDOWN_AFTER_PEER);
            default ->
                server.withPace(new Pace(1_000, 10_000, 0.5, 20 * Pair.MS), Pace.FULL)
                        .withAllowance(received -> received < server.inBytes() ? 0 : Long.MAX_VALUE);
        };
    }

    private static HostConfig.Builder configure(HostConfig.Builder b, long ecn, Tally tally) {
        return b.tcpProfile(TcpProfile.STANDARD.with(Knob.ECN, ecn))
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
                TcpInfo info = Objects.requireNonNull(socket.info());
                StackRefusal refusal = socket.stack(next, nowNs);
                assertEquals(refusal == null ? next : before, socket.stack());
                if (refusal == null && !next.equals(before)) {
                    tally.note(info);
                }
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

    /** Sees every segment that is sent, and counts swaps by what they came in the midst of. */
    private static final class Tally extends CauseCheck {
        final Map<String, Integer> moments = new TreeMap<>();
        int swaps;
        int withAccurateEcn;
        long marked;

        @Override
        public void stackSwitched(Object connection, String from, String to, long nowNs) {
            assertTrue(!from.equals(to), from);
            swaps++;
        }

        void note(TcpInfo info) {
            moments.merge(info.state().name(), 1, Integer::sum);
            moments.merge("RECOVERY", info.recovering() ? 1 : 0, Integer::sum);
            moments.merge("TIMEOUT", info.recoveringFromTimeout() ? 1 : 0, Integer::sum);
            boolean paced = info.pacingRate() != CongestionWindow.UNPACED;
            moments.merge("PACED", paced ? 1 : 0, Integer::sum);
            moments.merge("PACED_RECOVERY", paced && info.recovering() ? 1 : 0, Integer::sum);
            withAccurateEcn += info.accurateEcn() != null ? 1 : 0;
        }

        void assertAllMoments() {
            for (String moment : MOMENTS) {
                assertTrue(moments.getOrDefault(moment, 0) >= OFTEN, () -> moment + ": " + this);
            }
        }

        long sent(RetransmitCause cause) {
            return causes().getOrDefault(cause, 0L);
        }

        @Override
        public String toString() {
            return swaps + " swaps, " + withAccurateEcn + " with AccECN, " + moments + ", " + marked + " marked, "
                    + causes();
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
