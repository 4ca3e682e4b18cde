// checkstyle | stack-core/src/main/java/io/sluice/wire | MissingJavadocType
package io.sluice.wire;

final class NoJavadoc {
    private NoJavadoc() {}
}
