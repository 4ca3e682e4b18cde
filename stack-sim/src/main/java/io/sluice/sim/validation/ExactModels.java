package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.ArrayList;
import java.util.List;

/** What can be computed on paper, to the nanosecond. */
final class ExactModels {
    private static final String GROUP = "Exact models";
    private static final int MSS = 1448;
    private static final PipeConfig WIRE = PipeConfig.of(0, 20 * Networks.MS);

    private ExactModels() {}

    static List<Check> checks() {
        List<Check> all = new ArrayList<>();
        for (int n = 2; n <= 6; n++) {
            int doubling = n + 1; // the first interval also holds the round trip of what was acknowledged before
            all.add(Check.between(
                    GROUP,
                    "RTO " + n + " as a multiple of the one before",
                    "RFC 6298 §5.5",
                    2,
                    2,
                    "times",
                    seed -> backOff(doubling)));
        }
        for (int n = 2; n <= 5; n++) {
            int doubling = n;
            all.add(Check.between(
                    GROUP,
                    "wait for zero-window probe " + n + " as a multiple of the one before",
                    "RFC 9293 §3.8.6.1 (SHLD-30)",
                    2,
                    2,
                    "times",
                    seed -> probes(doubling)));
        }
        all.add(Check.within(
                GROUP,
                "rate with a receive window of 64,000 octets, 40 ms",
                "W / RTT",
                64_000 * 8 / 0.04 / 1e6,
                0.01,
                "Mbit/s",
                seed -> windowLimited()));
        return all;
    }

    /** Everything is lost from the 40th segment on: intervals between the copies of that one. */
    private static double backOff(int n) {
        long lost = 40L * MSS;
        TcpProfile profile = TcpProfile.STANDARD.with(Knob.TAIL_LOSS_PROBE, 0);
        try (OneTransfer t =
                new OneTransfer("default/newreno", profile, WIRE, 41L * MSS, true, (offset, copy) -> offset >= lost)) {
            List<Long> times = t.run(120).timesOf(lost);
            return ratio(times, n);
        }
    }

    private static double ratio(List<Long> times, int n) {
        return (double) (times.get(n) - times.get(n - 1)) / (times.get(n - 1) - times.get(n - 2));
    }

    /** Nobody reads: intervals between the probes of one octet. */
    private static double probes(int n) {
        TcpProfile profile =
                TcpProfile.STANDARD.with(Knob.RECEIVE_BUFFER, 64_000).with(Knob.RECEIVE_BUFFER_AUTO, 0);
        try (OneTransfer t =
                new OneTransfer("default/newreno", profile, WIRE, 1_000_000, false, (offset, copy) -> false)) {
            t.run(120);
            List<Long> times = t.sent.stream()
                    .filter(s -> s.octets() == 1)
                    .map(OneTransfer.Sent::atNs)
                    .toList();
            return ratio(times, n + 1);
        }
    }

    private static double windowLimited() {
        TcpProfile profile = TcpProfile.STANDARD
                .with(Knob.RECEIVE_BUFFER, 64_000)
                .with(Knob.RECEIVE_BUFFER_AUTO, 0)
                .with(Knob.DELAYED_ACK_SEGMENTS, 1);
        try (OneTransfer t =
                new OneTransfer("default/newreno", profile, WIRE, 100_000_000, true, (offset, copy) -> false)) {
            t.run(2);
            long before = t.receivedBytes();
            t.run(4);
            return (t.receivedBytes() - before) * 8 / 4e6;
        }
    }
}
