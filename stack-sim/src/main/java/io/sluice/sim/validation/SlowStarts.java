package io.sluice.sim.validation;

import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabScenario;
import io.sluice.tcp.Knob;
import java.util.List;

/** What slow start costs in a queue of one BDP: 50 Mbit/s, and round trips from 32 to 70 ms, so that windows double in different places. */
final class SlowStarts {
    private static final String GROUP = "Slow start";
    private static final int CLASSIC = 0;
    private static final int HYSTART_PLUS_PLUS = 1;
    private static final int SEEDS = 20;

    private SlowStarts() {}

    static List<Check> checks() {
        return List.of(Check.atLeast(
                        GROUP,
                        "octets that cubic repeats after classic slow start, as a multiple of those after HyStart++",
                        "RFC 9406 §1",
                        5,
                        "times",
                        seed -> repeated(CLASSIC, seed) / Math.max(1448, repeated(HYSTART_PLUS_PLUS, seed)))
                .seeds(SEEDS)
                .because(
                        "the first eight samples of a round see little of the queue that the burst of that round builds, so "
                                + "HyStart++ learns of it a round late; and conservative slow start still grows by a quarter in each "
                                + "of five rounds (RFC 9406 §4.3), which overruns the queue, too, only by less"));
    }

    /** Octets repeated in the first seconds. */
    private static double repeated(int slowStart, long seed) {
        long rttMs = 30 + 2 * seed;
        LabFlow flow = Networks.bulk("a", "rack/cubic");
        LabResult r = Networks.run(LabScenario.builder("slow start")
                .seed(seed)
                .seconds(3)
                .hop(Networks.wire(50, rttMs / 2.0, (int) (50e6 / 8 * rttMs / 1e3))
                        .build())
                .flow(flow.withProfile(flow.profile().with(Knob.INITIAL_SLOW_START, slowStart)))
                .build());
        return r.flows().get(0).repeatedBytes();
    }
}
