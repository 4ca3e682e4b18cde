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

/** The ProbeBW cycle: test cases A.5 to A.9, A.13, A.21 and A.22 of draft-ietf-ccwg-bbr-06, Appendix A. */
class BbrProbeBwTest {
    private static final long RATE = 100 * MBIT;
    private static final long RTT = 50 * MS;

    /** A flow in PROBE_UP for the first time. */
    private static BbrPath.Flow inProbeUp(BbrPath path) {
        BbrPath.Flow flow = path.bulk();
        path.runTo(flow, BbrState.PROBE_BW_UP, 6 * SECOND);
        return flow;
    }

    /** A.5, exiting PROBE_UP on bandwidth plateau. */
    @Test
    void a5ExitsProbeUpOnBandwidthPlateau() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = inProbeUp(path);
            assertEquals(1.25, flow.state().pacingGain());
            assertEquals(2.25, flow.state().cwndGain());
            long start = flow.info().roundCount();
            List<Integer> counts = new ArrayList<>(List.of(0));
            path.watch(flow, info -> {
                if (counts.get(counts.size() - 1) != info.fullBwCount()) {
                    counts.add(info.fullBwCount());
                }
            });
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_UP, SECOND);
            assertEquals(BbrState.PROBE_BW_DOWN, flow.state());
            assertEquals(List.of(0, 1, 2, 3), counts);
            assertEquals(start + 3, flow.info().roundCount());
            assertTrue(flow.info().fullBwNow());
            assertFalse(flow.info().prevProbeTooHigh());
            assertEquals(0, path.forward.dropped());
        }
    }

    /**
     * A.6, exiting PROBE_UP on loss when application-limited. What the application limits tells nothing about how much may be in
     * flight, so that inflight_longterm stays (HandleInflightTooHigh(), §5.5.10.2).
     */
    @Test
    void a6ExitsProbeUpOnLossWhenApplicationLimited() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = inProbeUp(path);
            flow.source.trickle(BbrPath.SEGMENT, MS);
            path.run(6 * RTT);
            assertEquals(BbrState.PROBE_BW_UP, flow.state());
            assertTrue(flow.connection().isAppLimited());
            path.loseEveryNth(10);
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_UP, 6 * RTT);
            BbrInfo info = flow.info();
            assertTrue(info.state() == BbrState.PROBE_BW_DOWN || info.state() == BbrState.PROBE_BW_CRUISE);
            assertTrue(info.prevProbeTooHigh());
            assertEquals(BbrState.PROBE_BW_UP, info.undoState());
            assertEquals(Double.POSITIVE_INFINITY, info.inflightLongterm());
        }
    }

    /** A.7, never exiting PROBE_UP when application-limited with no loss. */
    @Test
    void a7StaysInProbeUpWhileApplicationLimited() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = inProbeUp(path);
            flow.source.trickle(BbrPath.SEGMENT, MS);
            path.watch(flow, info -> assertEquals(BbrState.PROBE_BW_UP, info.state()));
            long start = flow.info().roundCount();
            path.run(SECOND);
            assertTrue(flow.info().roundCount() > start + 15, flow.info()::toString);
            assertTrue(flow.connection().isAppLimited());
        }
    }

    /** A.7 for STARTUP. */
    @Test
    void a7StaysInStartupWhileApplicationLimited() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            flow.source.trickle(BbrPath.SEGMENT, MS);
            path.watch(flow, info -> assertEquals(BbrState.STARTUP, info.state()));
            path.run(4 * SECOND);
            assertTrue(flow.info().roundCount() > 70, flow.info()::toString);
        }
    }

    /** A.8, exiting PROBE_DOWN on inflight. */
    @Test
    void a8ExitsProbeDownOnInflight() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = inProbeUp(path);
            path.runTo(flow, BbrState.PROBE_BW_DOWN, SECOND);
            assertEquals(0.90, flow.state().pacingGain());
            assertTrue(path.forward.queuedPackets() > 50);
            long[] last = new long[2];
            path.watch(flow, info -> {
                last[0] = last[1];
                last[1] = flow.connection().pipeBytes();
            });
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_DOWN, SECOND);
            BbrInfo info = flow.info();
            assertEquals(BbrState.PROBE_BW_CRUISE, info.state());
            assertTrue(last[0] > info.bdp(), last[0] + " were in flight");
            assertTrue(path.forward.queuedPackets() <= 2, "the queue is not drained");
        }
    }

    /** A.8 with BBR.inflight_longterm set: headroom is left for others. */
    @Test
    void a8LeavesHeadroom() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 0.2)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, info -> info.state() == BbrState.PROBE_BW_DOWN && info.cycleCount() >= 1, 10 * SECOND);
            assertTrue(flow.info().inflightLongterm() < Double.POSITIVE_INFINITY, flow.info()::toString);
            path.runTo(flow, info -> info.state() == BbrState.PROBE_BW_CRUISE, 3 * SECOND);
            double most = 0.85 * flow.info().inflightLongterm();
            assertTrue(flow.connection().pipeBytes() <= most);
            assertTrue(flow.info().cwnd() <= most, flow.info()::toString);
        }
    }

    /** A.9, exiting PROBE_DOWN after max time. */
    @Test
    void a9ExitsProbeDownAfterMaxTime() {
        long rttNs = 42 * MS; // with a seed that makes both waits short: no ProbeRTT comes between
        BbrPath.AdjustableRate rate = new BbrPath.AdjustableRate(20 * MBIT);
        PipeConfig forward = PipeConfig.builder().rate(rate).delayNs(rttNs / 2).build();
        try (BbrPath path = new BbrPath(18, forward, BbrPath.back(rttNs))) {
            BbrPath.Flow flow = inProbeUp(path);
            path.runTo(flow, BbrState.PROBE_BW_DOWN, SECOND);
            long start = path.simulation.nowNs();
            rate.bitsPerSecond = 20 * MBIT * 88 / 100; // 0.9 of the estimate less 1 % is more than that
            path.watch(flow, info -> assertTrue(info.state() != BbrState.PROBE_BW_CRUISE));
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_DOWN, 4 * SECOND);
            assertEquals(BbrState.PROBE_BW_REFILL, flow.state());
            long waited = path.simulation.nowNs() - start;
            assertTrue(waited >= flow.info().bwProbeWaitNs()
                    && waited < flow.info().bwProbeWaitNs() + 10 * MS);
            assertTrue(waited >= 2 * SECOND && waited < 3 * SECOND + 10 * MS);
        }
    }

    /** A.13, achieving expected cruise bandwidth on a link with aggregation. */
    @Test
    void a13KeepsALinkWithAggregationBusy() {
        PipeConfig back =
                PipeConfig.builder().delayNs(RTT / 2).aggregationNs(20 * MS).build();
        try (BbrPath path = new BbrPath(1, BbrPath.pipe(RATE, RTT, 3).build(), back)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.PROBE_BW_CRUISE, 5 * SECOND);
            path.run(10 * RTT);
            double full = BbrPath.payloadRate(RATE);
            BbrInfo info = flow.info();
            assertEquals(BbrState.PROBE_BW_CRUISE, info.state());
            assertTrue(info.extraAcked() > full * 10 * MS / 1e9, info::toString);
            assertEquals(2 * info.bdp() + info.extraAcked(), info.maxInflight(), 2.0 * BbrPath.SEGMENT);
            assertEquals(info.maxInflight(), (double) info.cwnd(), 2.0 * BbrPath.SEGMENT);
            assertEquals(full, path.goodput(flow, SECOND), 0.03 * full);
        }
    }

    /** A.21, handling loss during PROBE_UP after inflight_longterm is set. */
    @Test
    void a21AbortsProbeUpOnLoss() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 0.2)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(
                    flow,
                    info -> info.state() == BbrState.PROBE_BW_UP && info.inflightLongterm() < Double.POSITIVE_INFINITY,
                    15 * SECOND);
            BbrInfo up = flow.info();
            path.loseEveryNth(10);
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_UP, 4 * RTT);
            BbrInfo info = flow.info();
            assertTrue(info.state() == BbrState.PROBE_BW_DOWN || info.state() == BbrState.PROBE_BW_CRUISE);
            assertTrue(info.prevProbeTooHigh());
            assertEquals(BbrState.PROBE_BW_UP, info.undoState());
            assertTrue(info.inflightLongterm() <= up.inflightLongterm(), info::toString);
            assertTrue(info.inflightLongterm() >= 0.7 * Math.min(info.bdp(), (double) info.cwnd()), info::toString);
        }
    }

    /** A.22, handling application-limited sending during PROBE_REFILL. */
    @Test
    void a22KeepsItsBandwidthWhenApplicationLimitedInProbeRefill() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.PROBE_BW_REFILL, 6 * SECOND);
            double maxBw = flow.info().maxBw();
            flow.source.trickle(BbrPath.SEGMENT, 5 * MS);
            path.watch(flow, info -> assertTrue(info.maxBw() >= maxBw * 0.999, info::toString));
            path.runTo(flow, info -> info.state() != BbrState.PROBE_BW_REFILL, SECOND);
            assertEquals(BbrState.PROBE_BW_UP, flow.state());
            path.run(10 * RTT);
            assertEquals(BbrState.PROBE_BW_UP, flow.state());
            flow.source.unlimited();
            path.runTo(flow, BbrState.PROBE_BW_DOWN, SECOND); // a plateau, now that there is data
            assertEquals(BbrPath.payloadRate(RATE), flow.info().maxBw(), 0.02 * BbrPath.payloadRate(RATE));
        }
    }
}
