package io.sluice.sim.validation;

import io.sluice.sim.chart.Series;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import java.util.ArrayList;
import java.util.List;

/** How flows share a wire: 50 Mbit/s, 40 ms. */
final class Fairness {
    private static final String GROUP = "Fairness";
    private static final int BDP = 250_000;
    private static final double SECONDS = 60;
    private static final int SEEDS = 20;

    private Fairness() {}

    static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        for (String stack : List.of("default/newreno", "rack/cubic", "bbr")) {
            all.add(Check.atLeast(
                            GROUP,
                            "Jain's index of two equal flows of " + stack,
                            "RFC 5166 §2.3",
                            0.95,
                            "",
                            seed -> jain(stack, seed))
                    .seeds(SEEDS));
        }
        all.add(Check.between(
                        GROUP,
                        "cubic's share against newreno, where windows are small",
                        "RFC 9438 §4.3, §5.1",
                        40,
                        75,
                        "%",
                        seed -> share("rack/cubic", "default/newreno", 1, seed))
                .seeds(SEEDS));
        for (double bdps : new double[] {0.5, 1, 2, 4}) {
            all.add(Check.between(
                            GROUP,
                            "bbr's share against cubic, a queue of " + bdps + " BDP",
                            "draft-ietf-ccwg-bbr-06 §5.3.3.8",
                            20,
                            90,
                            "%",
                            seed -> share("bbr", "rack/cubic", bdps, seed))
                    .seeds(SEEDS));
        }
        return all;
    }

    private static LabResult pair(LabFlow a, LabFlow b, double bdps, long seed) {
        return Networks.run(LabScenario.builder("pair")
                .seed(seed)
                .seconds(SECONDS)
                .hop(Networks.wire(50, 20, (int) (BDP * bdps)).jitterNs(100_000).build())
                .flow(a)
                .flow(b.between(Math.round(seed % 10 * 1e8), Long.MAX_VALUE))
                .build());
    }

    /** In the second half of the time. */
    private static double rate(LabResult r, String flow) {
        Series s = r.series(LabRun.RATES, flow);
        return s.mean(SECONDS / 2, SECONDS);
    }

    private static double jain(String stack, long seed) {
        LabResult r = pair(Networks.bulk("a", stack), Networks.bulk("b", stack), 1, seed);
        double a = rate(r, "a");
        double b = rate(r, "b");
        return (a + b) * (a + b) / (2 * (a * a + b * b));
    }

    private static double share(String first, String second, double bdps, long seed) {
        LabResult r = pair(Networks.bulk("a", first), Networks.bulk("b", second), bdps, seed);
        return rate(r, "a") / (rate(r, "a") + rate(r, "b")) * 100;
    }
}
