package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.chart.Series;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.List;
import java.util.stream.Stream;

/** The scenarios that ns-3 validates its TCP by (examples/tcp/tcp-validation.cc), with the marks that it passes at. */
final class Ns3Scenarios {
    private static final String GROUP = "ns-3's scenarios";
    private static final String SOURCE = "ns-3 tcp-validation.cc";
    private static final int MSS = 1448;
    private static final int ROOM = 10_000_000;

    private Ns3Scenarios() {}

    static List<Check> checks() {
        return Stream.concat(cubicChecks().stream(), dctcpChecks().stream()).toList();
    }

    private static List<Check> cubicChecks() {
        return List.of(
                Check.atLeast(
                        GROUP,
                        "cubic over CoDel: cwnd before the first drop",
                        SOURCE,
                        500,
                        "segments",
                        seed -> cubic(seed, 5, 5.7, true)),
                Check.atMost(
                        GROUP,
                        "cubic over CoDel: cwnd after it",
                        SOURCE,
                        190,
                        "segments",
                        seed -> cubic(seed, 5.5, 7, false)),
                Check.atLeast(
                        GROUP,
                        "cubic over CoDel: first maximum afterwards",
                        SOURCE,
                        224,
                        "segments",
                        seed -> cubic(seed, 9, 16.2, true)),
                Check.atLeast(
                        GROUP,
                        "cubic over CoDel: second maximum",
                        SOURCE,
                        212,
                        "segments",
                        seed -> cubic(seed, 16.2, 20, true)));
    }

    private static List<Check> dctcpChecks() {
        return List.of(
                Check.between(
                        GROUP,
                        "dctcp, 10 ms: rate after 5.6 s",
                        SOURCE,
                        48,
                        49,
                        "Mbit/s",
                        seed -> dctcpRate(seed, 10, 5.6)),
                Check.between(
                        GROUP,
                        "dctcp, 10 ms: share of marked packets (alpha)",
                        SOURCE,
                        0.06,
                        0.085,
                        "",
                        seed -> dctcpMarks(seed, 10)),
                Check.between(
                        GROUP,
                        "dctcp, 80 ms: rate after 32 s",
                        SOURCE,
                        47.5,
                        48.5,
                        "Mbit/s",
                        seed -> dctcpRate(seed, 80, 32)),
                Check.between(
                        GROUP,
                        "dctcp, 80 ms: share of marked packets (alpha)",
                        SOURCE,
                        0.015,
                        0.025,
                        "",
                        seed -> dctcpMarks(seed, 80)));
    }

    /** 50 Mbit/s, 50 ms, CoDel without ECN; the flow starts at 5 s. */
    private static double cubic(long seed, double from, double to, boolean highest) {
        PipeConfig wire = PipeConfig.builder()
                .rate(50 * Networks.MBIT)
                .delayNs(25 * Networks.MS)
                .queue(Queues.codel(ROOM, false))
                .build();
        TcpProfile profile = TcpProfile.STANDARD
                .with(Knob.INITIAL_SLOW_START, 0)
                .withCongestionControl("cubic"); // ns-3's has no HyStart++
        LabResult r = Networks.run(LabScenario.builder("ns-3 cubic")
                .seed(seed)
                .seconds(20)
                .hop(wire)
                .flow(Networks.bulk("a", "rack/cubic")
                        .withProfile(profile)
                        .between(5_000 * Networks.MS, Long.MAX_VALUE))
                .build());
        Series cwnd = r.series(LabRun.WINDOWS, "cwnd a");
        return (highest ? Networks.max(cwnd, from, to) : Networks.min(cwnd, from, to)) / MSS;
    }

    /** 50 Mbit/s with marks at 1 ms. */
    private static LabResult dctcp(long seed, int rttMs) {
        PipeConfig wire = PipeConfig.builder()
                .rate(50 * Networks.MBIT)
                .delayNs(rttMs * Networks.MS / 2)
                .queue(Queues.stepMark(Networks.MS, ROOM))
                .build();
        TcpProfile profile = TcpProfile.STANDARD.with(Knob.ECN, 1).withCongestionControl("dctcp");
        return Networks.run(LabScenario.builder("ns-3 dctcp")
                .seed(seed)
                .seconds(40)
                .hop(wire)
                .flow(Networks.bulk("a", "rack/dctcp").withProfile(profile))
                .build());
    }

    private static double dctcpRate(long seed, int rttMs, double from) {
        return Networks.mean(dctcp(seed, rttMs).series(LabRun.RATES, "a"), from, 40);
    }

    /** What alpha is the moving average of (RFC 8257 §3.3): the share of octets that were marked. */
    private static double dctcpMarks(long seed, int rttMs) {
        LabResult r = dctcp(seed, rttMs);
        return r.hops().get(0).marked() / (r.flows().get(0).sentBytes() / (double) MSS);
    }
}
