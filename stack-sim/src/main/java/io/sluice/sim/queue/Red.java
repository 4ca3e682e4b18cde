package io.sluice.sim.queue;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Random Early Detection (RFC 2309 §3, as of Floyd and Jacobson 1993, in its gentle form): drops or marks with a probability
 * that grows with the average length of the queue.
 */
public final class Red extends SingleFifo {
    private final Parameters parameters;
    private final RandomGenerator random;
    private double averageBytes;
    private int sinceLast = -1;
    private long emptySinceNs = -1;

    /**
     * What RED goes by.
     *
     * @param minBytes the average below which nothing happens
     * @param maxBytes the average at which the probability is {@code maxProbability}; at twice that everything is dropped
     * @param limitBytes what fits
     * @param maxProbability the probability at {@code maxBytes}
     * @param weight of a new sample in the average
     * @param packetNs how long a typical packet takes to leave: by that the average falls while the queue is empty
     * @param ecn whether ECN-capable packets are marked instead
     */
    public record Parameters(
            int minBytes,
            int maxBytes,
            int limitBytes,
            double maxProbability,
            double weight,
            long packetNs,
            boolean ecn) {
        /** Thresholds at a quarter and three quarters of what fits, as the authors recommend them. */
        public static Parameters of(int limitBytes, long packetNs, boolean ecn) {
            return new Parameters(limitBytes / 4, limitBytes * 3 / 4, limitBytes, 0.1, 0.002, packetNs, ecn);
        }
    }

    public Red(Parameters parameters, RandomGenerator random) {
        super(parameters.limitBytes);
        this.parameters = parameters;
        this.random = random;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        updateAverage(nowNs);
        if (!fits(packet)) {
            sinceLast = 0;
            return false;
        }
        if (hits()) {
            boolean certain = averageBytes >= 2.0 * parameters.maxBytes;
            if (certain || !parameters.ecn || !packet.isEcnCapable()) {
                return false;
            }
            mark(packet);
        }
        fifo.add(packet, nowNs);
        return true;
    }

    private void updateAverage(long nowNs) {
        if (fifo.isEmpty() && emptySinceNs >= 0) {
            long missed = (nowNs - emptySinceNs) / Math.max(1, parameters.packetNs);
            averageBytes *= Math.pow(1 - parameters.weight, (double) missed);
            emptySinceNs = -1;
        }
        averageBytes += parameters.weight * (fifo.bytes() - averageBytes);
    }

    private boolean hits() {
        double p = probability();
        if (p <= 0) {
            sinceLast = -1;
            return false;
        }
        sinceLast++;
        double spread = sinceLast * p < 1 ? p / (1 - sinceLast * p) : 1; // hits are spread evenly
        if (random.nextDouble() < spread) {
            sinceLast = 0;
            return true;
        }
        return false;
    }

    private double probability() {
        if (averageBytes < parameters.minBytes) {
            return 0;
        }
        if (averageBytes < parameters.maxBytes) {
            double share = (averageBytes - parameters.minBytes) / (parameters.maxBytes - parameters.minBytes);
            return parameters.maxProbability * share;
        }
        double beyond = (averageBytes - parameters.maxBytes) / parameters.maxBytes;
        return Math.min(1, parameters.maxProbability + (1 - parameters.maxProbability) * beyond);
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        QueuedPacket packet = fifo.poll();
        if (fifo.isEmpty() && emptySinceNs < 0) {
            emptySinceNs = nowNs;
        }
        return packet;
    }
}
