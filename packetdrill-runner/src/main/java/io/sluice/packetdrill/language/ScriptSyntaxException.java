package io.sluice.packetdrill.language;

/**
 * A script is not in the language. The message names the script, the line and the column, says what was expected, and
 * shows the line with a caret under the place.
 */
public final class ScriptSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String scriptName;
    private final int line;
    private final int column;
    private final String problem;

    /** An error at {@code position} of {@code source}; {@code problem} is one phrase without a full stop. */
    public ScriptSyntaxException(ScriptSource source, SourcePosition position, String problem) {
        super(source.pointAt(position, problem));
        this.scriptName = source.name();
        this.line = position.line();
        this.column = position.column();
        this.problem = problem;
    }

    /** The name of the script. */
    public String scriptName() {
        return scriptName;
    }

    /** Where the error is. */
    public SourcePosition position() {
        return new SourcePosition(line, column);
    }

    /** What is wrong, without the place. */
    public String problem() {
        return problem;
    }
}
