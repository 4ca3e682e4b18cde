package io.sluice.tcp;

import io.sluice.cc.LostRange;
import io.sluice.event.RetransmitCause;

/** Takes ranges for lost: in the ledger, in C.lost, and towards congestion control. Which ones, {@link LossRecovery} says. */
final class Losses {
    private final LostRange range = new LostRange();

    /** {@code e} was repeated before it was known to be lost, which it is: {@link SendLedger#confirmLost}. */
    static void confirm(TcpConnection c, SentRange e) {
        if (c.ledger.confirmLost(e)) {
            c.lostBytesTotal += e.counted();
        }
    }

    /** {@code e} is lost, or its repetition is. */
    void mark(TcpConnection c, SentRange e, RetransmitCause cause, long nowNs) {
        if (!c.ledger.markLost(e)) {
            return;
        }
        e.cause = cause;
        c.lostBytesTotal += e.counted();
        range.start = e.start;
        range.bytes = e.counted();
        range.deliveredAtSend = e.delivered;
        range.lostAtSend = e.lostAtSend;
        range.txInFlight = e.txInFlight;
        range.appLimited = e.appLimited;
        range.sentNs = e.sentNs;
        c.congestionControl.onRangeLost(c.window, c, range, nowNs);
    }
}
