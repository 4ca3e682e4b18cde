package io.sluice.tcp;

import io.sluice.cc.LostRange;

/** Takes ranges for lost: in the ledger, in C.lost, and towards congestion control. Which ones, {@link LossRecovery} says. */
final class Losses {
    private final LostRange range = new LostRange();

    /** {@code e} is lost, or its repetition is. */
    void mark(TcpConnection c, SendLedger.Entry e, long nowNs) {
        if (!c.ledger.markLost(e)) {
            return;
        }
        c.lostBytesTotal += e.length();
        range.bytes = e.length();
        range.deliveredAtSend = e.delivered;
        range.lostAtSend = e.lostAtSend;
        range.txInFlight = e.txInFlight;
        range.appLimited = e.appLimited;
        range.sentNs = e.sentNs;
        c.congestionControl.onRangeLost(c.window, c, range, nowNs);
    }

    /** Everything that is not sacked is lost (RFC 6298 §5.4, RFC 6675 §5.1). Walks the window: only for timeouts. */
    void markAll(TcpConnection c, long nowNs) {
        for (SendLedger.Entry e = c.ledger.head(); e != null; e = e.next) {
            mark(c, e, nowNs);
        }
    }
}
