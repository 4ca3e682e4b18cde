// lint | stack-core/src/main/java/io/sluice/wire | found raw type
package io.sluice.wire;

import java.util.List;

/** Breaks -Xlint:all -Werror. */
final class RawType {
    private RawType() {}

    static int size(List list) {
        return list.size();
    }
}
