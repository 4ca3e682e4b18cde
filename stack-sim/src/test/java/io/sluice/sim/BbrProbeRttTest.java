package io.sluice.sim;

import static io.sluice.sim.BbrPath.MBIT;
import static io.sluice.sim.BbrPath.MS;
import static io.sluice.sim.BbrPath.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.bbr.BbrState;
import org.junit.jupiter.api.Test;

/** ProbeRTT and idle times: test cases A.10 and A.11 of draft-ietf-ccwg-bbr-06, Appendix A, and §5.4. */
class BbrProbeRttTest {
    private static final long RATE = 100 * MBIT;
    private static final long RTT = 50 * MS;

    /** A.10, entering and exiting PROBE_RTT. */
    @Test
    void a10EntersAndExitsProbeRtt() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, info -> info.fullBwReached() && info.state() != BbrState.DRAIN, 5 * SECOND);
            path.runTo(flow, BbrState.PROBE_RTT, 6 * SECOND);
            long first = path.simulation.nowNs();
            assertEquals(0.5, flow.state().cwndGain());
            double halfBdp = flow.info().bdp() / 2;
            path.run(150 * MS);
            assertEquals(BbrState.PROBE_RTT, flow.state());
            assertTrue(flow.connection().pipeBytes() <= halfBdp + BbrPath.SEGMENT, "in flight");
            assertTrue(path.forward.queuedPackets() <= 2, "the queue is not drained");
            long held = path.simulation.nowNs();
            path.runTo(flow, info -> info.state() != BbrState.PROBE_RTT, SECOND);
            long took = path.simulation.nowNs() - first;
            assertTrue(took >= 200 * MS && took <= 200 * MS + 4 * RTT, took / MS + " ms, held until " + held);
            assertEquals(BbrState.PROBE_BW_CRUISE, flow.state());
            double full = BbrPath.payloadRate(RATE);
            assertEquals(full, path.goodput(flow, SECOND), 0.1 * full);
            path.runTo(flow, BbrState.PROBE_RTT, 6 * SECOND);
            double interval = (path.simulation.nowNs() - first - took) / 1e9; // from the end of one to the next
            assertEquals(5, interval, 0.2);
        }
    }

    /** A.11, skipping PROBE_RTT due to application-limited sending; and the rate of §5.4.1 after it. */
    @Test
    void a11SkipsProbeRttAfterIdleTime() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.PROBE_BW_CRUISE, 5 * SECOND);
            path.run(100 * MS);
            flow.source.pause();
            path.run(6 * SECOND);
            assertEquals(0, flow.connection().pipeBytes());
            long cwnd = flow.info().cwnd();
            boolean[] restarted = new boolean[1];
            path.watch(flow, info -> {
                restarted[0] |= info.idleRestart();
                assertNotEquals(BbrState.PROBE_RTT, info.state());
            });
            flow.source.unlimited();
            path.run(MS);
            assertTrue(restarted[0]);
            assertEquals(0.99 * flow.info().bw(), (double) flow.info().pacingRate(), 1);
            assertEquals(cwnd, flow.info().cwnd()); // no slow start
            path.run(2 * RTT);
            double full = BbrPath.payloadRate(RATE);
            assertEquals(full, path.goodput(flow, SECOND / 2), 0.05 * full);
        }
    }

    /** §5.4.1: a connection that went idle in ProbeRTT has its window back before it sends again. */
    @Test
    void leavesProbeRttWhenSendingResumes() {
        try (BbrPath path = BbrPath.of(1, RATE, RTT, 3)) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, BbrState.PROBE_RTT, 7 * SECOND);
            path.run(RTT * 6
                    / 5); // what is in flight has fallen; the last acknowledgment comes before the 200 ms are over
            flow.source.pause();
            path.run(2 * SECOND);
            assertEquals(BbrState.PROBE_RTT, flow.state());
            flow.source.unlimited();
            path.run(MS);
            assertEquals(BbrState.PROBE_BW_CRUISE, flow.state());
            assertTrue(flow.info().cwnd() > flow.info().bdp(), flow.info()::toString);
        }
    }
}
