package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;

/**
 * F-RTO, RFC 5682: finds out from the acknowledgments after a timeout whether it was spurious, by sending new data before
 * anything but the first segment is repeated. The basic algorithm (§2.1) where SACK was not agreed, else that of §3.1.
 */
final class ForwardRto {
    /** Not in progress: conventional recovery. */
    static final byte OFF = 0;

    /** Step 2: the first segment was repeated, and nothing else is before it is acknowledged. */
    static final byte REPEATED_FIRST = 1;

    /** Step 3: new data was sent. */
    static final byte SENT_NEW = 2;

    /** §2.1 and §3.1, (3a). */
    private static final int SEGMENTS_AFTER_REAL_LOSS = 3;

    private final TcpContext context;

    ForwardRto(TcpContext context) {
        this.context = context;
    }

    /**
     * Step 1: the timer expired, and everything outstanding is taken for lost. Not in the middle of a recovery, but where the
     * timer only expired again for the same segment (§2.2): then nothing else was repeated.
     */
    void start(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean again = r.phase == RecoveryPhase.LOSS && r.frto == REPEATED_FIRST;
        again |= c.tcb.rtt.timeouts > 0 && context.knobs.isOn(Knob.F_RTO_BY_ORIGINALS);
        boolean enters = context.knobs.isOn(Knob.F_RTO) && (r.phase == RecoveryPhase.OPEN || again);
        r.frto = enters ? REPEATED_FIRST : OFF;
        r.frtoFirstEnd = -1;
    }

    /** The first segment was repeated, up to {@code end}. */
    static void onRetransmitted(TcpConnection c, long end) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.frto == REPEATED_FIRST && r.frtoFirstEnd < 0) {
            r.frtoFirstEnd = end;
        }
    }

    /** The timeout is explained by something else than a delay: conventional recovery goes on. */
    static void end(TcpConnection c) {
        c.tcb.recovery.frto = OFF;
    }

    /** Whether repetitions wait. */
    static boolean holdsRetransmissions(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        return r.frto == SENT_NEW || (r.frto == REPEATED_FIRST && r.frtoFirstEnd >= 0);
    }

    /** Whether new data waits, although the window may have room. */
    static boolean holdsNewData(TcpConnection c) {
        return c.tcb.recovery.frto == REPEATED_FIRST;
    }

    /** Steps 2 and 3: returns whether this acknowledgment shows that the timeout was spurious. */
    boolean onAck(TcpConnection c, AckOutcome outcome, AckSample sample) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean advanced = sample.cumulativelyAckedBytes > 0;
        if (r.frto == OFF || !(advanced || outcome.duplicate)) {
            return false; // neither new nor duplicate: ignored
        }
        boolean original = outcome.hasOriginalBefore(r.point) && (c.tcb.sackPermitted || !outcome.repeatedAcknowledged);
        if (original && context.knobs.isOn(Knob.F_RTO_BY_ORIGINALS)) {
            return true;
        }
        return r.frto == REPEATED_FIRST ? onFirst(c, advanced) : onSecond(c, outcome, advanced);
    }

    private boolean onFirst(TcpConnection c, boolean advanced) {
        Tcb.Recovery r = c.tcb.recovery;
        if (!advanced && c.tcb.sackPermitted) {
            return false; // §3.1, (2): stays in this step
        }
        boolean repeatedAcked = c.tcb.snd.unaOffset >= r.frtoFirstEnd && r.frtoFirstEnd >= 0;
        boolean all = c.tcb.snd.unaOffset >= c.tcb.snd.nxtOffset;
        if (advanced && repeatedAcked && !all && hasSegmentToSend(c)) {
            r.point = c.tcb.snd.nxtOffset; // (2b)
            r.frto = SENT_NEW;
        } else {
            r.frto = OFF; // (2a)
        }
        return false;
    }

    /** Whether there is a new segment that neither the peer's window nor Nagle's algorithm can hold back. */
    private static boolean hasSegmentToSend(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        long usable = snd.unaOffset + snd.wnd - snd.nxtOffset;
        long unsent = c.unsentBytes();
        return Math.min(unsent, usable) >= c.effectiveMss() || (c.options.noDelay && unsent > 0 && unsent <= usable);
    }

    private static boolean onSecond(TcpConnection c, AckOutcome outcome, boolean advanced) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean beyond = c.tcb.snd.unaOffset > r.point || c.ledger.highestSacked() > r.point;
        boolean newBelow = advanced || (c.tcb.sackPermitted && outcome.newlySacked);
        if (newBelow && !beyond) {
            return true; // (3b)
        }
        r.frto = OFF; // (3a)
        if (!c.congestionControl.ownsRecoveryWindow()) {
            c.window.cwnd((long) SEGMENTS_AFTER_REAL_LOSS * c.window.smss());
        }
        return false;
    }
}
