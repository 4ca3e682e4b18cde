// checkstyle | stack-core/src/main/java/io/sluice/wire | ParameterNumber
package io.sluice.wire;

/** Breaks the limit of 7 parameters. */
final class ManyParameters {
    private ManyParameters() {}

    static int sum(int a, int b, int c, int d, int e, int f, int g, int h) {
        return a + b + c + d + e + f + g + h;
    }
}
