// format | stack-core/src/main/java/io/sluice/wire | BadFormat.java
package io.sluice.wire;

/** Breaks the format. */
final class BadFormat { private BadFormat() { } }
