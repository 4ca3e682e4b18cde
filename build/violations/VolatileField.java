// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_VOLATILE_FIELD
package io.sluice.wire;

/** Breaks the core's purity: a volatile field. */
final class VolatileField {
    private volatile int count;

    int count() {
        return count;
    }
}
