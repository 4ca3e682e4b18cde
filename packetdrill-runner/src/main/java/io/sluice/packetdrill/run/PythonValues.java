package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.CodeExpression.BinaryOperator;
import io.sluice.packetdrill.language.CodeExpression.ComparisonOperator;
import io.sluice.packetdrill.language.CodeExpression.UnaryOperator;
import io.sluice.packetdrill.language.SourcePosition;
import java.util.IllegalFormatException;
import java.util.List;
import java.util.Locale;

/** The values of code blocks, and Python's operators on them: Long, Double, Boolean, String, List and {@link #NONE}. */
final class PythonValues {
    /** Python's {@code None}. */
    static final Object NONE = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    private PythonValues() {}

    static boolean isTrue(Object value) {
        if (value instanceof Boolean b) {
            return b;
        } else if (value instanceof Long number) {
            return number != 0;
        } else if (value instanceof Double number) {
            return number != 0;
        } else if (value instanceof String text) {
            return !text.isEmpty();
        }
        return value instanceof List<?> list ? !list.isEmpty() : value != NONE;
    }

    static String text(Object value) {
        return value instanceof Boolean b ? (b ? "True" : "False") : value.toString();
    }

    private static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    private static double real(Object value, SourcePosition at) throws RunFailure {
        return value instanceof Double number ? number : integer(value, at);
    }

    static long integer(Object value, SourcePosition at) throws RunFailure {
        if (value instanceof Long number) {
            return number;
        } else if (value instanceof Double number) {
            return number.longValue();
        } else if (value instanceof Boolean b) {
            return b ? 1 : 0;
        }
        throw new RunFailure(at, text(value) + " is no number");
    }

    static Object absolute(Object value, SourcePosition at) throws RunFailure {
        return value instanceof Double number ? (Object) Math.abs(number) : (Object) Math.abs(integer(value, at));
    }

    static Object extreme(boolean largest, List<Object> values, SourcePosition at) throws RunFailure {
        Object best = values.get(0);
        for (Object value : values) {
            int order = order(value, best, at);
            if (largest ? order > 0 : order < 0) {
                best = value;
            }
        }
        return best;
    }

    static Object unary(UnaryOperator operator, Object operand, SourcePosition at) throws RunFailure {
        return switch (operator) {
            case NOT -> !isTrue(operand);
            case INVERT -> ~integer(operand, at);
            case NEGATE -> operand instanceof Double number ? (Object) (-number) : (Object) (-integer(operand, at));
            case PLUS -> operand;
        };
    }

    static Object binary(BinaryOperator operator, Object left, Object right, SourcePosition at) throws RunFailure {
        if (left instanceof String text) {
            return onText(operator, text, right, at);
        }
        if (left instanceof Double || right instanceof Double || operator == BinaryOperator.DIVIDE) {
            return onReals(operator, real(left, at), real(right, at), at);
        }
        return onIntegers(operator, integer(left, at), integer(right, at), at);
    }

    private static Object onText(BinaryOperator operator, String left, Object right, SourcePosition at)
            throws RunFailure {
        if (operator == BinaryOperator.ADD && right instanceof String text) {
            return left + text;
        }
        if (operator == BinaryOperator.REMAINDER) {
            Object[] arguments = right instanceof List<?> list ? list.toArray() : new Object[] {right};
            try {
                return String.format(Locale.ROOT, left.replace("%u", "%d"), arguments);
            } catch (IllegalFormatException e) {
                throw new RunFailure(at, "the format does not fit: " + e.getMessage());
            }
        }
        throw new RunFailure(at, operator.text() + " means nothing between these");
    }

    private static Object onReals(BinaryOperator operator, double left, double right, SourcePosition at)
            throws RunFailure {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / nonZero(right, at);
            case FLOOR_DIVIDE -> Math.floor(left / nonZero(right, at));
            case REMAINDER -> left - Math.floor(left / nonZero(right, at)) * right;
            case POWER -> Math.pow(left, right);
            default -> throw new RunFailure(at, operator.text() + " is for integers");
        };
    }

    private static double nonZero(double divisor, SourcePosition at) throws RunFailure {
        if (divisor == 0) {
            throw new RunFailure(at, "division by zero");
        }
        return divisor;
    }

    private static long divisor(long divisor, SourcePosition at) throws RunFailure {
        if (divisor == 0) {
            throw new RunFailure(at, "division by zero");
        }
        return divisor;
    }

    private static Object onIntegers(BinaryOperator operator, long left, long right, SourcePosition at)
            throws RunFailure {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case FLOOR_DIVIDE -> Math.floorDiv(left, divisor(right, at));
            case REMAINDER -> Math.floorMod(left, divisor(right, at));
            case POWER -> (long) Math.pow((double) left, (double) right);
            default -> onBits(operator, left, right);
        };
    }

    private static Object onBits(BinaryOperator operator, long left, long right) {
        return switch (operator) {
            case SHIFT_LEFT -> left << right;
            case SHIFT_RIGHT -> left >> right;
            case AND -> left & right;
            case OR -> left | right;
            default -> left ^ right;
        };
    }

    static boolean compare(ComparisonOperator operator, Object left, Object right, SourcePosition at)
            throws RunFailure {
        return switch (operator) {
            case EQUAL, IS -> same(left, right, at);
            case NOT_EQUAL, IS_NOT -> !same(left, right, at);
            case LESS -> order(left, right, at) < 0;
            case LESS_OR_EQUAL -> order(left, right, at) <= 0;
            case GREATER -> order(left, right, at) > 0;
            case GREATER_OR_EQUAL -> order(left, right, at) >= 0;
            case IN -> contains(right, left, at);
            case NOT_IN -> !contains(right, left, at);
        };
    }

    private static boolean same(Object left, Object right, SourcePosition at) throws RunFailure {
        return (isNumber(left) && isNumber(right)) ? order(left, right, at) == 0 : left.equals(right);
    }

    private static boolean contains(Object container, Object element, SourcePosition at) throws RunFailure {
        if (container instanceof List<?> list) {
            for (Object candidate : list) {
                if (candidate != null && same(candidate, element, at)) {
                    return true;
                }
            }
            return false;
        }
        throw new RunFailure(at, text(container) + " contains nothing");
    }

    private static int order(Object left, Object right, SourcePosition at) throws RunFailure {
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        if (left instanceof Double || right instanceof Double) {
            return Double.compare(real(left, at), real(right, at));
        }
        return Long.compare(integer(left, at), integer(right, at));
    }
}
