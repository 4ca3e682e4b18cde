// checkstyle | stack-core/src/main/java/io/sluice/wire | InvalidJavadocPosition
package io.sluice.wire;

/** Two comments before one method. */
final class StrayJavadoc {
    /** Belongs to nothing. */
    /** Makes one. */
    private StrayJavadoc() {}
}
