package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.CodeBlock;
import io.sluice.packetdrill.language.CodeExpression;
import io.sluice.packetdrill.language.CodeStatement;
import io.sluice.packetdrill.language.Symbols;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs the code blocks of one script; variables live until its end. */
final class CodeRunner {
    private final Map<String, Object> variables = new HashMap<>();
    private final Supplier<Map<String, Object>> fields;
    private final Symbols symbols;
    private final Consumer<String> printer;

    /**
     * @param fields what names stand for that change from one block to the next
     * @param symbols what other names stand for
     * @param printer gets what {@code print} prints
     */
    CodeRunner(Supplier<Map<String, Object>> fields, Symbols symbols, Consumer<String> printer) {
        this.fields = fields;
        this.symbols = symbols;
        this.printer = printer;
    }

    /** @throws RunFailure if an assertion does not hold, or something cannot be computed */
    void run(CodeBlock block) throws RunFailure {
        CodeEvaluator evaluator =
                new CodeEvaluator(variables, fields.get(), name -> TcpInfoNames.symbol(name, symbols), printer);
        for (CodeStatement statement : block.statements()) {
            if (statement instanceof CodeStatement.Assertion assertion) {
                check(assertion, evaluator);
            } else if (statement instanceof CodeStatement.Assignment assignment) {
                assign(assignment, evaluator);
            } else if (statement instanceof CodeStatement.Evaluation evaluation) {
                evaluator.value(evaluation.expression());
            }
        }
    }

    private static void check(CodeStatement.Assertion assertion, CodeEvaluator evaluator) throws RunFailure {
        if (PythonValues.isTrue(evaluator.value(assertion.condition()))) {
            return;
        }
        String message = assertion.message().isPresent()
                ? ": " + PythonValues.text(evaluator.value(assertion.message().get()))
                : "";
        String values = evaluator.valuesOf(assertion.condition());
        throw new RunFailure(
                assertion.position(),
                "the assertion does not hold" + message + (values.isEmpty() ? "" : "\n    " + values));
    }

    private void assign(CodeStatement.Assignment assignment, CodeEvaluator evaluator) throws RunFailure {
        CodeExpression value = assignment.value();
        if (assignment.operator().isPresent()) {
            CodeExpression old = new CodeExpression.Name(assignment.position(), assignment.name());
            value = new CodeExpression.Binary(
                    assignment.position(), assignment.operator().get(), old, value);
        }
        variables.put(assignment.name(), evaluator.value(value));
    }
}
