package io.sluice.tcp;

/**
 * A user who will read no more, but has not closed: SHUT_RD as Linux has it. What comes is taken all the same, until the user has sent a FIN,
 * too; then text resets the connection ({@link Knob#TEXT_AFTER_END_RESETS}), as it does once the user has closed (RFC 9293 §3.6.1).
 * Confined to the host's thread.
 */
public final class EndOfReading {
    private EndOfReading() {}

    /** The user of {@code c} will read no more. */
    public static void declare(TcpConnection c) {
        c.ownOccasional().readsNoMore = true;
    }

    static boolean isDeclared(TcpConnection c) {
        Occasional o = c.occasional;
        return o != null && o.readsNoMore;
    }
}
