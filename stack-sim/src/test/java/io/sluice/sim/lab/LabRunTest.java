package io.sluice.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.SimAllocator;
import io.sluice.sim.chart.Series;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.TcpStack;
import org.junit.jupiter.api.Test;

/** Whole scenarios: the wire is used, shared and recorded as it should be. */
class LabRunTest {
    private static final PipeConfig TEN = PipeConfig.builder()
            .rate(10_000_000)
            .delayNs(20_000_000)
            .queue(Queues.dropTail(100, 75_000))
            .build();

    private static LabResult run(LabScenario scenario) {
        SimAllocator allocator = new SimAllocator();
        LabResult result = LabRun.run(scenario, share -> {}, allocator);
        assertEquals(0, allocator.outstanding());
        return result;
    }

    @Test
    void oneFlowFillsTheHop() {
        LabResult result = run(LabScenario.builder("one")
                .seconds(20)
                .hop(TEN)
                .flow(LabFlow.bulk("a", TcpStack.DEFAULT))
                .build());
        FlowResult flow = result.flows().get(0);
        assertTrue(flow.goodputBps() > 8_500_000, () -> "" + result.flows());
        assertTrue(flow.goodputBps() < 9_700_000, () -> "" + result.flows());
        HopResult hop = result.hops().get(0);
        assertTrue(hop.utilization() > 0.9 && hop.utilization() <= 1, () -> "" + hop);
        assertTrue(flow.meanRttMs() >= 40 && flow.p95RttMs() <= 110, () -> "" + flow);
        assertEquals(1, result.jain());
        assertTrue(result.series("Time-sequence of a", "acknowledged").size() > 1000);
    }

    @Test
    void theSeedDecidesEverything() {
        LabScenario scenario = LabScenario.builder("lossy")
                .seconds(5)
                .hop(PipeConfig.builder()
                        .rate(10_000_000)
                        .delayNs(5_000_000)
                        .loss(0.01)
                        .build())
                .flow(LabFlow.bulk("a", TcpStack.DEFAULT))
                .build();
        assertEquals(run(scenario).hash(), run(scenario).hash());
        assertNotEquals(run(scenario).hash(), run(scenario.withSeed(2)).hash());
        assertTrue(run(scenario).hops().get(0).losses() > 10);
    }

    @Test
    void equalFlowsShareADumbbell() {
        LabResult result = run(LabScenario.builder("two")
                .seconds(60)
                .hop(TEN)
                .flow(LabFlow.bulk("a", TcpStack.DEFAULT))
                .flow(LabFlow.bulk("b", TcpStack.DEFAULT).between(100_000_000, Long.MAX_VALUE))
                .build());
        assertTrue(result.jain() > 0.9, () -> "" + result.flows());
        assertTrue(result.goodputBps() > 8_500_000, () -> "" + result.flows());
    }

    /** A flow that is stopped resets its connection: that is no acknowledgment, and its line ends where it was. */
    @Test
    void picturesOfAFlowThatIsStopped() {
        LabResult result = run(LabScenario.builder("stopped")
                .seconds(4)
                .hop(TEN)
                .flow(LabFlow.bulk("a", TcpStack.DEFAULT))
                .flow(LabFlow.bulk("b", TcpStack.DEFAULT).between(1_000_000_000, 2_000_000_000))
                .build());
        Series acknowledged = result.series("Time-sequence of b", "acknowledged");
        for (int i = 1; i < acknowledged.size(); i++) {
            assertTrue(acknowledged.y(i) >= acknowledged.y(i - 1), "it never moves back");
        }
        Series a = result.series(LabRun.SHARES, "a");
        Series b = result.series(LabRun.SHARES, "b");
        for (int i = 0; i < a.size(); i++) {
            assertEquals(100, a.y(i) + b.y(i), 1e-9);
            boolean alone = a.x(i) < 1 || a.x(i) > 2.2;
            assertTrue(!alone || a.y(i) > 99.9, "at " + a.x(i) + " s " + a.y(i) + " %");
        }
        double both =
                (result.flows().get(0).receivedBytes() + result.flows().get(1).receivedBytes()) * 8 / 4.0;
        assertEquals(both, result.goodputBps(), 1, "of the whole time, not of the time of each");
    }

    @Test
    void theFlowOverAllHopsOfAParkingLotGetsLeast() {
        LabResult result = run(LabScenario.builder("parking lot")
                .seconds(40)
                .hop(TEN)
                .hop(TEN)
                .flow(LabFlow.bulk("through", TcpStack.DEFAULT))
                .flow(LabFlow.bulk("first", TcpStack.DEFAULT).over(0, 0))
                .flow(LabFlow.bulk("second", TcpStack.DEFAULT).over(1, 1))
                .build());
        double through = result.flows().get(0).goodputBps();
        assertTrue(through > 100_000, () -> "" + result.flows());
        assertTrue(through < result.flows().get(1).goodputBps(), () -> "" + result.flows());
        assertTrue(through < result.flows().get(2).goodputBps(), () -> "" + result.flows());
        result.hops().forEach(hop -> assertTrue(hop.utilization() > 0.85, () -> "" + hop));
    }

    @Test
    void requestsAndShortFlowsComplete() {
        LabResult result = run(LabScenario.builder("mixed")
                .seconds(10)
                .hop(TEN)
                .flow(LabFlow.of("dialogue", TcpStack.DEFAULT, new Workload.RequestResponse(100, 20_000, 50)))
                .flow(LabFlow.of("web", TcpStack.DEFAULT, new Workload.ShortFlows(10, 1000, 100_000)))
                .build());
        FlowResult dialogue = result.flows().get(0);
        assertEquals(1, dialogue.completed());
        assertEquals(50 * 20_000, dialogue.receivedBytes());
        FlowResult web = result.flows().get(1);
        assertTrue(web.opened() > 60 && web.opened() < 140, () -> "" + web);
        assertTrue(web.completed() >= web.opened() - 5, () -> "" + web);
        assertTrue(web.medianCompletionMs() > 60, "a handshake and half a round trip at least");
    }
}
