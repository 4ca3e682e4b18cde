package io.sluice.tcp;

/**
 * Whether a segment that is not full may leave although more could be added to it: Nagle's algorithm (RFC 9293 §3.7.4,
 * SHLD-7) in three variants, of which {@link Knob#NAGLE} chooses one, TCP_NODELAY (MUST-17) and TCP_CORK.
 */
final class Nagle {
    /** As RFC 9293 §3.7.4 says it: not while anything is unacknowledged. */
    static final int CLASSIC = 0;

    /** What was written while nothing was unacknowledged leaves whole, its small end included. */
    static final int IDLE_WRITE = 1;

    /** The modification of RFC 9293 Appendix A.3: only a small segment that is unacknowledged holds another. */
    static final int ONE_SMALL = 2;

    private final Knobs knobs;

    Nagle(Knobs knobs) {
        this.knobs = knobs;
    }

    /** Whether all that is unsent, less than a segment of it at its end, may be sent now. */
    boolean agrees(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (Urgent.isSending(c)) {
            return true;
        }
        if (c.options.cork || snd.more == Tcb.SendSpace.MORE_AWAITED) {
            return false;
        }
        if (c.options.noDelay || snd.nxtOffset == snd.unaOffset) {
            return true;
        }
        Tcb.Recovery r = c.tcb.recovery;
        return switch (knobs.getInt(Knob.NAGLE)) {
            case IDLE_WRITE -> c.sendQueue.endOffset() <= r.writtenIdleEnd;
            case ONE_SMALL -> r.smallEnd <= snd.unaOffset;
            default -> false;
        };
    }

    /** New data left: {@code [start, end)}, in segments of {@code mss}. */
    static void onSent(TcpConnection c, long start, long end, int mss) {
        Tcb.Recovery r = c.tcb.recovery;
        if (start == c.tcb.snd.unaOffset) {
            r.writtenIdleEnd = c.sendQueue.endOffset();
        }
        if ((end - start) % mss != 0) {
            r.smallEnd = end;
        }
    }

    /** The windows allow no more: what is left does not belong to the idle moment any longer. */
    static void onBlocked(TcpConnection c) {
        if (!c.ledger.isEmpty()) {
            c.tcb.recovery.writtenIdleEnd = -1;
        }
    }
}
