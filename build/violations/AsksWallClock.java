// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_CLOCK
package io.sluice.wire;

/** Breaks the core's purity: the wall clock. */
final class AsksWallClock {
    private AsksWallClock() {}

    static long now() {
        return System.currentTimeMillis();
    }
}
