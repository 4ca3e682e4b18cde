// checkstyle | stack-core/src/main/java/io/sluice/wire | IllegalType
package io.sluice.wire;

import java.util.HashMap;

/** Breaks the ban on declaring HashMap instead of Map. */
final class ConcreteCollection {
    private ConcreteCollection() {}

    static int size(HashMap<String, String> map) {
        return map.size();
    }
}
