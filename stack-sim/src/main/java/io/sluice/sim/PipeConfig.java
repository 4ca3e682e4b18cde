package io.sluice.sim;

/**
 * How one direction of a wire treats packets. Immutable; made with {@link #builder} or, for a wire without faults, {@link
 * #of}. Probabilities are for each packet, independent of all others.
 */
public final class PipeConfig {
    /** A rate at which sending takes no time. */
    public static final long UNLIMITED = 0;

    private final long rateBitsPerSecond;
    private final long delayNs;
    private final long jitterNs;
    private final int queueBytes;
    private final int queuePackets;
    private final double loss;
    private final int lossBurstPackets;
    private final long lossBurstNs;
    private final double duplication;
    private final double reordering;
    private final long reorderingDelayNs;
    private final double corruption;

    private PipeConfig(Builder b) {
        rateBitsPerSecond = b.rateBitsPerSecond;
        delayNs = b.delayNs;
        jitterNs = b.jitterNs;
        queueBytes = b.queueBytes;
        queuePackets = b.queuePackets;
        loss = b.loss;
        lossBurstPackets = b.lossBurstPackets;
        lossBurstNs = b.lossBurstNs;
        duplication = b.duplication;
        reordering = b.reordering;
        reorderingDelayNs = b.reorderingDelayNs;
        corruption = b.corruption;
    }

    /** A direction without faults, with a queue without a limit. */
    public static PipeConfig of(long rateBitsPerSecond, long delayNs) {
        return builder().rate(rateBitsPerSecond).delayNs(delayNs).build();
    }

    /** Starts with a perfect wire: no delay, no fault, no limit. */
    public static Builder builder() {
        return new Builder();
    }

    /** Bits of IP packets that can leave in a second, or {@link #UNLIMITED}. */
    public long rateBitsPerSecond() {
        return rateBitsPerSecond;
    }

    /** Propagation delay. */
    public long delayNs() {
        return delayNs;
    }

    /** The most that is added to the delay of a packet, at random; it does not change the order of packets. */
    public long jitterNs() {
        return jitterNs;
    }

    /** Octets that can wait to be sent. */
    public int queueBytes() {
        return queueBytes;
    }

    /** Packets that can wait to be sent. */
    public int queuePackets() {
        return queuePackets;
    }

    /** The probability that a packet is lost on the wire, and with it those that follow in the same burst. */
    public double loss() {
        return loss;
    }

    /** The most packets that are lost in a row for one hit; the number is random. */
    public int lossBurstPackets() {
        return lossBurstPackets;
    }

    /** The longest that losses in a row go on. */
    public long lossBurstNs() {
        return lossBurstNs;
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

    /** How long {@code octets} take to leave. */
    long serializationNs(int octets) {
        return rateBitsPerSecond == UNLIMITED ? 0 : octets * 8_000_000_000L / rateBitsPerSecond;
    }

    @Override
    public String toString() {
        return (rateBitsPerSecond == UNLIMITED ? "no rate" : rateBitsPerSecond / 1e6 + " Mbit/s")
                + ", " + (delayNs / 1e6) + " ms +" + (jitterNs / 1e6)
                + ", queue " + queuePackets + " packets " + queueBytes + " octets"
                + ", loss " + loss + " x" + lossBurstPackets + ", duplication " + duplication
                + ", reordering " + reordering + " by " + (reorderingDelayNs / 1e6) + " ms"
                + ", corruption " + corruption;
    }

    /** Collects a configuration. */
    public static final class Builder {
        private long rateBitsPerSecond = UNLIMITED;
        private long delayNs;
        private long jitterNs;
        private int queueBytes = Integer.MAX_VALUE;
        private int queuePackets = Integer.MAX_VALUE;
        private double loss;
        private int lossBurstPackets = 1;
        private long lossBurstNs;
        private double duplication;
        private double reordering;
        private long reorderingDelayNs;
        private double corruption;

        private Builder() {}

        /** Bits of IP packets in a second, or {@link #UNLIMITED}. */
        public Builder rate(long bitsPerSecond) {
            rateBitsPerSecond = atLeast(0, bitsPerSecond);
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
            queuePackets = (int) atLeast(1, packets);
            queueBytes = (int) atLeast(1, bytes);
            return this;
        }

        /** Probability of loss. */
        public Builder loss(double probability) {
            loss = probability(probability);
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
