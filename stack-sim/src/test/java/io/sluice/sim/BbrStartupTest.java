package io.sluice.sim;

import static io.sluice.sim.BbrPath.MBIT;
import static io.sluice.sim.BbrPath.MS;
import static io.sluice.sim.BbrPath.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Startup and Drain: test cases A.1 to A.4, A.12 and A.20 of draft-ietf-ccwg-bbr-06, Appendix A, and §5.3.1.1. */
class BbrStartupTest {
    private static final long RATE = 100 * MBIT;
    private static final long RTT = 100 * MS;

    /** A.1, exiting STARTUP on bandwidth plateau. */
    @Test
    void a1ExitsStartupOnBandwidthPlateau() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            List<Integer> counts = new ArrayList<>();
            List<Long> rounds = new ArrayList<>();
            path.watch(flow, info -> {
                if (counts.isEmpty() || counts.get(counts.size() - 1) != info.fullBwCount()) {
                    counts.add(info.fullBwCount());
                    rounds.add(info.roundCount());
                }
            });
            path.runTo(flow, info -> info.state() != BbrState.STARTUP, 5 * SECOND);
            BbrInfo info = flow.info();
            assertEquals(BbrState.DRAIN, info.state());
            assertEquals(BbrPath.payloadRate(RATE), info.maxBw(), 0.02 * BbrPath.payloadRate(RATE));
            assertTrue(info.fullBwNow() && info.fullBwReached());
            int n = counts.size();
            assertEquals(List.of(0, 1, 2, 3), counts.subList(n - 4, n)); // three rounds in a row
            assertEquals(rounds.get(n - 1) - 2, rounds.get(n - 3));
            assertEquals(0, path.forward.dropped());
        }
    }

    /** §5.3.1.1: Startup finds the bandwidth in O(log2(BDP)) round trips. */
    @Test
    void startupDoublesTheRateInEachRound() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            double full = BbrPath.payloadRate(RATE);
            path.runTo(flow, info -> info.maxBw() > 0.95 * full, 5 * SECOND);
            double doublings = Math.log(full * RTT / 1e9 / (10 * BbrPath.SEGMENT)) / Math.log(2);
            assertTrue(flow.info().roundCount() <= doublings + 3, flow.info()::toString);
        }
    }

    /** A.2, exiting STARTUP on loss when application-limited. */
    @Test
    void a2ExitsStartupOnLossWhenApplicationLimited() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            flow.source.trickle(BbrPath.SEGMENT, MS); // a tenth of the link: 100 segments in a round trip
            path.run(SECOND);
            assertEquals(BbrState.STARTUP, flow.state());
            assertTrue(flow.connection().isAppLimited());
            path.loseEveryNth(10);
            path.runTo(flow, info -> info.state() != BbrState.STARTUP, SECOND);
            BbrInfo info = flow.info(); // in DRAIN, or beyond since so little is in flight
            assertTrue(info.drainStartRound() > 0 && info.state() != BbrState.PROBE_RTT, info::toString);
            assertTrue(info.fullBwNow() && info.fullBwReached());
            assertEquals(BbrState.STARTUP, info.undoState());
            assertTrue(info.inflightLongterm() < Double.POSITIVE_INFINITY && info.inflightLongterm() >= info.bdp());
        }
    }

    /** §5.3.1.3: fewer lost ranges than BBRStartupFullLossCnt do not end Startup. */
    @Test
    void fewLossesDoNotEndStartup() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            flow.source.trickle(BbrPath.SEGMENT, MS);
            path.run(SECOND);
            path.loseEveryNth(25); // four in a round trip: more than 2 %
            path.run(2 * SECOND);
            assertEquals(BbrState.STARTUP, flow.state());
            assertTrue(flow.connection().lostBytesTotal() > 50 * BbrPath.SEGMENT);
        }
    }

    /** A.3, exiting DRAIN based on inflight. */
    @Test
    void a3ExitsDrainBasedOnInflight() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.DRAIN, 5 * SECOND);
            BbrInfo drain = flow.info();
            assertEquals(0.5, drain.state().pacingGain());
            assertEquals(0.5 * 0.99 * drain.bw(), (double) drain.pacingRate(), 1);
            long[] before = new long[1];
            long[] last = new long[1];
            path.watch(flow, info -> {
                before[0] = last[0];
                last[0] = flow.connection().pipeBytes();
            });
            path.runTo(flow, info -> info.state() != BbrState.DRAIN, SECOND);
            BbrInfo info = flow.info();
            assertTrue(info.state() == BbrState.PROBE_BW_DOWN || info.state() == BbrState.PROBE_BW_CRUISE);
            assertTrue(info.roundCount() <= info.drainStartRound() + 3, info::toString);
            double target = Math.max(info.bdp(), 3 * info.sendQuantum());
            assertTrue(before[0] > target, before[0] + " before, " + target);
            assertEquals(0, path.forward.queuedPackets());
        }
    }

    /** A.4, exiting DRAIN based on time. With 10 % less bandwidth the queue drains; with half of it, it does not. */
    @Test
    void a4ExitsDrainBasedOnTime() {
        BbrPath.AdjustableRate rate = new BbrPath.AdjustableRate(RATE);
        PipeConfig forward = PipeConfig.builder().rate(rate).delayNs(RTT / 2).build();
        try (BbrPath path = new BbrPath(1, forward, BbrPath.back(RTT))) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.DRAIN, 5 * SECOND);
            rate.bitsPerSecond = RATE * 45 / 100;
            long start = flow.info().drainStartRound();
            path.runTo(flow, info -> info.roundCount() == start + 3, 2 * SECOND);
            assertEquals(BbrState.DRAIN, flow.state());
            path.runTo(flow, info -> info.state() != BbrState.DRAIN, 2 * SECOND);
            assertEquals(BbrState.PROBE_BW_DOWN, flow.state());
            assertEquals(start + 4, flow.info().roundCount());
            assertTrue(flow.connection().pipeBytes() > flow.info().bdp(), flow.info()::toString);
        }
    }

    /** A.12, achieving expected STARTUP bandwidth on a link with aggregation. */
    @Test
    void a12FindsTheBandwidthOfALinkWithAggregation() {
        PipeConfig back =
                PipeConfig.builder().delayNs(RTT / 2).aggregationNs(20 * MS).build();
        try (BbrPath path = new BbrPath(1, BbrPath.pipe(RATE, RTT, 3).build(), back)) {
            BbrPath.Flow flow = path.bulk();
            double[] extra = new double[1];
            long[] cwnd = new long[1];
            path.watch(flow, info -> {
                extra[0] = Math.max(extra[0], info.extraAcked());
                cwnd[0] = Math.max(cwnd[0], info.cwnd());
            });
            path.runTo(flow, BbrState.DRAIN, 5 * SECOND);
            double full = BbrPath.payloadRate(RATE);
            assertEquals(full, flow.info().maxBw(), 0.05 * full);
            assertTrue(extra[0] > full * 10 * MS / 1e9, "extra_acked " + extra[0]);
            assertTrue(
                    cwnd[0] > 2 * flow.info().bdp(),
                    "cwnd " + cwnd[0] + " of " + flow.info().bdp());
        }
    }

    /** A.20, entering and exiting PROBE_RTT during STARTUP. */
    @Test
    void a20ProbesTheRoundTripDuringStartup() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            flow.source.trickle(BbrPath.SEGMENT, 10 * MS);
            path.runTo(flow, BbrState.PROBE_RTT, 6 * SECOND);
            assertFalse(flow.info().fullBwReached());
            long start = path.simulation.nowNs();
            path.runTo(flow, info -> info.state() != BbrState.PROBE_RTT, SECOND);
            assertEquals(BbrState.STARTUP, flow.state());
            assertTrue(path.simulation.nowNs() - start >= 200 * MS);
            flow.source.unlimited();
            path.runTo(flow, BbrState.DRAIN, 5 * SECOND);
            assertEquals(BbrPath.payloadRate(RATE), flow.info().maxBw(), 0.02 * BbrPath.payloadRate(RATE));
        }
    }
}
