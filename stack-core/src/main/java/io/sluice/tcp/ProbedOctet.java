package io.sluice.tcp;

import io.sluice.event.RetransmitCause;

/**
 * The octet that probed a closed window, and nobody took. Once the window is open, what follows it goes with it: so they are one
 * segment, and no small one waits for another.
 */
final class ProbedOctet {
    private ProbedOctet() {}

    /** Octets of new data that go with what {@code e} repeats. */
    static long following(TcpConnection c, SentRange e) {
        boolean alone = e == c.ledger.head() && e == c.ledger.tail();
        if (e.cause != RetransmitCause.WINDOW_OPENED || !alone || e.end > c.sendQueue.endOffset()) {
            return 0;
        }
        return Math.max(0, Math.min(Math.min(c.effectiveMss(), c.tcb.snd.wnd) - e.length(), c.unsentBytes()));
    }

    /** What {@code e} repeats has left in segments of {@code mss}, perhaps with new data up to {@code end}. */
    static void onRepeated(TcpConnection c, SentRange e, long end, int mss, long nowNs) {
        boolean more = end > e.end;
        c.ledger.resize(e, end, mss);
        if (more) {
            c.tcb.snd.nxtOffset = end;
            c.tcb.snd.nxt = c.tcb.seqOf(end);
            c.tcb.recovery.smallEnd = e.length() % mss == 0 ? -1 : end;
            SendNotices.onProgress(c, end, c.tcb.snd.unaOffset, nowNs);
        }
    }
}
