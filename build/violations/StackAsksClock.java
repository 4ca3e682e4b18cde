// architecture | stack-cc/src/main/java/io/sluice/cubic | PureCoreTest.NO_CLOCK
package io.sluice.cubic;

/** Breaks the purity of a stack. */
final class StackAsksClock {
    private StackAsksClock() {}

    static long now() {
        return System.nanoTime();
    }
}
