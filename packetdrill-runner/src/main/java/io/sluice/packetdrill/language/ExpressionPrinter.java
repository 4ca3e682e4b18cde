package io.sluice.packetdrill.language;

import java.util.List;

/** Writes the arguments and results of system calls. */
final class ExpressionPrinter {
    private ExpressionPrinter() {}

    /** Expressions with commas between them. */
    static void list(StringBuilder out, List<Expression> expressions) {
        String separator = "";
        for (Expression expression : expressions) {
            print(out.append(separator), expression);
            separator = ", ";
        }
    }

    static void print(StringBuilder out, Expression expression) {
        if (expression instanceof Expression.IntegerValue integer) {
            out.append(
                    integer.hexadecimal() ? "0x" + Long.toHexString(integer.value()) : Long.toString(integer.value()));
        } else if (expression instanceof Expression.StringValue string) {
            out.append('"').append(StringEscapes.escape(string.value(), '"')).append('"');
            out.append(string.openEnded() ? "..." : "");
        } else if (expression instanceof Expression.Name name) {
            out.append(name.name());
        } else if (expression instanceof Expression.Ellipsis) {
            out.append("...");
        } else {
            composite(out, expression);
        }
    }

    private static void composite(StringBuilder out, Expression expression) {
        if (expression instanceof Expression.BitwiseOr or) {
            String separator = "";
            for (Expression operand : or.operands()) {
                print(out.append(separator), operand);
                separator = "|";
            }
        } else if (expression instanceof Expression.Array array) {
            list(out.append('['), array.elements());
            out.append(']');
        } else if (expression instanceof Expression.Call call) {
            list(out.append(call.function()).append('('), call.arguments());
            out.append(')');
        } else if (expression instanceof Expression.Struct struct) {
            struct(out, struct);
        } else if (expression instanceof Expression.MplsStack stack) {
            PacketPrinter.mplsLabels(out.append('{'), stack.labels());
            out.append('}');
        } else if (expression instanceof Expression.GreHeaderValue value) {
            PacketPrinter.greHeader(out.append('{'), value.header());
            out.append('}');
        }
    }

    private static void struct(StringBuilder out, Expression.Struct struct) {
        out.append('{');
        String separator = "";
        for (Expression.Field field : struct.fields()) {
            out.append(separator);
            field.name().ifPresent(out::append);
            field.length().ifPresent(length -> {
                print(out.append('('), length);
                out.append(')');
            });
            if (field.name().isPresent()) {
                out.append('=');
            }
            print(out, field.value());
            separator = ", ";
        }
        out.append('}');
    }
}
