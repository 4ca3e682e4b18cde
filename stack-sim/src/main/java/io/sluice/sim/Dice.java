package io.sluice.sim;

import java.util.random.RandomGenerator;

/** Draws parameters. */
final class Dice {
    private final RandomGenerator random;

    Dice(RandomGenerator random) {
        this.random = random;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Uniform, both ends included. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Uniform, both ends included. */
    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Between both, every order of magnitude as likely as any other; least is at least 1. The same on every machine. */
    long logBetween(long least, long most) {
        double low = StrictMath.log((double) least);
        double high = StrictMath.log((double) most);
        double value = StrictMath.exp(low + random.nextDouble() * (high - low));
        return Math.min(most, Math.max(least, Math.round(value)));
    }

    /** With this probability uniform between 0 and {@code most}, otherwise 0. */
    double sometimes(double probability, double most) {
        return chance(probability) ? random.nextDouble() * most : 0;
    }

    int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
