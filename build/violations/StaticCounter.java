// architecture | stack-core/src/main/java/io/sluice/wire | ClassesTest.STATICS_ARE_CONSTANTS
package io.sluice.wire;

/** Breaks the ban on statics that change. */
final class StaticCounter {
    private static final StaticCounter SHARED = new StaticCounter();

    private int count;

    static int next() {
        return SHARED.count++;
    }
}
