package com.example.fixedrate;

import io.sluice.event.RetransmitCause;
import io.sluice.tcp.AckOutcome;
import io.sluice.tcp.LossRecovery;
import io.sluice.tcp.SenderView;
import io.sluice.tcp.SentRange;
import io.sluice.time.Deadline;

/**
 * Takes for lost what has not arrived after one and a half round trips although something that left later has. Has no state, so
 * that one serves all connections.
 */
final class LateIsLost implements LossRecovery {
    @Override
    public long onAck(SenderView c, AckOutcome ack, long nowNs) {
        return repeatWhatIsLate(c, nowNs);
    }

    @Override
    public long onLookAgain(SenderView c, long nowNs) {
        return repeatWhatIsLate(c, nowNs);
    }

    private static long repeatWhatIsLate(SenderView c, long nowNs) {
        if (c.ledger().sackedBytes() == 0) {
            return Deadline.NEVER;
        }
        long patienceNs = c.connection().srttNs() * 3 / 2;
        SentRange oldest = c.ledger().oldestInFlight();
        while (oldest != null && oldest.sentNs() + patienceNs <= nowNs) {
            SentRange next = oldest.nextSent(); // what is marked leaves this order
            c.markLost(oldest, RetransmitCause.RACK, nowNs);
            oldest = next;
        }
        return oldest == null ? Deadline.NEVER : oldest.sentNs() + patienceNs;
    }

    @Override
    public void onTimeout(SenderView c, long nowNs) {
        for (SentRange r = c.ledger().head(); r != null; r = r.next()) {
            c.markLost(r, RetransmitCause.RTO, nowNs);
        }
    }
}
