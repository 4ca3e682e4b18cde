package io.sluice.sim.validation;

import io.sluice.sim.PipeConfig;
import io.sluice.sim.lab.LabFlow;
import io.sluice.sim.lab.LabResult;
import io.sluice.sim.lab.LabRun;
import io.sluice.sim.lab.LabScenario;
import io.sluice.sim.lab.LabStacks;
import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;
import io.sluice.tcp.Knob;
import io.sluice.tcp.TcpProfile;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

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

    /** What a seed leads to, run once however many checks ask for it. */
    static <T> LongFunction<T> once(LongFunction<T> run) {
        Map<Long, T> kept = new ConcurrentHashMap<>();
        return seed -> kept.computeIfAbsent(seed, run::apply);
    }
}
