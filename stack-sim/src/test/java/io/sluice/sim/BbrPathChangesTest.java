package io.sluice.sim;

import static io.sluice.sim.BbrPath.MBIT;
import static io.sluice.sim.BbrPath.MS;
import static io.sluice.sim.BbrPath.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.bbr.BbrInfo;
import io.sluice.bbr.BbrState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Paths that are slow, change, or police: test cases A.14 to A.17 of draft-ietf-ccwg-bbr-06, Appendix A. */
class BbrPathChangesTest {
    /** A.14, correctly managing sub-packet BDPs. */
    @Test
    void a14ManagesLessThanAPacket() {
        long rate = 64_000;
        long rtt = 20 * MS; // 160 octets
        try (BbrPath path = new BbrPath(1, PipeConfig.of(rate, rtt / 2), BbrPath.back(rtt))) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(flow, info -> info.state() == BbrState.PROBE_BW_CRUISE, 60 * SECOND);
            double full = BbrPath.payloadRate(rate);
            assertEquals(full, flow.info().bw(), 0.05 * full);
            path.watch(flow, info -> {
                assertTrue(info.cwnd() >= 4 * BbrPath.SEGMENT, info::toString);
                if (info.state() == BbrState.PROBE_BW_CRUISE) {
                    assertEquals(0.99 * info.bw(), (double) info.pacingRate(), 2);
                }
            });
            assertEquals(full, path.goodput(flow, 60 * SECOND), 0.05 * full);
        }
    }

    /** A.15, increasing bandwidth 10x and ensuring full bandwidth is reached. */
    @Test
    void a15FindsTenTimesTheBandwidth() {
        BbrPath.AdjustableRate rate = new BbrPath.AdjustableRate(10 * MBIT);
        long rtt = 40 * MS;
        PipeConfig forward = PipeConfig.builder()
                .rate(rate)
                .delayNs(rtt / 2)
                .queue(Integer.MAX_VALUE, 20_000) // 0.4 of the product of rate and delay: inflight_longterm is set
                .build();
        try (BbrPath path = new BbrPath(1, forward, BbrPath.back(rtt))) {
            BbrPath.Flow flow = path.bulk();
            path.runTo(
                    flow,
                    info -> info.state() == BbrState.PROBE_BW_CRUISE
                            && info.inflightLongterm() < Double.POSITIVE_INFINITY,
                    15 * SECOND);
            rate.bitsPerSecond = 100 * MBIT;
            List<Double> atRoundEnds = new ArrayList<>();
            long[] round = new long[1];
            path.watch(flow, info -> {
                if (info.state() == BbrState.PROBE_BW_UP && info.roundCount() != round[0]) {
                    round[0] = info.roundCount();
                    atRoundEnds.add(info.inflightLongterm());
                }
            });
            double full = BbrPath.payloadRate(100 * MBIT);
            path.runTo(flow, info -> info.maxBw() > 0.9 * full, 30 * SECOND);
            double largest = 0;
            for (int i = 1; i + 1 < atRoundEnds.size(); i++) {
                double step = atRoundEnds.get(i) - atRoundEnds.get(i - 1);
                double next = atRoundEnds.get(i + 1) - atRoundEnds.get(i);
                if (step > 4 * BbrPath.SEGMENT) {
                    assertTrue(next < 4 * step, () -> "inflight_longterm " + atRoundEnds);
                }
                largest = Math.max(largest, step);
            }
            assertTrue(largest >= 16 * BbrPath.SEGMENT, () -> "inflight_longterm " + atRoundEnds);
        }
    }

    /** A.16, decreasing bandwidth 10x and ensuring max bandwidth adapts down. */
    @Test
    void a16ForgetsTenTimesTheBandwidth() {
        AfterDecrease half = new AfterDecrease(250_000); // half of the product of the old rate and delay
        assertTrue(half.leastBwShortterm < 0.6 * BbrPath.payloadRate(100 * MBIT), half::toString);
        assertTrue(half.losses > 0, half::toString);
        assertTrue(half.cycles <= 3, half::toString); // the one in which the rate falls, and two
    }

    /** A.16 with a queue so deep that little is lost, and round trips so long that ProbeRTT cuts every cycle short. */
    @Test
    void a16ForgetsTenTimesTheBandwidthBehindADeepQueue() {
        AfterDecrease deep = new AfterDecrease(2_500_000);
        assertTrue(deep.cycles <= 3, deep::toString);
    }

    /** What becomes of a flow whose bottleneck falls from 100 to 10 Mbit/s. */
    private static final class AfterDecrease {
        double leastBwShortterm = Double.POSITIVE_INFINITY;
        final long losses;
        final int cycles;

        AfterDecrease(int queueBytes) {
            long rtt = 40 * MS;
            BbrPath.AdjustableRate rate = new BbrPath.AdjustableRate(100 * MBIT);
            PipeConfig forward = PipeConfig.builder()
                    .rate(rate)
                    .delayNs(rtt / 2)
                    .queue(Integer.MAX_VALUE, queueBytes)
                    .build();
            try (BbrPath path = new BbrPath(1, forward, BbrPath.back(rtt))) {
                BbrPath.Flow flow = path.bulk();
                path.runTo(flow, BbrState.PROBE_BW_CRUISE, 5 * SECOND);
                path.run(SECOND);
                assertEquals(
                        BbrPath.payloadRate(100 * MBIT), flow.info().maxBw(), 0.02 * BbrPath.payloadRate(100 * MBIT));
                int cycle = flow.info().cycleCount();
                long lost = path.forward.dropped();
                rate.bitsPerSecond = 10 * MBIT;
                path.watch(flow, info -> leastBwShortterm = Math.min(leastBwShortterm, info.bwShortterm()));
                double full = BbrPath.payloadRate(10 * MBIT);
                path.runTo(flow, info -> info.maxBw() <= 1.02 * full, 30 * SECOND);
                cycles = flow.info().cycleCount() - cycle;
                losses = path.forward.dropped() - lost;
                path.run(20 * SECOND);
                assertEquals(full, path.goodput(flow, 10 * SECOND), 0.1 * full);
            }
        }

        @Override
        public String toString() {
            return cycles + " cycles, " + losses + " lost, bw_shortterm " + leastBwShortterm;
        }
    }

    /** A.17, handling token bucket policers. */
    @Test
    void a17ConformsToAPolicer() {
        long rtt = 40 * MS;
        PipeConfig forward = PipeConfig.builder()
                .rate(100 * MBIT)
                .delayNs(rtt / 2)
                .policer(10 * MBIT, 100_000)
                .build();
        try (BbrPath path = new BbrPath(1, forward, BbrPath.back(rtt))) {
            BbrPath.Flow flow = path.bulk();
            boolean[] adapted = new boolean[2];
            path.watch(flow, info -> {
                adapted[0] |= info.bwShortterm() < Double.POSITIVE_INFINITY;
                adapted[1] |= info.inflightShortterm() < Double.POSITIVE_INFINITY;
            });
            path.run(20 * SECOND);
            assertTrue(adapted[0] && adapted[1]);
            long lost = flow.connection().lostBytesTotal();
            long received = flow.received();
            path.run(20 * SECOND);
            double token = BbrPath.payloadRate(10 * MBIT);
            double goodput = (flow.received() - received) / 20.0;
            double lossRate = (flow.connection().lostBytesTotal() - lost) / (20 * token);
            BbrInfo info = flow.info();
            assertTrue(goodput > 0.8 * token && goodput <= 1.01 * token, goodput + " octets a second, " + info);
            assertTrue(lossRate < 0.1, lossRate + " lost, " + info);
        }
    }
}
