package io.sluice.sim.validation;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabScenario;
import io.sluice.tcp.Knob;
import java.util.List;

/** What slow start costs in queues of one and two BDP: 50 Mbit/s, and round trips from 32 to 70 ms, so that windows double in different places. */
final class SlowStarts {
    private static final String GROUP = "Slow start";
    private static final int CLASSIC = 0;
    private static final int HYSTART_PLUS_PLUS = 1;
    private static final int SEEDS = 20;

    private SlowStarts() {}

    static List<Check> checks() {
        return List.of(
                check(1).because(
                                "HyStart++ sees a queue that stands, which means more than a BDP in flight; a queue of one BDP then "
                                        + "overflows in the same round or, more slowly, in the five rounds of conservative slow start, in which the window grows "
                                        + "by a quarter each (RFC 9406 §4.3): threefold in all. A smaller queue overflows from the bursts of slow start before one "
                                        + "stands, and both repeat much the same: 1.2 times at half a BDP, 1.1 times at a quarter. The document's authors "
                                        + "report half of the repetitions of classic slow start"),
                check(2));
    }

    private static Check check(int bdps) {
        return Check.atLeast(
                        GROUP,
                        "octets that cubic repeats after classic slow start, as a multiple of those after HyStart++, a queue of "
                                + bdps + " BDP",
                        "the aim of this project; RFC 9406 §1 says less than classic slow start, and no figure",
                        5,
                        "times",
                        seed -> repeated(CLASSIC, bdps, seed) / Math.max(1448, repeated(HYSTART_PLUS_PLUS, bdps, seed)))
                .seeds(SEEDS);
    }

    /** Octets repeated in the first seconds. */
    private static double repeated(int slowStart, int bdps, long seed) {
        long rttMs = 30 + 2 * seed;
        LabFlow flow = Networks.bulk("a", "rack/cubic");
        LabResult r = Networks.run(LabScenario.builder("slow start")
                .seed(seed)
                .seconds(3)
                .hop(Networks.wire(50, rttMs / 2.0, (int) (50e6 / 8 * rttMs / 1e3 * bdps))
                        .build())
                .flow(flow.withProfile(flow.profile().with(Knob.INITIAL_SLOW_START, slowStart)))
                .build());
        return r.flows().get(0).repeatedBytes();
    }
}
