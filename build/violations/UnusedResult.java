// compile | stack-core/src/main/java/io/sluice/wire | [ReturnValueIgnored]
package io.sluice.wire;

/** Breaks Error Prone. */
final class UnusedResult {
    private UnusedResult() {}

    static void trim(String text) {
        text.trim();
    }
}
