package io.sluice.sim.validation;

import io.sluice.bbr.BbrState;
import io.sluice.rack.RackTlp;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.tcp.TcpStack;
import java.util.ArrayList;
import java.util.List;

/** Throughput where packets are lost at random: 100 Mbit/s, 100 ms, a queue of one BDP. */
final class RandomLoss {
    private static final String GROUP = "Random loss";
    private static final double SECONDS = 30;

    /** CUBIC is measured between losses, when slow start is over. */
    private static final double CUBIC_SECONDS = 100;

    private static final double CUBIC_FROM_S = 25;
    private static final int SEEDS = 20;
    private static final double LINK = 100e6 * 1448 / 1500;

    /** Segments that the link holds in a round trip. */
    private static final double BDP = 100e6 * 0.1 / 8 / 1500;

    /** RFC 9438 table 1: % lost, and CUBIC's average window in segments. */
    private static final double[][] WINDOWS = {{0.01, 187}, {0.1, 38}, {1, 12}};

    private RandomLoss() {}

    static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        for (double percent : new double[] {0.01, 0.1, 1}) {
            all.add(Check.atLeast(
                            GROUP,
                            "bbr at " + percent + " % loss",
                            "the aim of this project; draft-ietf-ccwg-bbr-06 §5.5.10.2 (BBR.LossThresh of 2 %)",
                            90,
                            "% of the link",
                            seed -> bbr(percent, seed))
                    .seeds(SEEDS)
                    .because(
                            "the draft's response to losses outside of probes (§5.5.10.3) costs 8 % of the link, as its own model has it "
                                    + "(§5.3.3.8.3, and the line below): the rate falls round by round until the next probe lets go of it. Startup "
                                    + "takes 2 % of this half minute, ProbeRTT 2 % (§5.3.4.2). One seed in twenty leaves Startup early, where chance loses "
                                    + "more than 2 % of a round ([BBR](bbr.md))"));
        }
        all.add(Check.within(
                        GROUP,
                        "bbr at 1.0 % loss: rate in ProbeBW_CRUISE",
                        "draft-ietf-ccwg-bbr-06 §5.3.3.8.3: (1 - loss)^N after N rounds, on average over 2.5 s; less pacing margin (§2.5) and what is lost",
                        Math.round(cruise() * 1000) / 10.0,
                        0.05,
                        "% of the link",
                        RandomLoss::cruising)
                .seeds(SEEDS));
        all.add(Check.atLeast(
                        GROUP,
                        "bbr at 5 % loss, as a multiple of cubic in the same time",
                        "the aim of this project; draft-ietf-ccwg-bbr-06 §5.5.10.2 (above BBR.LossThresh it yields)",
                        5,
                        "times",
                        seed -> bbr(5, seed) / over("rack/cubic", 5, seed))
                .seeds(SEEDS));
        for (double[] row : WINDOWS) {
            all.add(Check.within(
                            GROUP,
                            "cubic at " + row[0] + " % loss, after slow start",
                            "RFC 9438 table 1, where losses are evenly spaced: " + Math.round(row[1]) + " of "
                                    + Math.round(BDP) + " segments",
                            Math.round(row[1] / BDP * 1000) / 10.0,
                            0.25,
                            "% of the link",
                            seed -> cubic(row[0], seed))
                    .seeds(SEEDS));
        }
        all.add(Check.atMost(
                        GROUP,
                        "cubic at 5 % loss, after slow start",
                        "RFC 9438 §4.3: as Reno, sqrt(1.5 / p) segments, and less for timeouts",
                        Math.round(Math.sqrt(1.5 / 0.05) / BDP * 1000) / 10.0,
                        "% of the link",
                        seed -> cubic(5, seed))
                .seeds(SEEDS));
        return all;
    }

    /** The draft's model of a cruise at 1 % loss. */
    private static double cruise() {
        double kept = 0.99;
        double rounds = 2.5 / 0.1;
        double mean = (1 - Math.pow(kept, rounds)) / (rounds * (1 - kept));
        double pacing = 0.99;
        return mean * pacing * kept;
    }

    private static double cruising(long seed) {
        List<BbrWatch> watches = new ArrayList<>();
        TcpStack stack = new TcpStack("bbr", TcpStack.Requirement.SACK, RackTlp::new, () -> {
            BbrWatch watch = new BbrWatch(BbrState.PROBE_BW_CRUISE);
            watches.add(watch);
            return watch;
        });
        Networks.run(LabScenario.builder("cruise")
                .seed(seed)
                .seconds(SECONDS)
                .hop(wire(1))
                .flow(LabFlow.bulk("bbr", stack))
                .build());
        // The sender's is the one that cruises.
        return watches.stream().mapToDouble(BbrWatch::bitsPerSecond).max().orElseThrow() / LINK * 100;
    }

    private static PipeConfig wire(double percent) {
        return Networks.wire(100, 50, 1_250_000).loss(percent / 100).build();
    }

    private static double bbr(double percent, long seed) {
        return over("bbr", percent, seed);
    }

    /** From the beginning, slow start and Startup included. */
    private static double over(String stack, double percent, long seed) {
        return Networks.one(stack, wire(percent), SECONDS, seed).goodputBps() / LINK * 100;
    }

    private static double cubic(double percent, long seed) {
        LabResult result = Networks.one("rack/cubic", wire(percent), CUBIC_SECONDS, seed);
        return result.series(LabRun.RATES, "rack/cubic").mean(CUBIC_FROM_S, CUBIC_SECONDS) * 1e6 / LINK * 100;
    }
}
