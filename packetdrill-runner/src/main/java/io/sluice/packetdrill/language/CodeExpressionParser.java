package io.sluice.packetdrill.language;

import io.sluice.packetdrill.language.CodeExpression.BinaryOperator;
import io.sluice.packetdrill.language.CodeExpression.ComparisonOperator;
import io.sluice.packetdrill.language.CodeExpression.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the expressions of a code block with Python's precedence, loosest first. */
final class CodeExpressionParser {
    private static final int LOOSEST_BINARY = 1;
    private static final int TIGHTEST_BINARY = 6;

    private final CodeCursor cursor;

    CodeExpressionParser(CodeCursor cursor) {
        this.cursor = cursor;
    }

    /** {@code a if condition else b}, or anything that binds tighter. */
    CodeExpression expression() throws ScriptSyntaxException {
        CodeExpression value = disjunction();
        if (!cursor.accept("if")) {
            return value;
        }
        CodeExpression condition = disjunction();
        cursor.expect("else", "of the conditional expression");
        return new CodeExpression.Choice(value.position(), condition, value, expression());
    }

    private CodeExpression disjunction() throws ScriptSyntaxException {
        CodeExpression first = conjunction();
        if (!cursor.peek().is("or")) {
            return first;
        }
        List<CodeExpression> operands = new ArrayList<>(List.of(first));
        while (cursor.accept("or")) {
            operands.add(conjunction());
        }
        return new CodeExpression.BooleanOperation(first.position(), false, operands);
    }

    private CodeExpression conjunction() throws ScriptSyntaxException {
        CodeExpression first = negation();
        if (!cursor.peek().is("and")) {
            return first;
        }
        List<CodeExpression> operands = new ArrayList<>(List.of(first));
        while (cursor.accept("and")) {
            operands.add(negation());
        }
        return new CodeExpression.BooleanOperation(first.position(), true, operands);
    }

    private CodeExpression negation() throws ScriptSyntaxException {
        SourcePosition position = cursor.peek().position();
        return cursor.accept("not") ? new CodeExpression.Unary(position, UnaryOperator.NOT, negation()) : comparison();
    }

    private CodeExpression comparison() throws ScriptSyntaxException {
        CodeExpression first = binary(LOOSEST_BINARY);
        List<CodeExpression.Comparand> rest = new ArrayList<>();
        Optional<ComparisonOperator> operator = comparisonOperator();
        while (operator.isPresent()) {
            rest.add(new CodeExpression.Comparand(operator.get(), binary(LOOSEST_BINARY)));
            operator = comparisonOperator();
        }
        return rest.isEmpty() ? first : new CodeExpression.Comparison(first.position(), first, rest);
    }

