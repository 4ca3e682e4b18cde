// checkstyle | stack-core/src/main/java/io/sluice/wire | FileLength
package io.sluice.wire;

/** Breaks the limit of 500 lines a file. */
final class LongFile {
    private LongFile() {}
    //x500 // a line
}
