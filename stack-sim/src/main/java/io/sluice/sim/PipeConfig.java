package io.sluice.sim;

import io.sluice.sim.queue.QueueFactory;
import io.sluice.sim.queue.Queues;

/**
 * How one direction of a wire treats packets. Immutable; made with {@link #builder} or, for a wire without faults, {@link
 * #of}. Probabilities are for each packet, independent of all others.
 */
public final class PipeConfig {
    private final LinkRate rate;
    private final long delayNs;
    private final long jitterNs;
    private final QueueFactory queue;
    private final double loss;
    private final int lossEvery;
    private final int lossBurstPackets;
    private final long lossBurstNs;
    private final GilbertElliott burstLoss;
    private final PolicerConfig policer;
    private final int keepOneAckOf;
    private final long aggregationNs;
    private final double duplication;
    private final double reordering;
    private final long reorderingDelayNs;
    private final double corruption;
    private final double marking;
    private final boolean clearsEcn;

    private PipeConfig(Builder b) {
        rate = b.rate;
        delayNs = b.delayNs;
        jitterNs = b.jitterNs;
        queue = b.queue;
        loss = b.loss;
        lossEvery = b.lossEvery;
        lossBurstPackets = b.lossBurstPackets;
        lossBurstNs = b.lossBurstNs;
        burstLoss = b.burstLoss;
        policer = b.policer;
        keepOneAckOf = b.keepOneAckOf;
        aggregationNs = b.aggregationNs;
        duplication = b.duplication;
        reordering = b.reordering;
        reorderingDelayNs = b.reorderingDelayNs;
        corruption = b.corruption;
        marking = b.marking;
        clearsEcn = b.clearsEcn;
    }

    /** A direction without faults, with a queue without a limit. */
    public static PipeConfig of(long rateBitsPerSecond, long delayNs) {
        return builder().rate(rateBitsPerSecond).delayNs(delayNs).build();
    }

    /** Starts with a perfect wire: no delay, no fault, no limit. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with all of this. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.rate = rate;
        b.delayNs = delayNs;
        b.jitterNs = jitterNs;
        b.queue = queue;
        b.loss = loss;
        b.lossEvery = lossEvery;
        b.lossBurstPackets = lossBurstPackets;
        b.lossBurstNs = lossBurstNs;
        b.burstLoss = burstLoss;
        b.policer = policer;
        b.keepOneAckOf = keepOneAckOf;
        b.aggregationNs = aggregationNs;
        b.duplication = duplication;
        b.reordering = reordering;
        b.reorderingDelayNs = reorderingDelayNs;
        b.corruption = corruption;
        b.marking = marking;
        b.clearsEcn = clearsEcn;
        return b;
    }

    /** How fast IP packets can leave. */
    public LinkRate rate() {
        return rate;
    }

    /** Propagation delay. */
    public long delayNs() {
        return delayNs;
    }

    /** The most that is added to the delay of a packet, at random; it does not change the order of packets. */
    public long jitterNs() {
        return jitterNs;
    }

    /** What waits to be sent, and which packets are dropped or marked. */
    public QueueFactory queue() {
        return queue;
    }

    /** The probability that a packet is lost on the wire, and with it those that follow in the same burst. */
    public double loss() {
        return loss;
    }

    /** Of so many TCP segments with data, the last is lost, without any chance; 0 for none. */
    public int lossEvery() {
        return lossEvery;
    }

    /** The most packets that are lost in a row for one hit; the number is random. */
    public int lossBurstPackets() {
        return lossBurstPackets;
    }

    /** The longest that losses in a row go on. */
    public long lossBurstNs() {
        return lossBurstNs;
    }

    /** Losses in bursts, by two states. */
    public GilbertElliott burstLoss() {
        return burstLoss;
    }

    /** What drops packets beyond a rate, before the queue. */
    public PolicerConfig policer() {
        return policer;
    }

    /** Of so many TCP segments in a row that carry nothing but an acknowledgment, one passes; 1 for all. */
    public int keepOneAckOf() {
        return keepOneAckOf;
    }

    /** Packets arrive together at multiples of this time, as from a radio that aggregates; 0 for each at its time. */
    public long aggregationNs() {
        return aggregationNs;
    }

    /** The probability that a packet arrives twice. */
    public double duplication() {
        return duplication;
    }

    /** The probability that a packet is held back, so that later ones overtake it. */
    public double reordering() {
        return reordering;
    }

    /** The longest that a packet is held back. */
    public long reorderingDelayNs() {
        return reorderingDelayNs;
    }

    /** The probability that up to eight neighbouring bits of a packet are flipped: an error that checksums find. */
    public double corruption() {
        return corruption;
    }

    /** The probability that an ECN-capable packet is marked (CE, RFC 3168 §5) on the wire, whatever the queue does. */
    public double marking() {
        return marking;
    }

