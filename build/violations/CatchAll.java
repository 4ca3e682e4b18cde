// checkstyle | stack-core/src/main/java/io/sluice/wire | IllegalCatch
package io.sluice.wire;

/** Breaks the ban on catching everything. */
final class CatchAll {
    private CatchAll() {}

    static void run(Runnable body) {
        try {
            body.run();
        } catch (RuntimeException e) {
            throw new IllegalStateException(e);
        }
    }
}
