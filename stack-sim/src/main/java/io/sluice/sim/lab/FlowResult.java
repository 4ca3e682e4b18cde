package io.sluice.sim.lab;

import io.sluice.sim.chart.Series;

/**
 * What became of a flow.
 *
 * @param name the flow's
 * @param stack the stack it began with
 * @param workload what it transported
 * @param receivedBytes octets that arrived, and were right
 * @param goodputBps bits of them in a second, while the flow ran
 * @param sentBytes octets of payload sent, repetitions included
 * @param sent the same so far, over seconds
 * @param repeatedBytes of these, repetitions
 * @param timeouts how often its loss timer fired
 * @param meanCwndBytes of its samples
 * @param meanRttMs of the samples of its smoothed round-trip time
 * @param p95RttMs 95 % were below
 * @param opened connections
 * @param completed of these, those that transported everything
 * @param medianCompletionMs how long these took
 * @param p99CompletionMs 99 % took less
 */
public record FlowResult(
        String name,
        String stack,
        String workload,
        long receivedBytes,
        double goodputBps,
        long sentBytes,
        Series sent,
        long repeatedBytes,
        long timeouts,
        double meanCwndBytes,
        double meanRttMs,
        double p95RttMs,
        int opened,
        int completed,
        double medianCompletionMs,
        double p99CompletionMs) {}
