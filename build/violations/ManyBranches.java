// checkstyle | stack-core/src/main/java/io/sluice/wire | CyclomaticComplexity
package io.sluice.wire;

/** Breaks the limit of cyclomatic complexity 12. */
final class ManyBranches {
    private ManyBranches() {}

    static boolean any(boolean a, boolean b, boolean c, boolean d) {
        return a || b || c || d || a && b || a && c || a && d || b && c || b && d || c && d;
    }
}