    /** Whether something on the way clears the ECN field of every packet, which RFC 3168 §18.1 warns of. */
    public boolean clearsEcn() {
        return clearsEcn;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(rate).append(", ").append(delayNs / 1e6).append(" ms");
        part(text, jitterNs > 0, " + up to " + jitterNs / 1e6 + " ms");
        text.append(", ").append(queue);
        part(text, loss > 0, ", loss " + loss + (lossBurstPackets > 1 ? " x" + lossBurstPackets : ""));
        part(text, lossEvery > 0, ", each " + lossEvery + "th segment lost");
        part(text, burstLoss.meanLoss() > 0, ", " + burstLoss);
        part(text, policer.bitsPerSecond() > 0, ", " + policer);
        part(text, keepOneAckOf > 1, ", one ACK of " + keepOneAckOf);
        part(text, aggregationNs > 0, ", aggregated by " + aggregationNs / 1e6 + " ms");
        part(text, duplication > 0, ", duplication " + duplication);
        part(text, reordering > 0, ", reordering " + reordering + " by " + reorderingDelayNs / 1e6 + " ms");
        part(text, corruption > 0, ", corruption " + corruption);
        part(text, marking > 0, ", marking " + marking);
        part(text, clearsEcn, ", clears ECN");
        return text.toString();
    }

    private static void part(StringBuilder text, boolean present, String part) {
        if (present) {
            text.append(part);
        }
    }

    /** Collects a configuration. */
    public static final class Builder {
        private LinkRate rate = LinkRate.UNLIMITED;
        private long delayNs;
        private long jitterNs;
        private QueueFactory queue = Queues.dropTail(Integer.MAX_VALUE, Integer.MAX_VALUE);
        private double loss;
        private int lossEvery;
        private int lossBurstPackets = 1;
        private long lossBurstNs;
        private GilbertElliott burstLoss = GilbertElliott.NONE;
        private PolicerConfig policer = PolicerConfig.NONE;
        private int keepOneAckOf = 1;
        private long aggregationNs;
        private double duplication;
        private double reordering;
        private long reorderingDelayNs;
        private double corruption;
        private double marking;
        private boolean clearsEcn;

        private Builder() {}

        /** Bits of IP packets in a second, or 0: then sending takes no time. */
        public Builder rate(long bitsPerSecond) {
            return rate(LinkRate.constant(atLeast(0, bitsPerSecond)));
        }

        /** How fast packets leave. */
        public Builder rate(LinkRate newRate) {
            rate = newRate;
            return this;
        }

        /** Propagation delay. */
        public Builder delayNs(long ns) {
            delayNs = atLeast(0, ns);
            return this;
        }

        /** The most that is added to the delay. */
        public Builder jitterNs(long ns) {
            jitterNs = atLeast(0, ns);
            return this;
        }

        /** Limits what waits to be sent; the packet on the wire does not wait. At least one packet fits. */
        public Builder queue(int packets, int bytes) {
            return queue(Queues.dropTail((int) atLeast(1, packets), (int) atLeast(1, bytes)));
        }

        /** What waits to be sent, and what is dropped or marked; the packet on the wire does not wait. */
        public Builder queue(QueueFactory newQueue) {
            queue = newQueue;
            return this;
        }

        /** Losses in bursts. */
        public Builder burstLoss(GilbertElliott losses) {
            burstLoss = losses;
            return this;
        }

        /** Drops what comes beyond a rate, before the queue. */
        public Builder policer(long bitsPerSecond, int burstBytes) {
            policer = new PolicerConfig(atLeast(1, bitsPerSecond), (int) atLeast(1, burstBytes));
            return this;
        }

        /** Lets one of so many segments pass that carry nothing but an acknowledgment. */
        public Builder keepOneAckOf(int segments) {
            keepOneAckOf = (int) atLeast(1, segments);
            return this;
        }

        /** Lets packets arrive together, at multiples of this time. */
        public Builder aggregationNs(long ns) {
            aggregationNs = atLeast(0, ns);
            return this;
        }

        /** Probability of loss. */
        public Builder loss(double probability) {
            loss = probability(probability);
            return this;
        }

        /** Loses the last of so many TCP segments with data, again and again. */
        public Builder lossEvery(int segments) {
            lossEvery = (int) atLeast(2, segments);
            return this;
        }

        /** How many packets in a row one hit takes at most, and for how long it goes on at most. */
        public Builder lossBurst(int maxPackets, long maxNs) {
            lossBurstPackets = (int) atLeast(1, maxPackets);
            lossBurstNs = atLeast(0, maxNs);
            return this;
        }

        /** Probability of a second copy. */
        public Builder duplication(double probability) {
            duplication = probability(probability);
            return this;
        }

        /** Probability of being held back, for up to {@code longestNs}. */
        public Builder reordering(double probability, long longestNs) {
            reordering = probability(probability);
            reorderingDelayNs = atLeast(0, longestNs);
            return this;
        }

        /** Probability of flipped bits. */
        public Builder corruption(double probability) {
            corruption = probability(probability);
            return this;
        }

        /** Probability that an ECN-capable packet is marked on the wire. */
        public Builder marking(double probability) {
            marking = probability(probability);
            return this;
        }

        /** Lets something on the way clear the ECN field of every packet. */
        public Builder clearsEcn(boolean clears) {
            clearsEcn = clears;
            return this;
        }

        /** The configuration. */
        public PipeConfig build() {
            return new PipeConfig(this);
        }

        private static long atLeast(long least, long value) {
            if (value < least) {
                throw new IllegalArgumentException(value + " is less than " + least);
            }
            return value;
        }

        private static double probability(double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("no probability: " + value);
            }
            return value;
        }
    }
}
