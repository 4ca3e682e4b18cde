package io.sluice.sim.lab;

/**
 * What became of a hop.
 *
 * @param config how it was
 * @param utilization octets delivered, as a share of what its mean rate allows; 0 without a rate
 * @param queueDrops packets that its queue or policer dropped
 * @param losses packets that its wire lost
 * @param marked packets that its queue marked
 * @param meanDelayMs of samples of the delay in its queue
 * @param p99DelayMs 99 % were below
 */
public record HopResult(
        String config,
        double utilization,
        long queueDrops,
        long losses,
        long marked,
        double meanDelayMs,
        double p99DelayMs) {}
