// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_RANDOMNESS
package io.sluice.wire;

/** Breaks the core's purity: Math.random. */
final class DrawsRandom {
    private DrawsRandom() {}

    static double draw() {
        return Math.random();
    }
}
