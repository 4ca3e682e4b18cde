package io.sluice.packetdrill.language;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the text of a code block into {@link CodeToken}s, with Python's comments and line joining. */
final class CodeLexer {
    private static final Pattern NUMBER = Pattern.compile(
            "0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:[0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern OPERATOR =
            Pattern.compile("\\*\\*=|//=|<<=|>>=|\\*\\*|//|<<|>>|<=|>=|==|!=|[-+*/%&|^]=|[-+*/%&|^~<>=()\\[\\],.:]");

    private final ScriptSource source;
    private final String text;
    private final List<CodeToken> tokens = new ArrayList<>();
    private int at;
    private int line;
    private int column;
    private int depth;

    private CodeLexer(ScriptSource source, Token block) {
        this.source = source;
        this.text = block.text();
        this.line = block.position().line();
        this.column = block.position().column() + 2; // behind "%{"
    }

    /** The tokens of {@code block}; the last one is {@link CodeToken.Kind#END}. */
    static List<CodeToken> tokens(ScriptSource source, Token block) throws ScriptSyntaxException {
        CodeLexer lexer = new CodeLexer(source, block);
        while (lexer.at < lexer.text.length()) {
            lexer.token();
        }
        lexer.tokens.add(new CodeToken(CodeToken.Kind.END, "", lexer.position()));
        return lexer.tokens;
    }

    private void token() throws ScriptSyntaxException {
        char c = text.charAt(at);
        if (c == '\n' || c == ';') {
            if (depth == 0) {
                tokens.add(new CodeToken(CodeToken.Kind.SEPARATOR, ";", position()));
            }
            advance(1);
        } else if (Character.isWhitespace(c) || c == '\\') {
            blank(c);
        } else if (c == '#') {
            int newline = text.indexOf('\n', at);
            advance((newline < 0 ? text.length() : newline) - at);
        } else if (c == '"' || c == '\'') {
            string(c);
        } else if (!matchAny()) {
            throw error("unexpected character '" + c + "' in a code block");
        }
    }

    private boolean matchAny() {
        return match(NUMBER, CodeToken.Kind.INTEGER)
                || match(NAME, CodeToken.Kind.NAME)
                || match(OPERATOR, CodeToken.Kind.OPERATOR);
    }

    /** White space, or a backslash that joins two lines. */
    private void blank(char c) throws ScriptSyntaxException {
        if (c != '\\') {
            advance(1);
            return;
        }
        int end = at + 1;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\r')) {
            end++;
        }
        if (end >= text.length() || text.charAt(end) != '\n') {
            throw error("a backslash stands at the end of a line only");
        }
        advance(end + 1 - at);
    }

    private void string(char quote) throws ScriptSyntaxException {
        SourcePosition position = position();
        int close = at + 1;
        while (close < text.length() && text.charAt(close) != quote && text.charAt(close) != '\n') {
            close += text.charAt(close) == '\\' ? 2 : 1;
        }
        if (close >= text.length() || text.charAt(close) != quote) {
            throw error("string without its end " + quote);
        }
        String value = StringEscapes.resolve(source, position, text.substring(at + 1, close));
        tokens.add(new CodeToken(CodeToken.Kind.STRING, value, position));
        advance(close + 1 - at);
    }

    private boolean match(Pattern pattern, CodeToken.Kind kind) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        String found = matcher.group();
        CodeToken.Kind refined = kind;
        if (kind == CodeToken.Kind.INTEGER && isFloat(found)) {
            refined = CodeToken.Kind.FLOAT;
        }
        if (found.equals("(") || found.equals("[")) {
            depth++;
        } else if (found.equals(")") || found.equals("]")) {
            depth = Math.max(0, depth - 1);
        }
        tokens.add(new CodeToken(refined, found, position()));
        advance(found.length());
        return true;
    }

    private static boolean isFloat(String number) {
        boolean otherBase = number.length() > 1 && number.charAt(0) == '0' && Character.isLetter(number.charAt(1));
        return (!otherBase || number.charAt(1) == 'e' || number.charAt(1) == 'E')
                && (number.indexOf('.') >= 0 || number.indexOf('e') >= 0 || number.indexOf('E') >= 0);
    }

    private void advance(int count) {
        for (int end = at + count; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
    }

    private SourcePosition position() {
        return new SourcePosition(line, column);
    }

    private ScriptSyntaxException error(String problem) {
        return new ScriptSyntaxException(source, position(), problem);
    }
}
