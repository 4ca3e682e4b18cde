// checkstyle | stack-core/src/main/java/io/sluice/wire | no locks
package io.sluice.wire;

/** Breaks the ban on locks in the core, with a block. */
final class Lock {
    private Lock() {}

    static int with(Object monitor) {
        synchronized (monitor) {
            return 1;
        }
    }
}
