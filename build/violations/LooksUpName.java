// architecture | stack-core/src/main/java/io/sluice/wire | PureCoreTest.NO_NAME_LOOKUP
package io.sluice.wire;

import java.net.InetAddress;

/** Breaks the core's purity: a name service. */
final class LooksUpName {
    private LooksUpName() {}

    static String name(InetAddress address) {
        return address.getHostName();
    }
}
