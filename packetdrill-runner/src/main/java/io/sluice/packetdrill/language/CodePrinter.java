package io.sluice.packetdrill.language;

import java.util.List;

/** Writes code blocks; every operand that is an operation gets parentheses. */
final class CodePrinter {
    private CodePrinter() {}

    static void print(StringBuilder out, CodeBlock block) {
        out.append("%{ ");
        String separator = "";
        for (CodeStatement statement : block.statements()) {
            statement(out.append(separator), statement);
            separator = "; ";
        }
        out.append(" }%");
    }

    private static void statement(StringBuilder out, CodeStatement statement) {
        if (statement instanceof CodeStatement.Assertion assertion) {
            expression(out.append("assert "), assertion.condition());
            assertion.message().ifPresent(message -> expression(out.append(", "), message));
        } else if (statement instanceof CodeStatement.Assignment assignment) {
            out.append(assignment.name()).append(' ');
            assignment.operator().ifPresent(operator -> out.append(operator.text()));
            expression(out.append("= "), assignment.value());
        } else if (statement instanceof CodeStatement.Evaluation evaluation) {
            expression(out, evaluation.expression());
        }
    }

    private static void expression(StringBuilder out, CodeExpression expression) {
        if (expression instanceof CodeExpression.Unary unary) {
            operand(out.append(unary.operator().text()), unary.operand());
        } else if (expression instanceof CodeExpression.Binary binary) {
            operand(out, binary.left());
            out.append(' ').append(binary.operator().text()).append(' ');
            operand(out, binary.right());
        } else if (expression instanceof CodeExpression.Comparison comparison) {
            operand(out, comparison.first());
            for (CodeExpression.Comparand comparand : comparison.rest()) {
                out.append(' ').append(comparand.operator().text()).append(' ');
                operand(out, comparand.operand());
            }
        } else if (expression instanceof CodeExpression.BooleanOperation operation) {
            String separator = "";
            for (CodeExpression operand : operation.operands()) {
                operand(out.append(separator), operand);
                separator = operation.conjunction() ? " and " : " or ";
            }
        } else if (expression instanceof CodeExpression.Choice choice) {
            operand(out, choice.then());
            operand(out.append(" if "), choice.condition());
            operand(out.append(" else "), choice.otherwise());
        } else {
            atom(out, expression);
        }
    }

    private static void operand(StringBuilder out, CodeExpression expression) {
        boolean operation = expression instanceof CodeExpression.Unary
                || expression instanceof CodeExpression.Binary
                || expression instanceof CodeExpression.Comparison
                || expression instanceof CodeExpression.BooleanOperation
                || expression instanceof CodeExpression.Choice;
        out.append(operation ? "(" : "");
        expression(out, expression);
        out.append(operation ? ")" : "");
    }

    private static void atom(StringBuilder out, CodeExpression expression) {
        if (expression instanceof CodeExpression.IntegerValue integer) {
            out.append(integer.value());
        } else if (expression instanceof CodeExpression.FloatValue number) {
            out.append(number.value());
        } else if (expression instanceof CodeExpression.StringValue string) {
            out.append('\'').append(StringEscapes.escape(string.value(), '\'')).append('\'');
        } else if (expression instanceof CodeExpression.Constant constant) {
            out.append(constant.value().map(value -> value ? "True" : "False").orElse("None"));
        } else if (expression instanceof CodeExpression.Name name) {
            out.append(name.name());
        } else if (expression instanceof CodeExpression.Call call) {
            operand(out, call.function());
            list(out.append('('), call.arguments());
            out.append(')');
        } else {
            container(out, expression);
        }
    }

    private static void container(StringBuilder out, CodeExpression expression) {
        if (expression instanceof CodeExpression.Subscript subscript) {
            operand(out, subscript.container());
            expression(out.append('['), subscript.index());
            out.append(']');
        } else if (expression instanceof CodeExpression.Attribute attribute) {
            // An integer would take the dot as its own.
            boolean number = attribute.object() instanceof CodeExpression.IntegerValue;
            operand(out.append(number ? "(" : ""), attribute.object());
            out.append(number ? ")." : ".").append(attribute.name());
        } else if (expression instanceof CodeExpression.Sequence sequence) {
            list(out.append(sequence.tuple() ? '(' : '['), sequence.elements());
            boolean comma = sequence.tuple() && sequence.elements().size() == 1;
            out.append(comma ? "," : "").append(sequence.tuple() ? ')' : ']');
        }
    }

    private static void list(StringBuilder out, List<CodeExpression> expressions) {
        String separator = "";
        for (CodeExpression expression : expressions) {
            expression(out.append(separator), expression);
            separator = ", ";
        }
    }
}
