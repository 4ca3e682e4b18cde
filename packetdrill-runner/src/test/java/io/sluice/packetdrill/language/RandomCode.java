package io.sluice.packetdrill.language;

import java.util.Optional;
import java.util.Random;

/** Makes random code blocks. */
final class RandomCode extends RandomTree {
    RandomCode(Random random) {
        super(random);
    }

    CodeBlock block() {
        return new CodeBlock(NOWHERE, list(0, 3, this::statement));
    }

    private CodeStatement statement() {
        return switch (below(3)) {
            case 0 -> new CodeStatement.Assertion(NOWHERE, expression(3), maybe(() -> expression(2)));
            case 1 ->
                new CodeStatement.Assignment(
                        NOWHERE, name(), maybe(() -> oneOf(CodeExpression.BinaryOperator.values())), expression(3));
            default -> new CodeStatement.Evaluation(NOWHERE, expression(3));
        };
    }

    private CodeExpression expression(int depth) {
        if (depth == 0) {
            return leaf();
        }
        int inner = depth - 1;
        return switch (below(10)) {
            case 0 ->
                new CodeExpression.Unary(NOWHERE, oneOf(CodeExpression.UnaryOperator.values()), expression(inner));
            case 1, 2 ->
                new CodeExpression.Binary(
                        NOWHERE, oneOf(CodeExpression.BinaryOperator.values()), expression(inner), expression(inner));
            case 3 ->
                new CodeExpression.Comparison(
                        NOWHERE,
                        expression(inner),
                        list(
                                1,
                                2,
                                () -> new CodeExpression.Comparand(
                                        oneOf(CodeExpression.ComparisonOperator.values()), expression(inner))));
            case 4 -> new CodeExpression.BooleanOperation(NOWHERE, coin(), list(2, 3, () -> expression(inner)));
            case 5 -> new CodeExpression.Choice(NOWHERE, expression(inner), expression(inner), expression(inner));
            case 6 -> new CodeExpression.Call(NOWHERE, expression(inner), list(0, 2, () -> expression(inner)));
            case 7 -> new CodeExpression.Subscript(NOWHERE, expression(inner), expression(inner));
            case 8 -> new CodeExpression.Attribute(NOWHERE, expression(inner), name());
            default -> new CodeExpression.Sequence(NOWHERE, coin(), list(0, 3, () -> expression(inner)));
        };
    }

    private CodeExpression leaf() {
        return switch (below(5)) {
            case 0 -> new CodeExpression.IntegerValue(NOWHERE, random().nextLong() >>> 1);
            case 1 -> new CodeExpression.FloatValue(NOWHERE, random().nextDouble() * Math.pow(10, below(40) - 20));
            case 2 -> new CodeExpression.StringValue(NOWHERE, text("}"));
            case 3 ->
                new CodeExpression.Constant(NOWHERE, oneOf(Optional.of(true), Optional.of(false), Optional.empty()));
            default -> new CodeExpression.Name(NOWHERE, name());
        };
    }
}
