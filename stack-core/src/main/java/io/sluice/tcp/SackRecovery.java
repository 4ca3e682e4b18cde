package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import org.jspecify.annotations.Nullable;

/**
 * Loss recovery by duplicate acknowledgments: RFC 6675 where SACK was negotiated, RFC 6582 (NewReno) where it was not,
 * limited transmit (RFC 3042) before and the retransmission timer (RFC 6298 §5, RFC 6675 §5.1) behind both. Without SACK
 * each duplicate ACK stands for one segment that has left the network, which is what RFC 6582's inflation of cwnd means.
 */
final class SackRecovery implements LossRecovery {
    private final TcpContext context;

    private final Undo undo;
    private final ForwardRto forwardRto;

    SackRecovery(TcpContext context) {
        this.context = context;
        this.undo = new Undo(context);
        this.forwardRto = new ForwardRto(context);
    }

    @Override
    public void onAck(TcpConnection c, AckOutcome outcome, AckSample sample, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean advanced = sample.cumulativelyAckedBytes > 0;
        if (outcome.dsack) {
            undo.onDuplicateReported(c, outcome.dsackLeft, outcome.dsackRight - outcome.dsackLeft, nowNs);
        }
        undo.adaptRto(c, sample);
        if (r.phase != RecoveryPhase.OPEN && isSpurious(c, outcome, sample)) {
            undo.revert(c, outcome, sample, nowNs);
        }
        if (advanced) {
            onAdvance(c, sample, nowNs);
        }
        if (c.tcb.sackPermitted && (r.phase != RecoveryPhase.OPEN || c.ledger.sackedBytes() > 0)) {
            outcome.lostBytes += detectLosses(c, nowNs);
            detectLostRetransmission(c, nowNs);
        }
        if (r.phase == RecoveryPhase.OPEN && isLossIndicated(c)) {
            enterRecovery(c, nowNs);
        }
    }

    /** Whether this acknowledgment shows that what is being repaired was not lost. */
    private boolean isSpurious(TcpConnection c, AckOutcome outcome, AckSample sample) {
        boolean byEcho = sample.cumulativelyAckedBytes > 0 && Undo.isSpurious(c, outcome);
        return forwardRto.onAck(c, outcome, sample) || byEcho;
    }

    private void onAdvance(TcpConnection c, AckSample sample, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        r.dupAcks = 0;
        if (r.phase != RecoveryPhase.OPEN && c.tcb.snd.unaOffset >= r.point) {
            endRecovery(c, nowNs);
        } else if (r.phase == RecoveryPhase.RECOVERY && !c.tcb.sackPermitted) {
            onPartialAck(c, sample.cumulativelyAckedBytes, nowNs);
        } else if (r.phase == RecoveryPhase.OPEN) {
            r.dupAckedBytes = 0;
            if (c.tcb.snd.unaOffset > r.undoUntil) {
                r.endUndo();
            }
        }
    }

