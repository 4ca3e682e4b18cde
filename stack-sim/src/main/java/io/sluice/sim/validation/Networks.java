package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.chart.Series;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.lab.LabStacks;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;

/** Networks that several checks share, and what is read off their results. */
final class Networks {
    static final long MS = 1_000_000;
    static final long MBIT = 1_000_000;

    private Networks() {}

    static LabResult run(LabScenario scenario) {
        return LabRun.run(scenario.withoutSequences(), share -> {});
    }

    /** A wire with a drop-tail queue of so many octets. */
    static PipeConfig.Builder wire(long mbps, double oneWayMs, int bufferBytes) {
        return PipeConfig.builder()
                .rate(mbps * MBIT)
                .delayNs(Math.round(oneWayMs * MS))
                .queue(dropTail(bufferBytes));
    }

    static QueueFactory dropTail(int bytes) {
        return Queues.dropTail(Integer.MAX_VALUE, bytes);
    }

    /** One endless flow. */
    static LabFlow bulk(String name, String stack) {
        return LabStacks.flow(name, stack);
    }

    /** One flow over one wire. */
    static LabResult one(String stack, PipeConfig wire, double seconds, long seed) {
        return run(LabScenario.builder(stack)
                .seed(seed)
                .seconds(seconds)
                .hop(wire)
                .flow(bulk(stack, stack))
                .build());
    }

    /** STANDARD, where every segment is acknowledged at once. */
    static TcpProfile acknowledgingAll() {
        return TcpProfile.STANDARD.with(Knob.DELAYED_ACK_SEGMENTS, 1);
    }

    /** The mean of a line of samples between two times. */
    static double mean(Series s, double fromSeconds, double toSeconds) {
        double sum = 0;
        int n = 0;
        for (int i = 0; i < s.size(); i++) {
            if (s.x(i) >= fromSeconds && s.x(i) <= toSeconds) {
                sum += s.y(i);
                n++;
            }
        }
        return n == 0 ? Double.NaN : sum / n;
    }

    /** The highest sample between two times. */
    static double max(Series s, double fromSeconds, double toSeconds) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < s.size(); i++) {
            if (s.x(i) >= fromSeconds && s.x(i) <= toSeconds) {
                max = Math.max(max, s.y(i));
            }
        }
        return max;
    }

    /** The lowest sample between two times. */
    static double min(Series s, double fromSeconds, double toSeconds) {
        double min = Double.POSITIVE_INFINITY;
        for (int i = 0; i < s.size(); i++) {
            if (s.x(i) >= fromSeconds && s.x(i) <= toSeconds) {
                min = Math.min(min, s.y(i));
            }
        }
        return min;
    }
}
