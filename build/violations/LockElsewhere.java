// checkstyle | stack-core/src/test/java/io/sluice/wire | -
package io.sluice.wire;

/** Locks outside the core: the rule must not complain. */
final class LockElsewhere {
    private LockElsewhere() {}

    static int with(Object monitor) {
        synchronized (monitor) {
            return 1;
        }
    }
}
