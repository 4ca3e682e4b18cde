// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_RANDOMNESS
package io.sluice.wire;

import java.util.SplittableRandom;

/** Breaks the core's purity: a random generator of its own. */
final class MakesRandom {
    private MakesRandom() {}

    static int draw() {
        return new SplittableRandom().nextInt();
    }
}
