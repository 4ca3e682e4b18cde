package io.sluice.packetdrill.language;

import java.util.List;

/** The place in the tokens of a code block at which its parsers stand. */
final class CodeCursor {
    private final ScriptSource source;
    private final List<CodeToken> tokens;
    private int index;

    CodeCursor(ScriptSource source, Token block) throws ScriptSyntaxException {
        this.source = source;
        this.tokens = CodeLexer.tokens(source, block);
    }

    CodeToken peek() {
        return tokens.get(index);
    }

    CodeToken peek(int ahead) {
        return tokens.get(Math.min(index + ahead, tokens.size() - 1));
    }

    CodeToken next() {
        CodeToken token = tokens.get(index);
        if (index < tokens.size() - 1) {
            index++;
        }
        return token;
    }

    boolean at(CodeToken.Kind kind) {
        return peek().kind() == kind;
    }

    boolean accept(String operatorOrKeyword) {
        if (!peek().is(operatorOrKeyword)) {
            return false;
        }
        next();
        return true;
    }

    void expect(String operatorOrKeyword, String place) throws ScriptSyntaxException {
        if (!accept(operatorOrKeyword)) {
            throw unexpected("'" + operatorOrKeyword + "' " + place);
        }
    }

    ScriptSyntaxException unexpected(String expected) {
        return error(peek(), "expected " + expected + ", found " + peek().describe());
    }

    ScriptSyntaxException error(CodeToken at, String problem) {
        return new ScriptSyntaxException(source, at.position(), problem);
    }
}
