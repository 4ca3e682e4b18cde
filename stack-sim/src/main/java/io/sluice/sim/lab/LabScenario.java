package io.sluice.sim.lab;

import io.sluice.sim.LinkConfig;
import io.sluice.sim.PipeConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * A network and the flows that cross it. The network is a chain of routers: one hop makes a dumbbell, several make a parking
 * lot. Immutable.
 *
 * @param name for people, and for files
 * @param seed decides everything that is random
 * @param durationNs how long it runs
 * @param hops the wires between the routers
 * @param flows who sends
 * @param link the device of every host
 * @param sequences whether time-sequences are drawn of bulk flows: they take memory with every segment
 */
public record LabScenario(
        String name,
        long seed,
        long durationNs,
        List<Hop> hops,
        List<LabFlow> flows,
        LinkConfig link,
        boolean sequences) {
    /** A wire between two routers, in the direction of the data and in that of the acknowledgments. */
    public record Hop(PipeConfig forward, PipeConfig back) {}

    /** Throws {@link IllegalArgumentException} if nothing can cross it. */
    public LabScenario {
        hops = List.copyOf(hops);
        flows = List.copyOf(flows);
        if (hops.isEmpty() || flows.isEmpty() || durationNs <= 0) {
            throw new IllegalArgumentException("an empty scenario: " + name);
        }
    }

    /** Starts a scenario. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The same with another seed. */
    public LabScenario withSeed(long newSeed) {
        return new LabScenario(name, newSeed, durationNs, hops, flows, link, sequences);
    }

    /** The same under another name. */
    public LabScenario withName(String newName) {
        return new LabScenario(newName, seed, durationNs, hops, flows, link, sequences);
    }

    /** The same without time-sequences. */
    public LabScenario withoutSequences() {
        return new LabScenario(name, seed, durationNs, hops, flows, link, false);
    }

    /** Collects a scenario. */
    public static final class Builder {
        private final String name;
        private final List<Hop> hops = new ArrayList<>();
        private final List<LabFlow> flows = new ArrayList<>();
        private long seed = 1;
        private long durationNs = 10_000_000_000L;
        private LinkConfig link = LinkConfig.PLAIN;

        private Builder(String name) {
            this.name = name;
        }

        public Builder seed(long newSeed) {
            seed = newSeed;
            return this;
        }

        public Builder seconds(double seconds) {
            durationNs = Math.round(seconds * 1e9);
            return this;
        }

        /** One more hop; acknowledgments come back as slowly, but nothing is dropped on their way. */
        public Builder hop(PipeConfig forward) {
            return hop(forward, PipeConfig.builder().delayNs(forward.delayNs()).build());
        }

        /** One more hop. */
        public Builder hop(PipeConfig forward, PipeConfig back) {
            hops.add(new Hop(forward, back));
            return this;
        }

        public Builder flow(LabFlow flow) {
            flows.add(flow);
            return this;
        }

        /** The device of every host; by default Ethernet without offloads. */
        public Builder link(LinkConfig newLink) {
            link = newLink;
            return this;
        }

        public LabScenario build() {
            return new LabScenario(name, seed, durationNs, hops, flows, link, true);
        }
    }
}