    /** RFC 5681 §2: a duplicate acknowledgment arrived (RFC 6675 §2 with SACK). RFC 5681 §3.2 (M14) without. */
    @Override
    public void onDuplicateAck(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.phase == RecoveryPhase.LOSS) {
            return; // what has left the network was taken for lost already
        }
        if (r.dupAcks++ == 0) {
            r.limitedFrom = c.tcb.snd.nxtOffset;
        }
        if (!c.tcb.sackPermitted) {
            r.dupAckedBytes = Math.min(r.dupAckedBytes + c.tcb.snd.mss, c.tcb.flightBytes());
        }
    }

    /** DupThresh of RFC 6675 §2: more where reordering was taken for loss before. */
    private long duplicateThreshold(TcpConnection c) {
        return Math.max(context.knobs.get(Knob.DUPLICATE_THRESHOLD), c.tcb.snd.reordering);
    }

    /** RFC 6675 §5, steps 1 and 2: enough duplicates, or the scoreboard says that the first segment is lost. */
    private boolean isLossIndicated(TcpConnection c) {
        SendLedger.Entry head = c.ledger.head();
        if (head == null) {
            return false;
        }
        if (c.tcb.sackPermitted && head.lost && !head.retransmitted) {
            return !context.pathMtu.isProbeLoss(c);
        }
        // RFC 6582 §3.2, step 1: duplicates of what was outstanding in the last recovery may answer its repetitions.
        boolean fresh = c.tcb.sackPermitted || c.tcb.snd.unaOffset > c.tcb.recovery.point;
        return fresh && c.tcb.recovery.dupAcks >= duplicateThreshold(c) && !context.pathMtu.isProbeLoss(c);
    }

    /**
     * IsLost of RFC 6675 §4: a range is lost once more than (DupThresh - 1) * SMSS octets above it are sacked. Goes down
     * from the highest SACK until that many are passed, then marks what is below and not yet marked; each entry is
     * marked once, so the cost is that of what changed.
     */
    private long detectLosses(TcpConnection c, long nowNs) {
        long threshold = (duplicateThreshold(c) - 1) * c.tcb.snd.mss;
        if (c.ledger.sackedBytes() <= threshold) {
            return 0;
        }
        SendLedger.Entry e = c.ledger.highestSackedEntry();
        long above = 0;
        while (e != null && above <= threshold) {
            if (e.sacked) {
                above += e.length();
            }
            e = e.previous;
        }
        long before = c.lostBytesTotal;
        while (e != null && (e.sacked || !e.lost)) {
            if (!e.sacked && !e.retransmitted) {
                context.losses.mark(c, e, nowNs);
            }
            e = e.previous;
        }
        return c.lostBytesTotal - before;
    }

    /**
     * The first segment was repeated, and more than DupThresh segments that were sent after that are sacked: the repetition
     * is lost, too, which RFC 6675 leaves to the timer. Only the first segment, whose loss stops everything, so that nothing
     * is walked.
     */
    private void detectLostRetransmission(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        SendLedger.Entry head = c.ledger.head();
        long threshold = duplicateThreshold(c) * c.tcb.snd.mss;
        if (r.phase != RecoveryPhase.RECOVERY
                || head == null
                || !head.retransmitted
                || c.ledger.highestSacked() - head.sentBefore < threshold) {
            return;
        }
        context.losses.mark(c, head, nowNs);
        r.retransmitNow = true;
        if (c.tcb.snd.unaOffset >= r.reducedFor) {
            // RFC 5681 §4.3 (M21): the loss of a retransmission is a second indication of congestion.
            r.reducedFor = c.tcb.snd.nxtOffset;
            c.congestionControl.onCongestion(c.window, c, nowNs);
            context.ecn.onReduced(c);
        }
    }

    /** RFC 6675 §5, step 4; RFC 6582 §3.2, step 2; RFC 5681 §3.2 (M13). */
    private void enterRecovery(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        r.point = c.tcb.snd.nxtOffset;
        r.rescueOffset = -1;
        r.unsureOffset = c.tcb.snd.unaOffset;
        r.partial = false;
        context.counters.increment(Counter.TCP_FAST_RECOVERIES);
        if (Ecn.hasReduced(c)) { // RFC 3168 §6.1.2: once a window, whatever told of congestion
            r.endUndo();
        } else {
            Undo.onReduction(c);
            c.congestionControl.onCongestion(c.window, c, nowNs);
            context.ecn.onReduced(c);
        }
        r.phase = RecoveryPhase.RECOVERY;
        SendLedger.Entry head = c.ledger.head();
        if (head != null) { // (4.3): retransmit the first segment presumed dropped
            markFirstSegmentLost(c, head, nowNs);
        }
    }

    /** RFC 6582 §3.2, step 3, partial acknowledgment: the next hole is lost too. */
    private void onPartialAck(TcpConnection c, long acked, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        r.dupAckedBytes = Math.max(0, r.dupAckedBytes - acked + c.tcb.snd.mss);
        SendLedger.Entry head = c.ledger.head();
        if (head != null && !head.retransmitted) {
            markFirstSegmentLost(c, head, nowNs);
        }
    }

    private void markFirstSegmentLost(TcpConnection c, SendLedger.Entry head, long nowNs) {
        if (head.sacked) {
            return;
        }
        if (head.lost) {
            c.tcb.recovery.retransmitNow = !head.retransmitted;
            return;
        }
        if (head.length() > head.mss) {
            c.ledger.split(head, head.start + head.mss);
        }
        context.losses.mark(c, head, nowNs);
        c.tcb.recovery.retransmitNow = true;
    }

    /** RFC 5681 §3.2 (M15), RFC 5681 §4.3 (M20): the window is ssthresh since the recovery began. */
    private static void endRecovery(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean fast = r.phase == RecoveryPhase.RECOVERY;
        r.phase = RecoveryPhase.OPEN;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        r.frto = ForwardRto.OFF;
        r.undoUntil = c.tcb.snd.nxtOffset;
        if (fast
                && !c.tcb.sackPermitted
                && !c.congestionControl.ownsRecoveryWindow()) { // RFC 6582 §3.2, step 3, (1): no burst
            long flight = Math.max(c.tcb.flightBytes(), c.tcb.snd.mss) + c.tcb.snd.mss;
            c.window.cwnd(Math.min(c.window.cwnd(), flight));
        }
        if (fast) {
            c.congestionControl.onRecovered(c.window, c, nowNs);
        }
    }

    @Override
    public void onTimer(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean first = c.tcb.rtt.timeouts == 0;
        // RFC 6675 §5.1: after a timeout the receiver may have reneged; a head that is sacked proves it.
        SendLedger.Entry head = c.ledger.head();
        if (head != null && head.sacked) {
            c.ledger.forgetSacks();
        }
        if (r.phase == RecoveryPhase.OPEN) {
            Undo.onReduction(c);
        }
        context.losses.markAll(c, nowNs); // RFC 6298 §5.4 repeats the earliest; the others follow as the window opens
        c.congestionControl.onRetransmissionTimeout(c.window, c, first, nowNs);
        context.ecn.onReduced(c);
        forwardRto.start(c, r.phase != RecoveryPhase.OPEN);
        r.phase = RecoveryPhase.LOSS;
        r.point = c.tcb.snd.nxtOffset;
        r.dupAcks = 0;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
    }

    @Override
    public SendLedger.@Nullable Entry nextRetransmit(TcpConnection c) {
        if (ForwardRto.holdsRetransmissions(c)) {
            return null;
        }
        SendLedger.Entry lost = c.ledger.nextLost(); // NextSeg rule 1 of RFC 6675 §4
        if (lost != null) {
            return lost;
        }
        Tcb.Recovery r = c.tcb.recovery;
        boolean more = r.phase == RecoveryPhase.RECOVERY && c.tcb.sackPermitted && c.ledger.highestSacked() >= 0;
        if (!more || hasNewDataToSend(c)) { // rule 2
            return null;
        }
        SendLedger.Entry unsure = unsure(c);
        return unsure == null ? rescue(c) : unsure;
    }

    @Override
    public boolean holdsNewData(TcpConnection c) {
        return ForwardRto.holdsNewData(c);
    }

    @Override
    public void onRetransmitted(TcpConnection c, SendLedger.Entry e, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.phase == RecoveryPhase.RECOVERY && !e.lost && e.start >= c.ledger.highestSacked()) {
            r.rescueOffset = r.point; // RFC 6675 §4, (4)
        }
        Undo.onRetransmitted(c, e.length(), nowNs);
        ForwardRto.onRetransmitted(c, e.end);
    }

    /** Whether there is unsent data that the peer's window allows. */
    static boolean hasNewDataToSend(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        return c.unsentBytes() > 0 && snd.unaOffset + snd.wnd > snd.nxtOffset;
    }

    /**
     * NextSeg rule 3 of RFC 6675 §4: what lies below the highest SACK and is not lost for certain. Goes over the few segments
     * between the last that is lost and the highest SACK, once.
     */
    private static SendLedger.@Nullable Entry unsure(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        SendLedger.Entry e = c.ledger.reaching(r.unsureOffset);
        while (e != null && e.end < c.ledger.highestSacked()) {
            if (!e.sacked && !e.lost && !e.retransmitted) {
                return wholeSegment(c, e, e.start + e.mss);
            }
            r.unsureOffset = e.end;
            e = e.next;
        }
        return null;
    }

    /** {@code e} itself, or what is before {@code at} of it. */
    private static SendLedger.Entry wholeSegment(TcpConnection c, SendLedger.Entry e, long at) {
        if (at < e.end) {
            c.ledger.split(e, at);
        }
        return e;
    }

    /**
     * NextSeg rule 4 of RFC 6675 §4: once in a recovery, when there is nothing else to send, the last unsacked segment,
     * so that a lost tail does not wait for the timer.
     */
    private static SendLedger.@Nullable Entry rescue(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        SendLedger.Entry tail = c.ledger.tail();
        if (r.rescueOffset >= c.tcb.snd.unaOffset || tail == null || tail.sacked || tail.lost || tail.retransmitted) {
            return null;
        }
        if (tail.length() > tail.mss) {
            long segments = (tail.length() - 1) / tail.mss;
            c.ledger.split(tail, tail.start + segments * tail.mss);
            tail = c.ledger.tail();
        }
        return tail;
    }

    @Override
    public RetransmitCause cause(TcpConnection c) {
        return c.tcb.recovery.phase == RecoveryPhase.LOSS ? RetransmitCause.RTO : RetransmitCause.DUPLICATE_THRESHOLD;
    }
}
