// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.DEPENDENCIES
package io.sluice.wire;

import java.io.File;

/** Breaks the core's purity: a file. */
final class ReadsFile {
    private ReadsFile() {}

    static boolean exists(String name) {
        return new File(name).exists();
    }
}
