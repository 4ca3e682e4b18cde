package io.sluice.netty;

import io.sluice.tcp.StackRefusal;
import java.io.IOException;

/** A connection keeps its TCP stack: why another could not take over. */
public final class StackRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final StackRefusal refusal;

    StackRefusedException(String connection, String stack, StackRefusal refusal) {
        super(connection + " cannot go over to the stack " + stack + ": " + refusal);
        this.refusal = refusal;
    }

    /** Why. */
    public StackRefusal refusal() {
        return refusal;
    }
}
