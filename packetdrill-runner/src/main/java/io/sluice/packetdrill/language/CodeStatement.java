package io.sluice.packetdrill.language;

import java.util.Optional;

/** A statement of a {@link CodeBlock}. */
public sealed interface CodeStatement {
    /** Where the statement begins. */
    SourcePosition position();

    /**
     * {@code assert condition, message}.
     *
     * @param position where it begins
     * @param condition what must be true
     * @param message what to show if it is not
     */
    record Assertion(SourcePosition position, CodeExpression condition, Optional<CodeExpression> message)
            implements CodeStatement {}

    /**
     * {@code name = value} or {@code name += value}. Names live until the end of the script.
     *
     * @param position where it begins
     * @param name what is assigned to
     * @param operator the operator of an augmented assignment; empty for a plain one
     * @param value the value
     */
    record Assignment(
            SourcePosition position,
            String name,
            Optional<CodeExpression.BinaryOperator> operator,
            CodeExpression value)
            implements CodeStatement {}

    /**
     * An expression for its effect, such as {@code print(tcpi_rtt)}.
     *
     * @param position where it begins
     * @param expression the expression
     */
    record Evaluation(SourcePosition position, CodeExpression expression) implements CodeStatement {}
}
