package io.sluice.tcp;

import org.jspecify.annotations.Nullable;

/** For simulators: what is always true of a connection between two turns of its host. Walks what is in flight. */
final class ConnectionCheck {
    private ConnectionCheck() {}

    /** What is not as it has to be, or null. */
    static @Nullable String fault(TcpConnection c, long nowNs) {
        String pacing = Pacer.fault(c, nowNs);
        String timer = pacing == null ? timer(c) : pacing;
        String sums = timer == null ? sums(c.ledger) : timer;
        return sums == null ? c.ledger.fault() : sums;
    }

    /** What is in flight, or waits for a closed window, has a timer, or its connection waits for its turn in the ring. */
    private static @Nullable String timer(TcpConnection c) {
        boolean timed = c.timers.isArmed(TcpTimer.RETRANSMIT) || c.timers.isArmed(TcpTimer.PERSIST);
        if (timed || c.isInRing() || !c.tcb.state().isSynchronized()) {
            return null;
        }
        if (!c.ledger.isEmpty()) {
            return "has no timer for what is in flight";
        }
        boolean waits = c.unsentBytes() > 0 || c.finPending() || StreamLayer.waits(c);
        return waits && c.tcb.snd.wnd == 0 && !c.timers.isArmed(TcpTimer.PACING)
                ? "has no timer for what a closed window keeps"
                : null;
    }

    private static @Nullable String sums(SendLedger ledger) {
        long sacked = 0;
        long lost = 0;
        long retransmitted = 0;
        for (SentRange e = ledger.head(); e != null; e = e.next) {
            sacked += e.sacked ? e.counted() : 0;
            lost += e.lost ? e.counted() : 0;
            retransmitted += e.retransmitted ? e.counted() : 0;
        }
        boolean right = sacked == ledger.sackedBytes()
                && lost == ledger.lostBytes()
                && retransmitted == ledger.retransmittedBytes();
        return right ? null : "has sums that are not those of its ranges";
    }
}
