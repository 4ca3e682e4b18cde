package io.sluice.tcp;

import io.sluice.event.SocketError;
import org.jspecify.annotations.Nullable;

/** Which resets count (RFC 5961 §3.2), and what a user hears of them (RFC 9293 §3.10.7.4, second step). */
final class ResetRules {
    private static final long EVERY_STATE = 1;
    private static final long BROKEN_PIPE = 2;

    private final Knobs knobs;

    ResetRules(Knobs knobs) {
        this.knobs = knobs;
    }

    /** RFC 5961 §3.2 (M1, M2): whether a reset with this sequence number, inside the window or one before it, ends the connection. */
    boolean counts(TcpConnection c, int seq) {
        return seq == c.tcb.rcv.nxt || knobs.isOn(Knob.INSECURE_RST) || isTolerated(c, seq);
    }

    /** Whether it is what peers send that do not count their FIN, or know only of what they sent last. */
    boolean isTolerated(TcpConnection c, int seq) {
        if (!knobs.isOn(Knob.TOLERANT_RST)) {
            return false;
        }
        boolean beforeFin =
                switch (c.tcb.state()) {
                    case CLOSE_WAIT, CLOSING, LAST_ACK -> seq == c.tcb.rcv.nxt - 1;
                    default -> false;
                };
        return beforeFin
                || (c.tcb.sackPermitted && isBehindReported(c.tcb.rcv, c.reassembly, c.tcb.receiveOffset(seq)));
    }

    /** Whether it is behind all that SACK blocks report: text, and a FIN where they cover one. */
    private boolean isBehindReported(Tcb.ReceiveSpace rcv, Reassembly reassembly, long offset) {
        boolean fin = knobs.isOn(Knob.SACK_COVERS_FIN) && rcv.finOffset != Tcb.NO_FIN && rcv.finOffset > rcv.nxtOffset;
        return offset == Math.max(reassembly.end(), fin ? rcv.finOffset + 1 : Long.MIN_VALUE);
    }

    /** What the user hears of a reset in this state, or null for nothing. */
    @Nullable SocketError error(TcpConnection c) {
        long rule = knobs.get(Knob.RESET_ERRORS);
        return switch (c.tcb.state()) {
            case SYN_RECEIVED -> // RFC 9293 §3.5 (MUST-11); of a passive open only one that is open already
                FastOpenState.isPassive(c) || rule >= BROKEN_PIPE
                        ? SocketError.CONNECTION_RESET
                        : SocketError.CONNECTION_REFUSED;
            case CLOSE_WAIT -> rule >= BROKEN_PIPE ? SocketError.BROKEN_PIPE : SocketError.CONNECTION_RESET;
            case CLOSING, LAST_ACK, TIME_WAIT -> rule >= EVERY_STATE ? SocketError.CONNECTION_RESET : null;
            default -> SocketError.CONNECTION_RESET;
        };
    }
}
