// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_RANDOMNESS
package io.sluice.wire;

import java.util.random.RandomGenerator;

/** Breaks the core's purity: the default random generator. */
final class GetsRandom {
    private GetsRandom() {}

    static int draw() {
        return RandomGenerator.getDefault().nextInt();
    }
}
