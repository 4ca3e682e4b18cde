package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabResult;
import java.util.ArrayList;
import java.util.List;

/** Throughput where packets are lost at random: 100 Mbit/s, 100 ms, a queue of one BDP. */
final class RandomLoss {
    private static final String GROUP = "Random loss";
    private static final String SOURCE = "draft-ietf-ccwg-bbr-06 §2, RFC 9438 figure 8";
    private static final double SECONDS = 30;
    private static final int SEEDS = 20;
    private static final double LINK = 100e6 * 1448 / 1500;

    private RandomLoss() {}

    static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        for (double percent : new double[] {0.01, 0.1, 1}) {
            all.add(Check.atLeast(
                            GROUP,
                            "bbr at " + percent + " % loss",
                            SOURCE,
                            90,
                            "% of the link",
                            seed -> share("bbr", percent, seed))
                    .seeds(SEEDS)
                    .because(
                            "outside of probes each round delivers what was sent less the losses, and bw_shortterm follows it down (draft "
                                    + "§5.5.10.3) until the next probe, 20 to 30 rounds later, lets go of it: (1 - p)^n is 0.87 on average for p = 1 % and "
                                    + "30 rounds"));
        }
        all.add(Check.atLeast(GROUP, "bbr at 5 % loss", SOURCE, 5, "% of the link", seed -> share("bbr", 5, seed))
                .seeds(SEEDS));
        all.add(Check.atMost(
                        GROUP,
                        "cubic at 0.01 % loss",
                        SOURCE,
                        60,
                        "% of the link",
                        seed -> share("rack/cubic", 0.01, seed))
                .seeds(SEEDS));
        all.add(Check.atMost(
                        GROUP,
                        "cubic at 0.1 % loss",
                        SOURCE,
                        20,
                        "% of the link",
                        seed -> share("rack/cubic", 0.1, seed))
                .seeds(SEEDS));
        all.add(Check.atMost(
                        GROUP, "cubic at 1 % loss", SOURCE, 5, "% of the link", seed -> share("rack/cubic", 1, seed))
                .seeds(SEEDS));
        all.add(Check.atMost(
                        GROUP, "cubic at 5 % loss", SOURCE, 2, "% of the link", seed -> share("rack/cubic", 5, seed))
                .seeds(SEEDS));
        return all;
    }

    private static double share(String stack, double percent, long seed) {
        PipeConfig wire = Networks.wire(100, 50, 1_250_000).loss(percent / 100).build();
        LabResult result = Networks.one(stack, wire, SECONDS, seed);
        return result.goodputBps() / LINK * 100;
    }
}
