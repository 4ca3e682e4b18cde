package io.sluice.sim.validation;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.NewReno;
import io.sluice.cubic.Cubic;
import io.sluice.sim.LinkRate;
import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * RFC 9438 §5.1 and §5.2: the average window where one of 1/p segments is lost, and the rate that a loss rate allows. Without
 * delayed acknowledgments, as the tables are computed.
 */
final class ResponseFunctions {
    private static final String GROUP = "Response function";
    private static final int MSS = 1448;

    /** RFC 9438 table 1 (100 ms) and table 2 (10 ms): p, Reno's and CUBIC's average window in segments. */
    private static final double[][] TABLE_1 = {
        {1e-2, 12, 12}, {1e-3, 38, 38}, {1e-4, 120, 187}, {1e-5, 379, 1054}, {1e-6, 1200, 5926}
    };

    /** Rows of both tables that are computed. */
    private static final double[][] SMALLER_1 = {{1e-7, 3795, 33325}, {1e-8, 12000, 187400}};

    private static final double[][] SMALLER_2 = {{1e-7, 3795, 5926}, {1e-8, 12000, 33325}};

    private static final double[][] TABLE_2 = {
        {1e-2, 12, 12}, {1e-3, 38, 38}, {1e-4, 120, 120}, {1e-5, 379, 379}, {1e-6, 1200, 1200}
    };

    /** RFC 9438 table 3 up to 100 Mbit/s: Mbit/s, and the loss rates that allow it to Reno and CUBIC; packets of 1500 octets. */
    private static final double[][] TABLE_3 = {{1, 2.0e-2, 2.0e-2}, {10, 2.0e-4, 2.9e-4}, {100, 2.0e-6, 1.4e-5}};

    private ResponseFunctions() {}

    static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        windows(all, TABLE_1, 100, "RFC 9438 table 1");
        computed(all, SMALLER_1, 100, "RFC 9438 table 1");
        windows(all, TABLE_2, 10, "RFC 9438 table 2");
        computed(all, SMALLER_2, 10, "RFC 9438 table 2");
        for (double[] row : TABLE_3) {
            rate(all, "newreno", row[0], row[1]);
            rate(all, "cubic", row[0], row[2]);
        }
        return all;
    }

    private static void windows(List<Check> all, double[][] table, int rttMs, String source) {
        for (double[] row : table) {
            window(all, "newreno", row[0], row[1], rttMs, source);
            window(all, "cubic", row[0], row[2], rttMs, source);
        }
    }

    private static void computed(List<Check> all, double[][] table, int rttMs, String source) {
        for (double[] row : table) {
            computed(all, NewReno::new, "newreno", row[0], row[1], rttMs, source);
            computed(all, Cubic::new, "cubic", row[0], row[2], rttMs, source);
        }
    }

    private static void computed(
            List<Check> all,
            Supplier<CongestionControl> cc,
            String name,
            double p,
            double published,
            int rttMs,
            String source) {
        all.add(Check.within(
                GROUP,
                "average window of " + name + ", p = " + p + ", " + rttMs
                        + " ms (computed: the algorithm without packets)",
                source,
                published,
                0.1,
                "segments",
                seed -> ComputedWindows.mean(cc.get(), p, published, rttMs * Networks.MS)));
    }

    private static void window(List<Check> all, String cc, double p, double published, int rttMs, String source) {
        all.add(Check.within(
                        GROUP,
                        "average window of " + cc + ", p = " + p + ", " + rttMs + " ms",
                        source,
                        published,
                        0.1,
                        "segments",
                        seed -> steady(cc, p, published, rttMs, seed).meanWindow() / MSS)
                .because(
                        "the model behind the table grows by fractions of a segment and loses no time. Here the window grows by whole "
                                + "segments, whole segments leave, and in the round trip in which the loss is repaired it does not grow: "
                                + "windows of 7.5 (twice), 8.5, 9.5 ... 14.5 carry the 100 segments of a period in 9.5 round trips instead of 8.2, "
                                + "which is 10.5 on average"));
    }

    private static void rate(List<Check> all, String cc, double mbps, double p) {
        double segments = mbps * 1e6 * 0.1 / 8 / 1500;
        all.add(Check.within(
                GROUP,
                "rate of " + cc + ", p = " + p + ", 100 ms",
                "RFC 9438 table 3",
                mbps,
                0.15,
                "Mbit/s",
                seed -> steady(cc, p, segments, 100, seed).packetRate() / 1e6));
    }

    /** Buffers that are no limit: the largest window has 9 MB. */
    private static TcpProfile unlimited(String cc) {
        return Networks.acknowledgingAll()
                .withCongestionControl(cc)
                .with(Knob.MAX_SOCKET_BUFFER, 1 << 26)
                .with(Knob.RECEIVE_BUFFER, 1 << 25)
                .with(Knob.SEND_BUFFER, 1 << 25);
    }

    /**
     * @param packetRate bits of packets sent in a second, those that were lost included: the rate that the table's model has
     */
    private record Steady(double meanWindow, double packetRate) {}

    /** Runs until some losses have passed, then over whole periods between losses. */
    private static Steady steady(String cc, double p, double expectedSegments, int rttMs, long seed) {
        double periodSeconds = 1 / p / expectedSegments * rttMs / 1e3;
        double seconds = Math.max(60, 14 * periodSeconds);
        PipeConfig forward = PipeConfig.builder()
                .rate(LinkRate.UNLIMITED)
                .delayNs(rttMs * Networks.MS / 2)
                .lossEvery((int) Math.round(1 / p))
                .build();
        LabScenario scenario = LabScenario.builder(cc)
                .seed(seed)
                .seconds(seconds)
                .hop(forward)
                .flow(Networks.bulk(cc, "default/" + cc).withProfile(unlimited(cc)))
                .build();
        LabResult result = Networks.run(scenario);
        double from = Math.max(seconds / 3, 4 * periodSeconds);
        double window = result.series(LabRun.WINDOWS, "cwnd " + cc).mean(from, seconds);
        double sent = result.flows().get(0).sent().slope(from, seconds);
        return new Steady(window, sent * 8 * 1500 / MSS);
    }
}
