// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.DEPENDENCIES
package io.sluice.wire;

import java.time.Instant;

/** Breaks the core's purity: a clock of java.time. */
final class AsksInstant {
    private AsksInstant() {}

    static long now() {
        return Instant.now().toEpochMilli();
    }
}
