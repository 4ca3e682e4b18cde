package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.event.RetransmitCause;
import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Loss detection by duplicate acknowledgments: RFC 6675 where SACK was negotiated, RFC 6582 (NewReno) where it was not,
 * limited transmit (RFC 3042) before and the retransmission timer (RFC 6298 §5, RFC 6675 §5.1) behind both. Without SACK
 * each duplicate ACK stands for one segment that has left the network, which is what RFC 6582's inflation of cwnd means.
 * Has no state: what must be remembered is the connection's.
 */
public final class SackRecovery implements LossRecovery {
    /** The one instance that is needed. */
    public static final SackRecovery INSTANCE = new SackRecovery();

    private SackRecovery() {}

    @Override
    public long onAck(SenderView c, AckOutcome ack, long nowNs) {
        boolean sack = c.c().tcb.sackPermitted;
        if (sack && (c.phase() != RecoveryPhase.OPEN || c.ledger().sackedBytes() > 0)) {
            detectLosses(c, nowNs);
            detectLostRetransmission(c, nowNs);
        }
        return Deadline.NEVER;
    }

    /** RFC 6675 §5, steps 1 and 2: enough duplicates, or the scoreboard says that the first segment is lost. */
    @Override
    public boolean indicatesLoss(SenderView c) {
        SentRange head = c.ledger().head();
        if (head == null) {
            return false;
        }
        boolean sack = c.c().tcb.sackPermitted;
        if (sack && head.lost && !head.retransmitted) {
            return true;
        }
        // RFC 6582 §3.2, step 1: duplicates of what was outstanding in the last recovery may answer its repetitions.
        boolean fresh = sack || c.unaOffset() > c.recoveryPoint();
        return fresh && c.duplicateAcks() >= c.duplicateThreshold();
    }

    /**
     * IsLost of RFC 6675 §4: a range is lost once more than (DupThresh - 1) * SMSS octets above it are sacked, or, of segments
     * that are smaller, DupThresh discontiguous sequences. Goes down from the highest SACK until that many are passed, then
     * marks what is below; each entry is judged once, so the cost is that of what changed.
     */
    private static void detectLosses(SenderView c, long nowNs) {
        int duplicates = c.duplicateThreshold();
        long threshold = (duplicates - 1L) * c.smss();
        if (c.ledger().sackedBytes() <= threshold && c.ledger().sackedSegments() < duplicates) {
            return;
        }
        SentRange e = c.ledger().highestSackedRange();
        long above = 0;
        int sequences = 0; // sacked neighbours are one
        while (e != null && above <= threshold && sequences < duplicates) {
            if (e.sacked) {
                above += e.length();
                sequences++;
            }
            e = e.previous;
        }
        Tcb.Recovery r = c.c().tcb.recovery;
        long judged = r.judgedOffset;
        r.judgedOffset = e == null ? judged : Math.max(judged, e.end);
        while (e != null && e.end > judged) {
            if (e.retransmitted) {
                c.confirmLost(e); // SetPipe of RFC 6675 §4, (a): only (b) counts it from now on
            } else if (!e.sacked) {
                c.markLost(e, RetransmitCause.DUPLICATE_THRESHOLD, nowNs);
            }
            e = e.previous;
        }
    }

    /**
     * The first segment was repeated, and more than DupThresh segments that were sent after that are sacked: the repetition
     * is lost, too, which RFC 6675 leaves to the timer. Only the first segment, whose loss stops everything, so that nothing
     * is walked.
     */
    private static void detectLostRetransmission(SenderView c, long nowNs) {
        SentRange head = c.ledger().head();
        long threshold = (long) c.duplicateThreshold() * c.smss();
        if (c.phase() == RecoveryPhase.LOSS
                || head == null
                || !head.retransmitted
                || c.ledger().highestSacked() - head.sentBefore < threshold) {
            return;
        }
        c.markLost(head, RetransmitCause.DUPLICATE_THRESHOLD, nowNs);
        c.retransmitAtOnce();
        if (c.phase() == RecoveryPhase.RECOVERY) { // else it begins now, and reduces the window
            c.reduceAgain(nowNs);
        }
    }

