package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A system call and what it is expected to return.
 *
 * @param position where the name is, or the end time of a blocking call
 * @param name the call, such as {@code sendto}
 * @param arguments the arguments; outputs hold what is expected of them
 * @param result the expected return value; an {@link Expression.Ellipsis} accepts any
 * @param error the symbol of the expected errno, such as {@code EAGAIN}
 * @param note the words in parentheses behind the result, for people
 * @param endNs for a blocking call, when it returns, in nanoseconds and from the same origin as the event's time; the
 *     call does not return before it and nothing waits for it. Empty if the call returns at once.
 */
public record SystemCall(
        SourcePosition position,
        String name,
        List<Expression> arguments,
        Expression result,
        Optional<String> error,
        Optional<String> note,
        OptionalLong endNs)
        implements Action {
    /** Copies the list. */
    public SystemCall {
        arguments = List.copyOf(arguments);
    }

    /** Whether the script allows the call to block. */
    public boolean isBlocking() {
        return endNs.isPresent();
    }
}
