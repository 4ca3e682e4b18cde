package io.sluice.sim;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Streams of random numbers that follow from one seed and a name each: whoever draws from one, and how often, changes
 * nothing for the others, so that a host or a fault can be added to a run without disturbing the rest of it.
 */
public final class RandomStreams {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final long seed;

    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** The stream of this name, from its beginning: the same numbers for the same seed and name. */
    public SplittableRandom stream(String name) {
        return new SplittableRandom(mix(seed ^ hash(name)));
    }

    private static long hash(String name) {
        long h = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xFF)) * FNV_PRIME;
        }
        return h;
    }

    /** The finalizer of MurmurHash3: seeds and names that are close give streams that are not. */
    private static long mix(long z) {
        long x = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }
}
