package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses the statements of a code block: assertions, assignments and expressions for their effect. */
final class CodeParser {
    private static final Set<String> UNSUPPORTED =
            Set.of("if", "for", "while", "def", "class", "import", "from", "return", "try", "with", "lambda", "del");

    private final CodeCursor cursor;
    private final CodeExpressionParser expressions;

    private CodeParser(CodeCursor cursor) {
        this.cursor = cursor;
        this.expressions = new CodeExpressionParser(cursor);
    }

    static CodeBlock parse(ScriptSource source, Token block) throws ScriptSyntaxException {
        CodeParser parser = new CodeParser(new CodeCursor(source, block));
        return new CodeBlock(block.position(), parser.statements());
    }

    private List<CodeStatement> statements() throws ScriptSyntaxException {
        List<CodeStatement> statements = new ArrayList<>();
        while (!cursor.at(CodeToken.Kind.END)) {
            if (cursor.at(CodeToken.Kind.SEPARATOR)) {
                cursor.next();
                continue;
            }
            if (!cursor.accept("pass")) {
                statements.add(statement());
            }
            if (!cursor.at(CodeToken.Kind.SEPARATOR) && !cursor.at(CodeToken.Kind.END)) {
                throw cursor.unexpected("an operator or the end of the statement");
            }
        }
        return statements;
    }

    private CodeStatement statement() throws ScriptSyntaxException {
        CodeToken first = cursor.peek();
        if (cursor.accept("assert")) {
            CodeExpression condition = expressions.expression();
            Optional<CodeExpression> message =
                    cursor.accept(",") ? Optional.of(expressions.expression()) : Optional.empty();
            return new CodeStatement.Assertion(first.position(), condition, message);
        }
        if (first.kind() == CodeToken.Kind.NAME && UNSUPPORTED.contains(first.text())) {
            throw cursor.error(
                    first, "no '" + first.text() + "' here: a code block has assertions, assignments and calls only");
        }
        if (first.kind() == CodeToken.Kind.NAME && cursor.peek(1).kind() == CodeToken.Kind.OPERATOR) {
            String operator = cursor.peek(1).text();
            boolean augmented = operator.length() > 1 && operator.endsWith("=") && !isComparison(operator);
            if (operator.equals("=") || augmented) {
                cursor.next();
                cursor.next();
                Optional<CodeExpression.BinaryOperator> binary = augmented
                        ? Optional.of(binaryOperator(operator.substring(0, operator.length() - 1)))
                        : Optional.empty();
                return new CodeStatement.Assignment(first.position(), first.text(), binary, expressions.expression());
            }
        }
        return new CodeStatement.Evaluation(first.position(), expressions.expression());
    }

    private static boolean isComparison(String operator) {
        return operator.equals("==") || operator.equals("!=") || operator.equals("<=") || operator.equals(">=");
    }

    private static CodeExpression.BinaryOperator binaryOperator(String text) {
        for (CodeExpression.BinaryOperator operator : CodeExpression.BinaryOperator.values()) {
            if (operator.text().equals(text)) {
                return operator;
            }
        }
        throw new IllegalStateException("the lexer let '" + text + "=' through");
    }
}
