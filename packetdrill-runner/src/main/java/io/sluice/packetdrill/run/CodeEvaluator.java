package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.CodeExpression;
import io.sluice.packetdrill.language.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Computes expressions of a code block as Python would, over the values that {@link PythonValues} knows. */
final class CodeEvaluator {
    private final Map<String, Object> variables;
    private final Map<String, Object> fields;
    private final Function<String, OptionalLong> symbols;
    private final Consumer<String> printer;

    CodeEvaluator(
            Map<String, Object> variables,
            Map<String, Object> fields,
            Function<String, OptionalLong> symbols,
            Consumer<String> printer) {
        this.variables = variables;
        this.fields = fields;
        this.symbols = symbols;
        this.printer = printer;
    }

    Object value(CodeExpression e) throws RunFailure {
        if (e instanceof CodeExpression.IntegerValue number) {
            return number.value();
        } else if (e instanceof CodeExpression.FloatValue number) {
            return number.value();
        } else if (e instanceof CodeExpression.StringValue text) {
            return text.value();
        } else if (e instanceof CodeExpression.Constant constant) {
            return constant.value().isPresent() ? constant.value().get() : PythonValues.NONE;
        } else if (e instanceof CodeExpression.Name name) {
            return named(name.name()).orElseThrow(() -> undefined(name));
        } else if (e instanceof CodeExpression.Sequence sequence) {
            return values(sequence.elements());
        }
        return compound(e);
    }

    private static RunFailure undefined(CodeExpression.Name name) {
        return new RunFailure(name.position(), "name '" + name.name() + "' is not defined");
    }

    private Optional<Object> named(String name) {
        Object value = variables.containsKey(name) ? variables.get(name) : fields.get(name);
        if (value != null) {
            return Optional.of(value);
        }
        OptionalLong symbol = symbols.apply(name);
        return symbol.isPresent() ? Optional.of(symbol.getAsLong()) : Optional.empty();
    }

    private List<Object> values(List<CodeExpression> expressions) throws RunFailure {
        List<Object> values = new ArrayList<>();
        for (CodeExpression expression : expressions) {
            values.add(value(expression));
        }
        return values;
    }

    private Object compound(CodeExpression e) throws RunFailure {
        if (e instanceof CodeExpression.Unary unary) {
            return PythonValues.unary(unary.operator(), value(unary.operand()), e.position());
        } else if (e instanceof CodeExpression.Binary binary) {
            return PythonValues.binary(binary.operator(), value(binary.left()), value(binary.right()), e.position());
        } else if (e instanceof CodeExpression.Comparison comparison) {
            return compare(comparison);
        } else if (e instanceof CodeExpression.BooleanOperation operation) {
            return decide(operation);
        } else if (e instanceof CodeExpression.Choice choice) {
            return PythonValues.isTrue(value(choice.condition())) ? value(choice.then()) : value(choice.otherwise());
        } else if (e instanceof CodeExpression.Call call) {
            return call(call);
        } else if (e instanceof CodeExpression.Subscript subscript) {
            return element(value(subscript.container()), value(subscript.index()), e.position());
        }
        throw new RunFailure(e.position(), "this runner cannot compute this");
    }

    private Object compare(CodeExpression.Comparison comparison) throws RunFailure {
        Object left = value(comparison.first());
        for (CodeExpression.Comparand comparand : comparison.rest()) {
            Object right = value(comparand.operand());
            if (!PythonValues.compare(comparand.operator(), left, right, comparison.position())) {
                return false;
            }
            left = right;
        }
        return true;
    }

    /** {@code and} and {@code or} give the operand that decided. */
    private Object decide(CodeExpression.BooleanOperation operation) throws RunFailure {
        Object last = PythonValues.NONE;
        for (CodeExpression operand : operation.operands()) {
            last = value(operand);
            if (PythonValues.isTrue(last) != operation.conjunction()) {
                return last;
            }
        }
        return last;
    }

    private Object call(CodeExpression.Call call) throws RunFailure {
        List<Object> arguments = values(call.arguments());
        String function = call.function() instanceof CodeExpression.Name name ? name.name() : "";
        boolean one = arguments.size() == 1;
        if (function.equals("print")) {
            printer.accept(
                    String.join(" ", arguments.stream().map(PythonValues::text).toList()));
            return PythonValues.NONE;
        } else if (one && function.equals("abs")) {
            return PythonValues.absolute(arguments.get(0), call.position());
        } else if (one && function.equals("int")) {
            return PythonValues.integer(arguments.get(0), call.position());
        } else if (one && function.equals("str")) {
            return PythonValues.text(arguments.get(0));
        } else if (!arguments.isEmpty() && (function.equals("min") || function.equals("max"))) {
            return PythonValues.extreme(function.equals("max"), arguments, call.position());
        }
        throw new RunFailure(call.position(), "this runner does not know the function " + function);
    }

    private static Object element(Object container, Object index, SourcePosition position) throws RunFailure {
        long i = PythonValues.integer(index, position);
        if (container instanceof List<?> list && i >= -list.size() && i < list.size()) {
            Object found = list.get((int) (i < 0 ? i + list.size() : i));
            if (found != null) {
                return found;
            }
        }
        throw new RunFailure(position, "there is no such element");
    }

    /** The values of the names in {@code e}, for messages. */
    String valuesOf(CodeExpression e) {
        Map<String, Object> found = new LinkedHashMap<>();
        collect(e, found);
        List<String> lines = new ArrayList<>();
        found.forEach((name, value) -> lines.add(name + " = " + PythonValues.text(value)));
        return String.join(", ", lines);
    }

    private void collect(@Nullable CodeExpression e, Map<String, Object> found) {
        if (e instanceof CodeExpression.Name name) {
            Object value = variables.containsKey(name.name()) ? variables.get(name.name()) : fields.get(name.name());
            if (value != null) {
                found.put(name.name(), value);
            }
        } else if (e instanceof CodeExpression.Unary unary) {
            collect(unary.operand(), found);
        } else if (e instanceof CodeExpression.Binary binary) {
            collect(binary.left(), found);
            collect(binary.right(), found);
        } else if (e instanceof CodeExpression.Comparison comparison) {
            collect(comparison.first(), found);
            comparison.rest().forEach(c -> collect(c.operand(), found));
        } else if (e instanceof CodeExpression.BooleanOperation operation) {
            operation.operands().forEach(o -> collect(o, found));
        }
    }
}
