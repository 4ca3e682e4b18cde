package io.sluice.sim.workload;

import java.util.random.RandomGenerator;

/**
 * How an application reads or writes: in pieces of a random size, with a pause now and then.
 *
 * @param minBytes the smallest piece, at least 1
 * @param maxBytes the largest piece
 * @param pauseProbability how often a pause follows a piece, 0..1
 * @param maxPauseNs the longest pause; its length is random
 */
public record Pace(int minBytes, int maxBytes, double pauseProbability, long maxPauseNs) {
    /** Large pieces, as fast as the socket takes or gives them. */
    public static final Pace FULL = new Pace(64 * 1024, 64 * 1024, 0, 0);

    /** Throws {@link IllegalArgumentException} for a pace that leads nowhere. */
    public Pace {
        if (minBytes < 1 || maxBytes < minBytes || pauseProbability < 0 || maxPauseNs < 0) {
            throw new IllegalArgumentException("no pace: " + minBytes + ".." + maxBytes);
        }
    }

    int piece(RandomGenerator random) {
        return minBytes == maxBytes ? minBytes : random.nextInt(minBytes, maxBytes + 1);
    }

    /** How long to pause now; 0 for not at all. */
    long pauseNs(RandomGenerator random) {
        boolean pauses = pauseProbability > 0 && maxPauseNs > 0 && random.nextDouble() < pauseProbability;
        return pauses ? 1 + random.nextLong(maxPauseNs) : 0;
    }

    /** With pauses so short that they should take at most {@code ns} together while {@code bytes} octets pass. */
    public Pace within(long bytes, long ns) {
        double pauses = pauseProbability * 2 * bytes / ((double) minBytes + maxBytes);
        long longest = pauses == 0 ? maxPauseNs : (long) (2 * ns / pauses);
        return new Pace(minBytes, maxBytes, pauseProbability, Math.min(maxPauseNs, longest));
    }
}
