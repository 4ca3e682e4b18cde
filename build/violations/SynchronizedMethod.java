// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_SYNCHRONIZED_METHOD
package io.sluice.wire;

/** Breaks the core's purity: a lock on a method. */
final class SynchronizedMethod {
    private int count;

    synchronized int next() {
        return count++;
    }
}
