// compile | stack-core/src/main/java/io/sluice/wire | [OperatorPrecedence]
package io.sluice.wire;

/** Breaks Error Prone with what it only warns about. */
final class Precedence {
    private Precedence() {}

    static boolean any(boolean a, boolean b, boolean c) {
        return a || b && c;
    }
}
