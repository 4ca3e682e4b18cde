// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_THREAD
package io.sluice.wire;

/** Breaks the core's purity: a thread. */
final class StartsThread {
    private StartsThread() {}

    static void start(Runnable body) {
        new Thread(body).start();
    }
}
