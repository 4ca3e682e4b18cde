package io.sluice.sim.validation;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.lab.Workload;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import java.util.List;

/** How long packets wait where queues are managed: five flows of CUBIC without ECN over 50 Mbit/s and 40 ms, after the first five seconds. */
final class QueueDelays {
    private static final String GROUP = "Queue disciplines";
    private static final long MBPS = 50;
    private static final int ROOM = 1_000_000; // 160 ms
    private static final int SEEDS = 20;
    private static final double FROM_S = 5;
    private static final double TO_S = 20;

    private QueueDelays() {}

    static List<Check> checks() {
        return List.of(
                Check.between(
                        GROUP,
                        "CoDel: mean wait",
                        "RFC 8289 §4.3 (5 to 10 % of the interval of 100 ms)",
                        3,
                        10,
                        "ms",
                        seed -> wait(Queues.codel(ROOM, false), seed)),
                Check.between(
                                GROUP,
                                "PIE: mean wait",
                                "RFC 8033 §4.2 (QDELAY_REF of 15 ms)",
                                10,
                                20,
                                "ms",
                                seed -> wait(Queues.pie(ROOM, false), seed))
                        .seeds(SEEDS),
                Check.between(
                                GROUP,
                                "DualPI2: mean wait of classic traffic",
                                "RFC 9332 Appendix A.1 (target of 15 ms)",
                                10,
                                20,
                                "ms",
                                seed -> wait(Queues.dualPi2(ROOM), seed))
                        .seeds(SEEDS),
                Check.atMost(
                        GROUP,
                        "FQ-CoDel: round trips of a flow that sends little beside them",
                        "RFC 8290 §6.2 (sparse flows do not wait: 40 ms, and a packet of each flow)",
                        42,
                        "ms",
                        seed -> sparse(Queues.fqCodel(10_240, false), seed)));
    }

    private static LabScenario.Builder five(QueueFactory queue, long seed) {
        LabScenario.Builder b = LabScenario.builder("queue")
                .seed(seed)
                .seconds(TO_S)
                .hop(Networks.wire(MBPS, 20, ROOM).queue(queue).build());
        for (int i = 0; i < 5; i++) {
            b.flow(Networks.bulk("f" + i, "rack/cubic")
                    .between((i * 7L + seed % 7) * 20 * Networks.MS, Long.MAX_VALUE));
        }
        return b;
    }

    private static double wait(QueueFactory queue, long seed) {
        LabResult r = Networks.run(five(queue, seed).build());
        return r.series(LabRun.QUEUES, "hop 0").mean(FROM_S, TO_S) * 8 / (MBPS * 1e3);
    }

    private static double sparse(QueueFactory queue, long seed) {
        LabFlow asks = Networks.bulk("asks", "rack/cubic")
                .withWorkload(new Workload.RequestResponse(200, 500, 400))
                .between(2_000 * Networks.MS, Long.MAX_VALUE);
        LabResult r = Networks.run(five(queue, seed).flow(asks).build());
        return r.flows().get(5).meanRttMs();
    }
}
