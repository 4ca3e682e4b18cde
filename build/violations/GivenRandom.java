// architecture | stack-core/src/main/java/io/sluice/wire | -
package io.sluice.wire;

import java.util.random.RandomGenerator;

/** Breaks nothing, randomness is given to it, so that no rule must complain. */
final class GivenRandom {
    private GivenRandom() {}

    static int draw(RandomGenerator random) {
        return random.nextInt();
    }
}
