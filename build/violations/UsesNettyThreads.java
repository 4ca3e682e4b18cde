// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.DEPENDENCIES
package io.sluice.wire;

import io.netty.util.concurrent.FastThreadLocal;

/** Breaks the core's purity: what of Netty is about threads. */
final class UsesNettyThreads {
    private UsesNettyThreads() {}

    static int index(FastThreadLocal<String> local) {
        return local.hashCode();
    }
}
