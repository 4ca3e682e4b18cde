package io.sluice.sim.validation;

import io.sluice.sim.chart.Series;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What the draft of BBRv3 says about its phases: 50 Mbit/s, 40 ms, a queue of two BDP. There is no chance in Startup; when the
 * bandwidth is probed is drawn.
 */
final class BbrNumbers {
    private static final String GROUP = "BBR's phases";
    private static final double RTT_S = 0.04;
    private static final double BDP = 250_000;
    private static final double FULL = 50 * 1448 / 1500.0;
    private static final int SEEDS = 20;

    private BbrNumbers() {}

    static List<Check> checks() {
        LongFunction<Run> minute = Networks.once(seed -> new Run(run(60, seed)));
        return List.of(
                Check.atMost(
                        GROUP,
                        "Startup: rounds until 90 % of the link are used, log2(BDP / IW) + 3",
                        "draft-ietf-ccwg-bbr-06 §5.3.1",
                        Math.ceil(Math.log(BDP / 14_480) / Math.log(2)) + 3,
                        "rounds",
                        BbrNumbers::startup),
                Check.atMost(
                                GROUP,
                                "steady state: mean queue",
                                "draft-ietf-ccwg-bbr-06 §5.3.3",
                                0.3,
                                "BDP",
                                seed -> minute.apply(seed).queue.mean(5, 60) / BDP)
                        .seeds(SEEDS),
                Check.between(
                                GROUP,
                                "ProbeRTT: least in flight",
                                "draft-ietf-ccwg-bbr-06 §5.3.4.2 (gain 0.5)",
                                0.35,
                                0.65,
                                "BDP",
                                seed -> minute.apply(seed).pipe.min(5, 59) / BDP)
                        .seeds(SEEDS),
                Check.between(
                                GROUP,
                                "ProbeRTT: time between two",
                                "draft-ietf-ccwg-bbr-06 §5.3.4.3 (5 s)",
                                4.8,
                                5.8,
                                "s",
                                seed -> probeInterval(minute.apply(seed).pipe))
                        .seeds(SEEDS),
                Check.between(
                                GROUP,
                                "ProbeRTT: time with less than 0.6 BDP in flight",
                                "draft-ietf-ccwg-bbr-06 §5.3.4.3 (200 ms and a round)",
                                0.2,
                                0.3,
                                "s",
                                seed -> probeLength(new Run(run(8, seed)).pipe))
                        .seeds(SEEDS),
                Check.atLeast(
                                GROUP,
                                "steady state: use of the link",
                                "draft-ietf-ccwg-bbr-06 §5.3.3",
                                93,
                                "%",
                                seed -> minute.apply(seed).rate.mean(5, 60) / FULL * 100)
                        .seeds(SEEDS));
    }

    /** What is looked at of a run. */
    private record Run(Series queue, Series pipe, Series rate) {
        Run(LabResult r) {
            this(r.series(LabRun.QUEUES, "hop 0"), r.series(LabRun.WINDOWS, "pipe bbr"), r.series(LabRun.RATES, "bbr"));
        }
    }

    private static LabResult run(int seconds, long seed) {
        return Networks.one("bbr", Networks.wire(50, 20, (int) (2 * BDP)).build(), seconds, seed);
    }

    private static double startup(long seed) {
        Series pipe = new Run(run(2, seed)).pipe;
        for (int i = 0; i < pipe.size(); i++) {
            if (pipe.y(i) >= 0.9 * BDP) {
                return pipe.x(i) / RTT_S - 1; // one for the handshake
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** How long the first dip below 0.6 BDP lasts. */
    private static double probeLength(Series pipe) {
        double from = -1;
        for (int i = 0; i < pipe.size(); i++) {
            boolean little = pipe.x(i) > 2 && pipe.y(i) < 0.6 * BDP;
            if (from >= 0 && !little) {
                return pipe.x(i) - from;
            }
            from = little && from < 0 ? pipe.x(i) : from;
        }
        return Double.NaN;
    }

    /** The mean time between dips below 0.7 BDP. */
    private static double probeInterval(Series pipe) {
        double first = -1;
        double last = -1;
        int dips = 0;
        for (int i = 0; i < pipe.size(); i++) {
            if (pipe.x(i) > 5 && pipe.y(i) < 0.7 * BDP && pipe.x(i) > last + 1) {
                dips++;
                first = first < 0 ? pipe.x(i) : first;
                last = pipe.x(i);
            }
        }
        return dips < 2 ? Double.POSITIVE_INFINITY : (last - first) / (dips - 1);
    }
}
