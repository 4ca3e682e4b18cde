package io.sluice.packetdrill.language;

import java.util.List;
import java.util.Optional;

/** An expression of a {@link CodeBlock}; precedence and meaning are Python's. */
public sealed interface CodeExpression {
    /** Where the expression begins. */
    SourcePosition position();

    /**
     * An integer.
     *
     * @param position where it is
     * @param value its value
     */
    record IntegerValue(SourcePosition position, long value) implements CodeExpression {}

    /**
     * A number with a fraction or an exponent.
     *
     * @param position where it is
     * @param value its value
     */
    record FloatValue(SourcePosition position, double value) implements CodeExpression {}

    /**
     * A string in either kind of quotes, escapes resolved.
     *
     * @param position where it is
     * @param value its text
     */
    record StringValue(SourcePosition position, String value) implements CodeExpression {}

    /**
     * {@code True}, {@code False} or {@code None}.
     *
     * @param position where it is
     * @param value the truth value; empty for {@code None}
     */
    record Constant(SourcePosition position, Optional<Boolean> value) implements CodeExpression {}

    /**
     * A name: a field of {@code tcp_info}, a symbol of the kernel, a variable or a function.
     *
     * @param position where it is
     * @param name the name
     */
    record Name(SourcePosition position, String name) implements CodeExpression {}

    /**
     * {@code -x}, {@code +x}, {@code ~x}, {@code not x}.
     *
     * @param position where it begins
     * @param operator the operator
     * @param operand the operand
     */
    record Unary(SourcePosition position, UnaryOperator operator, CodeExpression operand) implements CodeExpression {}

    /**
     * An arithmetic or bitwise operation; {@code %} formats if its left side is a string.
     *
     * @param position where the left side begins
     * @param operator the operator
     * @param left the left side
     * @param right the right side
     */
    record Binary(SourcePosition position, BinaryOperator operator, CodeExpression left, CodeExpression right)
            implements CodeExpression {}

    /**
     * {@code a <= b < c}: true if every neighbouring pair compares so.
     *
     * @param position where the first operand begins
     * @param first the first operand
     * @param rest the other operands with the operators before them, at least one
     */
    record Comparison(SourcePosition position, CodeExpression first, List<Comparand> rest) implements CodeExpression {
        /** Copies the list. */
        public Comparison {
            rest = List.copyOf(rest);
        }
    }

    /**
     * An operand of a {@link Comparison} with the operator before it.
     *
     * @param operator the operator
     * @param operand the operand
     */
    record Comparand(ComparisonOperator operator, CodeExpression operand) {}

    /**
     * {@code a and b and c}, {@code a or b or c}.
     *
     * @param position where the first operand begins
     * @param conjunction true for {@code and}
     * @param operands the operands, at least two
     */
    record BooleanOperation(SourcePosition position, boolean conjunction, List<CodeExpression> operands)
            implements CodeExpression {
        /** Copies the list. */
        public BooleanOperation {
            operands = List.copyOf(operands);
        }
    }

    /**
     * {@code a if condition else b}.
     *
     * @param position where {@code a} begins
     * @param condition the condition
     * @param then the value if it is true
     * @param otherwise the value if it is not
     */
    record Choice(SourcePosition position, CodeExpression condition, CodeExpression then, CodeExpression otherwise)
            implements CodeExpression {}

    /**
     * {@code f(a, b)}.
     *
     * @param position where the function begins
     * @param function the function
     * @param arguments the arguments
     */
    record Call(SourcePosition position, CodeExpression function, List<CodeExpression> arguments)
            implements CodeExpression {
        /** Copies the list. */
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * {@code a[b]}.
     *
     * @param position where {@code a} begins
     * @param container the container
     * @param index the index
     */
    record Subscript(SourcePosition position, CodeExpression container, CodeExpression index)
            implements CodeExpression {}

    /**
     * {@code a.name}.
     *
     * @param position where {@code a} begins
     * @param object the object
     * @param name the attribute
     */
    record Attribute(SourcePosition position, CodeExpression object, String name) implements CodeExpression {}

    /**
     * {@code (a, b)} or {@code [a, b]}.
     *
     * @param position where the bracket is
     * @param tuple true for a tuple, false for a list
     * @param elements the elements
     */
    record Sequence(SourcePosition position, boolean tuple, List<CodeExpression> elements) implements CodeExpression {
        /** Copies the list. */
        public Sequence {
            elements = List.copyOf(elements);
        }
    }

    /** Operators with one operand. */
    enum UnaryOperator {
        /** Minus. */
        NEGATE("-"),
        /** Plus. */
        PLUS("+"),
        /** Bitwise complement. */
        INVERT("~"),
        /** Logical negation. */
        NOT("not ");

        private final String text;

        UnaryOperator(String text) {
            this.text = text;
        }

        /** How it is written, a blank included if one must follow. */
        public String text() {
            return text;
        }
    }

    /** Operators with two operands, loosest binding last. */
    enum BinaryOperator {
        /** Power; it binds to the right. */
        POWER("**", 7),
        /** Product. */
        MULTIPLY("*", 6),
        /** Quotient, with a fraction. */
        DIVIDE("/", 6),
        /** Quotient rounded down. */
        FLOOR_DIVIDE("//", 6),
        /** Remainder with the sign of the divisor, or formatting. */
        REMAINDER("%", 6),
        /** Sum. */
        ADD("+", 5),
        /** Difference. */
        SUBTRACT("-", 5),
        /** Shift left. */
        SHIFT_LEFT("<<", 4),
        /** Shift right. */
        SHIFT_RIGHT(">>", 4),
        /** Bitwise and. */
        AND("&", 3),
        /** Bitwise exclusive or. */
        EXCLUSIVE_OR("^", 2),
        /** Bitwise or. */
        OR("|", 1);

        private final String text;
        private final int precedence;

        BinaryOperator(String text, int precedence) {
            this.text = text;
            this.precedence = precedence;
        }

        /** How it is written. */
        public String text() {
            return text;
        }

        /** How tightly it binds; more is tighter. */
        int precedence() {
            return precedence;
        }
    }

    /** Operators that compare. */
    enum ComparisonOperator {
        /** Equal. */
        EQUAL("=="),
        /** Not equal. */
        NOT_EQUAL("!="),
        /** Less. */
        LESS("<"),
        /** Less or equal. */
        LESS_OR_EQUAL("<="),
        /** Greater. */
        GREATER(">"),
        /** Greater or equal. */
        GREATER_OR_EQUAL(">="),
        /** An element of. */
        IN("in"),
        /** Not an element of. */
        NOT_IN("not in"),
        /** Identical. */
        IS("is"),
        /** Not identical. */
        IS_NOT("is not");

        private final String text;

        ComparisonOperator(String text) {
            this.text = text;
        }

        /** How it is written. */
        public String text() {
            return text;
        }
    }
}
