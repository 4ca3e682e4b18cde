package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the arguments and results of system calls. */
final class ExpressionParser {
    private final TokenCursor cursor;
    private final EncapsulationParser encapsulations;

    ExpressionParser(TokenCursor cursor) {
        this.cursor = cursor;
        this.encapsulations = new EncapsulationParser(cursor);
    }

    /** {@code primary | primary | ...}. */
    Expression expression() throws ScriptSyntaxException {
        return expression(true);
    }

    /** An expression in which what stands in parentheses behind a name is not its arguments but a note. */
    Expression result() throws ScriptSyntaxException {
        return expression(false);
    }

    private Expression expression(boolean callsAllowed) throws ScriptSyntaxException {
        Expression first = primary(callsAllowed);
        if (!cursor.atSymbol('|')) {
            return first;
        }
        List<Expression> operands = new ArrayList<>();
        operands.add(first);
        while (cursor.accept('|')) {
            operands.add(primary(callsAllowed));
        }
        return new Expression.BitwiseOr(first.position(), operands);
    }

    /** Expressions with commas between them up to {@code close}, which is taken too; {@code what} names the list. */
    List<Expression> listUntil(char close, String what) throws ScriptSyntaxException {
        List<Expression> list = new ArrayList<>();
        if (cursor.accept(close)) {
            return list;
        }
        do {
            list.add(expression());
        } while (cursor.accept(','));
        if (!cursor.accept(close)) {
            throw cursor.unexpected("',' or '" + close + "' in the " + what);
        }
        return list;
    }

    private Expression primary(boolean callsAllowed) throws ScriptSyntaxException {
        Token token = cursor.peek();
        return switch (token.kind()) {
            case INTEGER, HEX -> integer();
            case STRING -> string();
            case WORD -> nameOrCall(callsAllowed);
            case ELLIPSIS -> {
                cursor.next();
                yield new Expression.Ellipsis(token.position());
            }
            default -> {
                if (cursor.accept('[')) {
                    yield new Expression.Array(token.position(), listUntil(']', "array"));
                }
                if (cursor.accept('{')) {
                    yield braces(token.position());
                }
                throw cursor.unexpected("a value: a number, a name, a string, '[', '{' or '...'");
            }
        };
    }

    private Expression integer() throws ScriptSyntaxException {
        Token token = cursor.next();
        return new Expression.IntegerValue(token.position(), cursor.value(token), token.kind() == TokenKind.HEX);
    }

    private Expression string() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        StringBuilder value = new StringBuilder();
        while (cursor.at(TokenKind.STRING)) {
            Token part = cursor.next();
            value.append(StringEscapes.resolve(cursor.source(), part.position(), part.text()));
        }
        return new Expression.StringValue(position, value.toString(), cursor.accept(TokenKind.ELLIPSIS));
    }

    private Expression nameOrCall(boolean callsAllowed) throws ScriptSyntaxException {
        Token name = cursor.next();
        if (!callsAllowed || !cursor.accept('(')) {
            return new Expression.Name(name.position(), name.text());
        }
        List<Expression> arguments = listUntil(')', "arguments of " + name.text());
        return new Expression.Call(name.position(), name.text(), arguments);
    }

    private Expression braces(SourcePosition position) throws ScriptSyntaxException {
        if (cursor.atSymbol('(') && cursor.peek(1).isWord("label")) {
            Expression stack = new Expression.MplsStack(position, encapsulations.mplsLabels());
            cursor.expect('}', "after the MPLS labels");
            return stack;
        }
        if (encapsulations.atGreHeader()) {
            Expression header = new Expression.GreHeaderValue(position, encapsulations.greHeader());
            cursor.expect('}', "after the GRE header");
            return header;
        }
        List<Expression.Field> fields = new ArrayList<>();
        if (!cursor.accept('}')) {
            do {
                fields.add(field());
            } while (cursor.accept(','));
            if (!cursor.accept('}')) {
                throw cursor.unexpected("',' or '}' in the structure");
            }
        }
        return new Expression.Struct(position, fields);
    }

    /** {@code name=value}, {@code name(length)=value} or a value alone. */
    private Expression.Field field() throws ScriptSyntaxException {
        SourcePosition position = cursor.position();
        Expression value = expression();
        if (!cursor.accept('=')) {
            return new Expression.Field(position, Optional.empty(), Optional.empty(), value);
        }
        if (value instanceof Expression.Name name) {
            return new Expression.Field(position, Optional.of(name.name()), Optional.empty(), expression());
        }
        if (value instanceof Expression.Call call && call.arguments().size() == 1) {
            Optional<Expression> length = Optional.of(call.arguments().get(0));
            return new Expression.Field(position, Optional.of(call.function()), length, expression());
        }
        throw cursor.error(position, "the name of a field stands before '='");
    }
}