    /** RFC 6675 §5, (4.3): the first segment is presumed dropped. */
    @Override
    public void onRecoveryStarted(SenderView c, long nowNs) {
        SentRange head = c.ledger().head();
        if (head != null) {
            markFirstSegmentLost(c, head, RetransmitCause.DUPLICATE_THRESHOLD, nowNs);
            c.c().tcb.recovery.rescueOffset = Math.min(head.start + head.mss, head.end); // RescueRxt
        }
    }

    /** RFC 6582 §3.2, step 3, partial acknowledgment: the next hole is lost too. */
    @Override
    public void onPartialAck(SenderView c, long octets, long nowNs) {
        SentRange head = c.ledger().head();
        if (head != null && !head.retransmitted) {
            markFirstSegmentLost(c, head, RetransmitCause.PARTIAL_ACK, nowNs);
            c.retransmitAtOnce();
        }
    }

    private static void markFirstSegmentLost(SenderView c, SentRange head, RetransmitCause cause, long nowNs) {
        if (head.sacked || head.lost) {
            return;
        }
        if (head.length() > head.mss) {
            c.split(head, head.start + head.mss);
        }
        c.markLost(head, cause, nowNs);
    }

    /** RFC 6298 §5.4 repeats the earliest; the others follow as the window opens (RFC 6675 §5.1). */
    @Override
    public void onTimeout(SenderView c, long nowNs) {
        for (SentRange e = c.ledger().head(); e != null; e = e.next) {
            c.markLost(e, RetransmitCause.RTO, nowNs);
        }
    }

    @Override
    public @Nullable SentRange nextRetransmit(SenderView c) {
        SentRange lost = c.ledger().nextLost(); // NextSeg rule 1 of RFC 6675 §4
        if (lost != null) {
            return lost;
        }
        boolean more = c.phase() == RecoveryPhase.RECOVERY && c.ledger().highestSacked() >= 0;
        if (!more || c.hasNewDataToSend()) { // rule 2
            return null;
        }
        SentRange unsure = unsure(c);
        return unsure == null ? rescue(c) : unsure;
    }

    @Override
    public void onRetransmitted(SenderView c, SentRange e, long nowNs) {
        if (c.phase() == RecoveryPhase.RECOVERY
                && !e.lost
                && e.start >= c.ledger().highestSacked()) {
            c.c().tcb.recovery.rescueOffset = c.recoveryPoint(); // RFC 6675 §4, (4)
        }
    }

    /**
     * NextSeg rule 3 of RFC 6675 §4: what lies below the highest SACK and is not lost for certain. Goes over the few segments
     * between the last that is lost and the highest SACK, once.
     */
    private static @Nullable SentRange unsure(SenderView c) {
        Tcb.Recovery r = c.c().tcb.recovery;
        SentRange e = c.ledger().reaching(r.unsureOffset);
        while (e != null && e.end < c.ledger().highestSacked()) {
            if (!e.sacked && !e.lost && !e.retransmitted) {
                return wholeSegment(c, e, e.start + e.mss);
            }
            r.unsureOffset = e.end;
            e = e.next;
        }
        return null;
    }

    /** {@code e} itself, or what is before {@code at} of it. */
    private static SentRange wholeSegment(SenderView c, SentRange e, long at) {
        if (at < e.end) {
            c.split(e, at);
        }
        return e;
    }

    /**
     * NextSeg rule 4 of RFC 6675 §4: once in a recovery, when there is nothing else to send, the last unsacked segment,
     * so that a lost tail does not wait for the timer.
     */
    private static @Nullable SentRange rescue(SenderView c) {
        SentRange tail = c.ledger().tail();
        boolean done = c.c().tcb.recovery.rescueOffset >= c.unaOffset();
        if (done || tail == null || tail.sacked || tail.lost || tail.retransmitted) {
            return null;
        }
        if (tail.length() > tail.mss) {
            long segments = (tail.length() - 1) / tail.mss;
            c.split(tail, tail.start + segments * tail.mss);
            tail = c.ledger().tail();
        }
        return tail;
    }
}
