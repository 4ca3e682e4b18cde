// architecture | stack-core/src/main/java/io/sluice/wire | LayersTest.ARROWS
package io.sluice.wire;

import io.sluice.link.Path;

/** Breaks the order of the core's packages. */
final class ImportsUpwards {
    private ImportsUpwards() {}

    static String name(Path path) {
        return path.toString();
    }
}
