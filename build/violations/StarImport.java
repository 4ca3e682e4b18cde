// checkstyle | stack-core/src/main/java/io/sluice/wire | AvoidStarImport
package io.sluice.wire;

import java.util.*;

/** Breaks the ban on star imports. */
final class StarImport {
    private StarImport() {}

    static int size(List<String> list) {
        return list.size();
    }
}
