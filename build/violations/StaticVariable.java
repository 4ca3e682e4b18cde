// architecture | stack-core/src/main/java/io/sluice/wire | ClassesTest.STATICS_ARE_FINAL
package io.sluice.wire;

/** Breaks the ban on statics that change. */
final class StaticVariable {
    private static int count;

    private StaticVariable() {}

    static int next() {
        return count++;
    }
}
