package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SourcePosition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the run of a script ended.
 *
 * @param script the name of the script
 * @param position where it failed, or null if it passed
 * @param failure the message, with the line of the script; empty if it passed
 * @param exchange what happened, line by line
 */
public record RunResult(
        String script, @Nullable SourcePosition position, Optional<String> failure, List<String> exchange) {
    /** Copies the list. */
    public RunResult {
        exchange = List.copyOf(exchange);
    }

    public boolean passed() {
        return failure.isEmpty();
    }
}
