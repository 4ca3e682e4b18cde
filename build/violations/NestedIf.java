// checkstyle | stack-core/src/main/java/io/sluice/wire | NestedIfDepth
package io.sluice.wire;

/** Breaks the limit of two ifs in an if. */
final class NestedIf {
    private NestedIf() {}

    static int f(int a) {
        if (a > 0) {
            if (a > 1) {
                if (a > 2) {
                    if (a > 3) {
                        return 1;
                    }
                }
            }
        }
        return 0;
    }
}