    private Optional<ComparisonOperator> comparisonOperator() {
        if (cursor.peek().is("not") && cursor.peek(1).is("in")) {
            cursor.next();
            cursor.next();
            return Optional.of(ComparisonOperator.NOT_IN);
        }
        if (cursor.accept("is")) {
            return Optional.of(cursor.accept("not") ? ComparisonOperator.IS_NOT : ComparisonOperator.IS);
        }
        for (ComparisonOperator operator : ComparisonOperator.values()) {
            if (cursor.accept(operator.text())) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    /** Operations that bind at least as tightly as {@code precedence}. */
    private CodeExpression binary(int precedence) throws ScriptSyntaxException {
        if (precedence > TIGHTEST_BINARY) {
            return unary();
        }
        CodeExpression left = binary(precedence + 1);
        Optional<BinaryOperator> operator = binaryOperator(precedence);
        while (operator.isPresent()) {
            CodeExpression right = binary(precedence + 1);
            left = new CodeExpression.Binary(left.position(), operator.get(), left, right);
            operator = binaryOperator(precedence);
        }
        return left;
    }

    private Optional<BinaryOperator> binaryOperator(int precedence) {
        for (BinaryOperator operator : BinaryOperator.values()) {
            if (operator.precedence() == precedence && cursor.accept(operator.text())) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    private CodeExpression unary() throws ScriptSyntaxException {
        SourcePosition position = cursor.peek().position();
        if (cursor.accept("-")) {
            return new CodeExpression.Unary(position, UnaryOperator.NEGATE, unary());
        }
        if (cursor.accept("+")) {
            return new CodeExpression.Unary(position, UnaryOperator.PLUS, unary());
        }
        if (cursor.accept("~")) {
            return new CodeExpression.Unary(position, UnaryOperator.INVERT, unary());
        }
        CodeExpression base = postfix();
        return cursor.accept("**")
                ? new CodeExpression.Binary(base.position(), BinaryOperator.POWER, base, unary())
                : base;
    }

    private CodeExpression postfix() throws ScriptSyntaxException {
        CodeExpression value = primary();
        while (true) {
            if (cursor.accept("(")) {
                value = new CodeExpression.Call(value.position(), value, listUntil(")").elements);
            } else if (cursor.accept("[")) {
                CodeExpression index = expression();
                cursor.expect("]", "after the index");
                value = new CodeExpression.Subscript(value.position(), value, index);
            } else if (cursor.accept(".")) {
                if (!cursor.at(CodeToken.Kind.NAME)) {
                    throw cursor.unexpected("a name after '.'");
                }
                value = new CodeExpression.Attribute(
                        value.position(), value, cursor.next().text());
            } else {
                return value;
            }
        }
    }

    private CodeExpression primary() throws ScriptSyntaxException {
        CodeToken token = cursor.peek();
        return switch (token.kind()) {
            case INTEGER -> integer();
            case FLOAT ->
                new CodeExpression.FloatValue(
                        token.position(), Double.parseDouble(cursor.next().text()));
            case STRING -> string();
            case NAME -> name();
            default -> {
                if (cursor.accept("(")) {
                    ElementList list = listUntil(")");
                    boolean parenthesized = list.elements.size() == 1 && !list.endsWithComma;
                    yield parenthesized
                            ? list.elements.get(0)
                            : new CodeExpression.Sequence(token.position(), true, list.elements);
                }
                if (cursor.accept("[")) {
                    yield new CodeExpression.Sequence(token.position(), false, listUntil("]").elements);
                }
                throw cursor.unexpected("a value");
            }
        };
    }

    private CodeExpression integer() throws ScriptSyntaxException {
        CodeToken token = cursor.next();
        String text = token.text();
        boolean otherBase = text.length() > 2 && Character.isLetter(text.charAt(1));
        int base = !otherBase
                ? 10
                : switch (Character.toLowerCase(text.charAt(1))) {
                    case 'x' -> 16;
                    case 'o' -> 8;
                    default -> 2;
                };
        try {
            long value = Long.parseLong(otherBase ? text.substring(2) : text, base);
            return new CodeExpression.IntegerValue(token.position(), value);
        } catch (NumberFormatException e) {
            throw cursor.error(token, "the number " + text + " does not fit into 63 bits");
        }
    }

    private CodeExpression string() {
        SourcePosition position = cursor.peek().position();
        StringBuilder value = new StringBuilder();
        while (cursor.at(CodeToken.Kind.STRING)) {
            value.append(cursor.next().text());
        }
        return new CodeExpression.StringValue(position, value.toString());
    }

    private CodeExpression name() throws ScriptSyntaxException {
        CodeToken token = cursor.peek();
        return switch (token.text()) {
            case "True", "False", "None" -> {
                cursor.next();
                boolean none = token.text().equals("None");
                yield new CodeExpression.Constant(
                        token.position(),
                        none ? Optional.empty() : Optional.of(token.text().equals("True")));
            }
            case "and", "or", "in", "is", "if", "else", "assert" -> throw cursor.unexpected("a value");
            default -> {
                cursor.next();
                yield new CodeExpression.Name(token.position(), token.text());
            }
        };
    }

    /** The elements between brackets. */
    private record ElementList(List<CodeExpression> elements, boolean endsWithComma) {}

    private ElementList listUntil(String close) throws ScriptSyntaxException {
        List<CodeExpression> elements = new ArrayList<>();
        boolean comma = true;
        while (!cursor.accept(close)) {
            if (!comma) {
                throw cursor.unexpected("',' or '" + close + "'");
            }
            elements.add(expression());
            comma = cursor.accept(",");
        }
        return new ElementList(elements, comma && !elements.isEmpty());
    }
}
