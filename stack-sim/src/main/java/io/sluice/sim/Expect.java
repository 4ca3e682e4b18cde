package io.sluice.sim;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/** What a seed insists on. */
final class Expect {
    private Expect() {}

    static void holds(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** @param error null if a call was accepted */
    static void accepted(@Nullable SocketError error) {
        holds(error == null, "refused: " + error);
    }
}
