package io.sluice.packetdrill.run;

import io.sluice.packetdrill.language.SourcePosition;

/** What a script expected did not happen, or the script asks for what cannot be done: the run ends with this. */
public final class RunFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SourcePosition position;
    private final String problem;

    public RunFailure(SourcePosition position, String message) {
        super(message);
        this.position = position;
        this.problem = message;
    }

    /** What is wrong, without the place. */
    public String problem() {
        return problem;
    }

    /** The place in the script. */
    public SourcePosition position() {
        return position;
    }
}
