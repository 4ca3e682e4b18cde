package io.sluice.rack;

import io.sluice.cc.RecoveryPhase;
import io.sluice.event.RetransmitCause;
import io.sluice.tcp.AckOutcome;
import io.sluice.tcp.Knob;
import io.sluice.tcp.LossRecovery;
import io.sluice.tcp.SenderView;
import io.sluice.tcp.SentRange;
import io.sluice.time.Deadline;

/**
 * RACK-TLP, RFC 8985: a segment is lost once one that was sent later has been delivered and the time for which reordering is
 * allowed for has passed. Needs SACK (RFC 8985 §4). One instance a connection. Tail loss probes (RFC 8985 §7) are the core's,
 * and asked for.
 *
 * <p>What an acknowledgment costs is what it changes: what is in flight is in the order in which it was sent, so that the
 * search ends at the first segment that is not late (the optimization at the end of RFC 8985 §6.2).
 */
public final class RackTlp implements LossRecovery {
    /** RFC 8985 §6.2, step 4: for so many recoveries the window stays as large as duplicates have made it. */
    private static final int REORDERING_WINDOW_PERSISTENCE = 16;

    /** RFC 8985 §6.2, step 4: the window is this part of RACK.min_RTT at first. */
    private static final int REORDERING_WINDOW_DIVISOR = 4;

    /** The value of {@link Knob#TAIL_LOSS_PROBE} from which on stacks that want to, probe. */
    private static final long PROBE_IF_WANTED = 2;

    private static final long NONE = -1;

    private final WindowedMinimum minRtt = new WindowedMinimum();

    /** RACK.xmit_ts and RACK.end_seq: what was sent last of all that was delivered. */
    private long xmitNs = Long.MIN_VALUE;

    private long endOffset = NONE;

    /** RACK.rtt. */
    private long rttNs;

    /** RACK.fack before the acknowledgment that is being processed, and with it. */
    private long fack;

    private long newFack;

    /** Where the lowest range begins that was overtaken, of what the acknowledgment that is being processed tells. */
    private long lowestOvertaken = Long.MAX_VALUE;

    /** Whether it tells of a delivery that says something about what was sent when. */
    private boolean advanced;

    /** The highest of what it reports by SACK for the first time. */
    private long highestNewlySacked = NONE;

    /** RACK.reordering_seen. */
    private boolean reorderingSeen;

    /** RACK.reo_wnd. */
    private long reorderingWindowNs;

    /** RACK.reo_wnd_mult. */
    private int windowMultiple = 1;

    /** RACK.reo_wnd_persist. */
    private int windowPersist = REORDERING_WINDOW_PERSISTENCE;

    /** RACK.dsack_round. */
    private long dsackRound = NONE;

    private boolean recoveryEnded;

    @Override
    public void onStart(SenderView c, long nowNs) {
        rttNs = c.connection().srttNs();
        minRtt.reset(c.connection().minRttNs(), nowNs);
        fack = Math.max(c.unaOffset(), c.ledger().highestSacked());
        newFack = fack;
        SentRange sacked = c.ledger().highestSackedRange();
        if (sacked != null && sacked.transmissions() == 1) { // taken over in the middle of something
            xmitNs = sacked.sentNs();
            endOffset = sacked.end();
        }
    }

    /** RACK_update() and RACK_detect_reordering(), RFC 8985 §6.2, steps 1 to 3, for one range. */
    @Override
    public void onDelivered(SenderView c, SentRange range, long end, AckOutcome ack, long nowNs) {
        boolean repeated = range.transmissions() > 1;
        newFack = Math.max(newFack, end);
        if (end < fack && !repeated) {
            lowestOvertaken = Math.min(lowestOvertaken, range.start());
        }
        long rtt = nowNs - range.sentNs();
        if (!repeated) {
            minRtt.add(Math.max(1, rtt), nowNs);
        } else if (rtt < minRtt.get() || (end <= c.unaOffset() && c.echoesBefore(ack, range))) {
            // It may be the original that was delivered. Deviates from RFC 8985 §6.2, step 2, in that only a
            // cumulative acknowledgment is judged by its echo: that of one out of order is of what came before
            // (RFC 7323 §4.3), and would have the acknowledgments of tail loss probes ignored.
            return;
        }
        advanced = true;
        if (end <= c.unaOffset() || end > highestNewlySacked) {
            // Blocks come in any order (RFC 2018 §4): of these, what is highest has left last, mostly.
            rttNs = rtt;
            highestNewlySacked = end;
        }
        if (range.sentNs() > xmitNs || (range.sentNs() == xmitNs && end > endOffset)) {
            xmitNs = range.sentNs();
            endOffset = end;
        }
    }

