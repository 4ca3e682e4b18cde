// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.DEPENDENCIES
package io.sluice.wire;

import java.util.concurrent.atomic.AtomicLong;

/** Breaks the core's purity: java.util.concurrent. */
final class CountsAtomically {
    private final AtomicLong count = new AtomicLong();

    long next() {
        return count.incrementAndGet();
    }
}
