package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabResult;
import io.sluice.tcp.TcpProfile;
import java.util.List;

/** RFC 8985: what RACK does about reordering and lost repetitions, and tail loss probes about lost tails. */
final class LossDetection {
    private static final String GROUP = "Loss detection";
    private static final int MSS = 1448;
    private static final int SEGMENTS = 60;
    private static final long RTT_NS = 40 * Networks.MS;
    private static final PipeConfig WIRE = PipeConfig.of(0, RTT_NS / 2);

    private LossDetection() {}

    static List<Check> checks() {
        return List.of(
                Check.atMost(
                                GROUP,
                                "rack: segments repeated for nothing, 2 % reordered by up to a quarter of the RTT",
                                "RFC 8985 §6.2 step 4",
                                3,
                                "segments",
                                LossDetection::spurious)
                        .seeds(20),
                Check.atMost(
                                GROUP,
                                "rack: the same, once reordering has been seen: after two round trips from the first",
                                "RFC 8985 §6.2 step 4",
                                0,
                                "segments",
                                LossDetection::spuriousLater)
                        .seeds(20),
                Check.between(
                        GROUP,
                        "rack: time to repeat a lost repetition",
                        "RFC 8985 §3.1",
                        0.9,
                        1.3,
                        "RTT",
                        seed -> lostRepetition("rack")),
                Check.between(
                        GROUP,
                        "rack: time from the last acknowledgment to the probe of a lost tail",
                        "RFC 8985 §7.2",
                        1.8,
                        2.3,
                        "SRTT",
                        seed -> lostTail("rack")),
                Check.between(
                        GROUP,
                        "rack: time from the last acknowledgment until both segments of a lost tail have been sent again",
                        "RFC 8985 §7.2, §7.4 (the probe, and a round trip later what it tells of)",
                        2.8,
                        3.4,
                        "SRTT",
                        seed -> lostTailRepaired("rack")));
    }

    private static double spurious(long seed) {
        PipeConfig wire = PipeConfig.builder()
                .rate(20 * Networks.MBIT)
                .delayNs(RTT_NS / 2)
                .queue(Networks.dropTail(10_000_000))
                .reordering(0.02, RTT_NS / 4)
                .build();
        LabResult r = Networks.one("rack", wire, 1.5, seed);
        return (double) r.flows().get(0).repeatedBytes() / MSS;
    }

    /** Copies that left two round trips or more after the first one: until then RACK does not know of reordering. */
    private static double spuriousLater(long seed) {
        PipeConfig wire = PipeConfig.builder()
                .rate(20 * Networks.MBIT)
                .delayNs(RTT_NS / 2)
                .queue(Networks.dropTail(10_000_000))
                .reordering(0.02, RTT_NS / 4)
                .build();
        try (OneTransfer t =
                new OneTransfer(seed, "rack", TcpProfile.STANDARD, wire, 3_000_000, true, (offset, copy) -> false)) {
            List<OneTransfer.Sent> copies =
                    t.run(1.5).sent.stream().filter(s -> s.copy() > 0).toList();
            long knownNs = copies.isEmpty() ? 0 : copies.get(0).atNs() + 2 * RTT_NS;
            return copies.stream().filter(s -> s.atNs() > knownNs).count();
        }
    }

    /** The segment at offset 50 is lost, and its first repetition. */
    private static double lostRepetition(String stack) {
        long lost = 50L * MSS;
        try (OneTransfer t = new OneTransfer(
                stack,
                TcpProfile.STANDARD,
                WIRE,
                400L * MSS,
                true,
                (offset, copy) -> covers(offset, lost) && copy < 2)) {
            List<Long> times = t.run(5).timesOf(lost);
            return (double) (times.get(2) - times.get(1)) / RTT_NS;
        }
    }

    private static boolean covers(long offset, long octet) {
        return offset <= octet && octet < offset + MSS;
    }

    /** The probe repeats the last segment; a round trip after it the one before follows. */
    private static double lostTail(String stack) {
        return afterLostTail(stack, 3, SEGMENTS - 1);
    }

    private static double lostTailRepaired(String stack) {
        return afterLostTail(stack, 2, SEGMENTS - 2);
    }

    /** The last segments of a flight are lost: when one leaves again, in round trips after what came before is acknowledged. */
    private static double afterLostTail(String stack, int lost, int segment) {
        long firstLost = (SEGMENTS - (long) lost) * MSS;
        try (OneTransfer t = new OneTransfer(
                stack,
                TcpProfile.STANDARD,
                WIRE,
                (long) SEGMENTS * MSS,
                true,
                (offset, copy) -> offset >= firstLost && copy == 0)) {
            List<Long> times = t.run(0.5).timesOf((long) segment * MSS);
            return (double) (times.get(1) - times.get(0)) / RTT_NS - 1; // what was before it is acknowledged after one
        }
    }
}
