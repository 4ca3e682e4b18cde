// compile | stack-core/src/main/java/io/sluice/wire | [NullAway]
package io.sluice.wire;

/** Breaks NullAway. */
final class NullReturn {
    private NullReturn() {}

    static String name() {
        return null;
    }
}