    @Override
    public long onAck(SenderView c, AckOutcome ack, long nowNs) {
        fack = newFack;
        noteReordering(c, ack);
        boolean byDeliveries = c.knob(Knob.RACK_BY_DELIVERIES) != 0;
        adaptWindow(c, ack.reportsDuplicate() && (reorderingSeen || !byDeliveries));
        long againNs = advanced || !byDeliveries ? detectLosses(c, nowNs) : c.lookAgainNs();
        advanced = false;
        highestNewlySacked = NONE;
        return againNs;
    }

    /**
     * The rest of RACK_detect_reordering(). Beyond RFC 8985 §6.2, step 3, that something was delivered out of order also shows where
     * it came again, having been repeated, and is not acknowledged yet.
     */
    private void noteReordering(SenderView c, AckOutcome ack) {
        long lowest = Math.min(lowestOvertaken, ack.overtakenRepetition());
        if (lowest < fack) {
            reorderingSeen = true;
            c.noteReordering(fack - lowest);
        }
        lowestOvertaken = Long.MAX_VALUE;
    }

    /** The reordering timer expired: RACK_detect_loss_and_arm_timer(), RFC 8985 §6.2, step 5. */
    @Override
    public long onLookAgain(SenderView c, long nowNs) {
        return detectLosses(c, nowNs);
    }

    /** RACK_update_reo_wnd(), RFC 8985 §6.2, step 4: what duplicates say about the allowance. */
    private void adaptWindow(SenderView c, boolean duplicate) {
        if (dsackRound != NONE && c.unaOffset() >= dsackRound) {
            dsackRound = NONE;
        }
        if (dsackRound == NONE && duplicate) {
            dsackRound = c.nxtOffset();
            windowMultiple++;
            windowPersist = REORDERING_WINDOW_PERSISTENCE;
            // Deviates from RFC 8985 §6.2, step 3, which counts only what was delivered out of order before it was
            // repeated: while everything late is repeated at once for three SACKed segments, it never sees that, but
            // the duplicate shows it.
            reorderingSeen = true;
        } else if (recoveryEnded && --windowPersist <= 0) {
            windowMultiple = 1;
        }
        recoveryEnded = false;
    }

    /** The rest of RACK_update_reo_wnd(). */
    private long reorderingWindowNs(SenderView c) {
        boolean certain = c.phase() != RecoveryPhase.OPEN || c.ledger().sackedSegments() >= c.duplicateThreshold();
        if (!reorderingSeen && certain) {
            return 0;
        }
        long allowance = windowMultiple * minRtt.get() / REORDERING_WINDOW_DIVISOR;
        return Math.min(allowance, c.connection().srttNs());
    }

    /** RACK_detect_loss(), RFC 8985 §6.2, step 5; returns when to look again. */
    private long detectLosses(SenderView c, long nowNs) {
        reorderingWindowNs = reorderingWindowNs(c);
        SentRange e = c.ledger().oldestInFlight();
        while (e != null && e.wasSentBefore(xmitNs, endOffset) && lostAtNs(e) <= nowNs) {
            SentRange next = e.nextSent();
            c.markLost(e, RetransmitCause.RACK, nowNs);
            e = next;
        }
        SentRange last = c.ledger().lastInFlightBefore(xmitNs, endOffset);
        return last == null ? Deadline.NEVER : lostAtNs(last);
    }

    private long lostAtNs(SentRange e) {
        return e.sentNs() + rttNs + reorderingWindowNs;
    }

    /** What the path MTU or a closed window made void is repeated without a recovery. */
    @Override
    public boolean indicatesLoss(SenderView c) {
        SentRange lost = c.ledger().nextLost();
        return lost != null && lost.cause() == RetransmitCause.RACK;
    }

    @Override
    public void onRecoveryEnded(SenderView c, long nowNs) {
        recoveryEnded = true;
    }

    /** RACK_mark_losses_on_RTO(), RFC 8985 §6.3. */
    @Override
    public void onTimeout(SenderView c, long nowNs) {
        SentRange head = c.ledger().head();
        if (head != null) {
            c.markLost(head, RetransmitCause.RTO, nowNs);
        }
        SentRange e = c.ledger().oldestInFlight();
        while (e != null && lostAtNs(e) <= nowNs) {
            SentRange next = e.nextSent();
            c.markLost(e, RetransmitCause.RTO, nowNs);
            e = next;
        }
    }

    /** RFC 8985 §7, unless the host says otherwise. */
    @Override
    public boolean probesTail(SenderView c) {
        return c.knob(Knob.TAIL_LOSS_PROBE) >= PROBE_IF_WANTED;
    }
}
