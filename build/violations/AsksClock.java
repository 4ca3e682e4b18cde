// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_CLOCK
package io.sluice.wire;

/** Breaks the core's purity: a clock. */
final class AsksClock {
    private AsksClock() {}

    static long now() {
        return System.nanoTime();
    }
}
