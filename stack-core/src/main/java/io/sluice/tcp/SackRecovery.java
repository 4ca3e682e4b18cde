package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.tcp.Tcb.Recovery.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Loss recovery by duplicate acknowledgments: RFC 6675 where SACK was negotiated, RFC 6582 (NewReno) where it was not,
 * limited transmit (RFC 3042) before and the retransmission timer (RFC 6298 §5, RFC 6675 §5.1) behind both. Without SACK
 * each duplicate ACK stands for one segment that has left the network, which is what RFC 6582's inflation of cwnd means.
 */
final class SackRecovery implements LossRecovery {
    private final TcpContext context;

    SackRecovery(TcpContext context) {
        this.context = context;
    }

    @Override
    public void onAck(TcpConnection c, AckOutcome outcome, AckSample sample, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean advanced = sample.cumulativelyAckedBytes > 0;
        if (advanced) {
            r.dupAcks = 0;
            if (r.phase != Phase.OPEN && c.tcb.snd.unaOffset >= r.point) {
                endRecovery(c, nowNs);
            } else if (r.phase == Phase.RECOVERY && !c.tcb.sackPermitted) {
                onPartialAck(c, sample.cumulativelyAckedBytes);
            } else if (r.phase == Phase.OPEN) {
                r.dupAckedBytes = 0;
            }
        }
        if (c.tcb.sackPermitted) {
            if (r.phase != Phase.OPEN || c.ledger.sackedBytes() > 0) {
                outcome.lostBytes += detectLosses(c);
            }
        }
        if (r.phase == Phase.OPEN && isLossIndicated(c)) {
            enterRecovery(c, nowNs);
        }
    }

    /** RFC 5681 §2: a duplicate acknowledgment arrived (RFC 6675 §2 with SACK). */
    @Override
    public void onDuplicateAck(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        r.dupAcks++;
        if (!c.tcb.sackPermitted) {
            r.dupAckedBytes = Math.min(r.dupAckedBytes + c.tcb.snd.mss, c.tcb.flightBytes());
        }
    }

    /** RFC 6675 §5, steps 1 and 2: enough duplicates, or the scoreboard says that the first segment is lost. */
    private boolean isLossIndicated(TcpConnection c) {
        SendLedger.Entry head = c.ledger.head();
        if (head == null) {
            return false;
        }
        boolean indicated = c.tcb.recovery.dupAcks >= context.knobs.get(Knob.DUPLICATE_THRESHOLD)
                || (c.tcb.sackPermitted && head.lost && !head.retransmitted);
        return indicated && !context.pathMtu.isProbeLoss(c);
    }

    /**
     * IsLost of RFC 6675 §4: a range is lost once more than (DupThresh - 1) * SMSS octets above it are sacked. Goes down
     * from the highest SACK until that many are passed, then marks what is below and not yet marked; each entry is
     * marked once, so the cost is that of what changed.
     */
    private long detectLosses(TcpConnection c) {
        long threshold = (context.knobs.get(Knob.DUPLICATE_THRESHOLD) - 1) * c.tcb.snd.mss;
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
        long before = c.ledger.lostBytes();
        while (e != null && (e.sacked || !e.lost)) {
            if (!e.sacked && !e.retransmitted) {
                c.ledger.markLost(e);
            }
            e = e.previous;
        }
        return c.ledger.lostBytes() - before;
    }

    /** RFC 6675 §5, step 4; RFC 6582 §3.2, step 2. */
    private void enterRecovery(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        r.phase = Phase.RECOVERY;
        r.point = c.tcb.snd.nxtOffset;
        r.rescueOffset = -1;
        context.counters.increment(Counter.TCP_FAST_RECOVERIES);
        if (!Ecn.hasReduced(c)) { // RFC 3168 §6.1.2: once a window, whatever told of congestion
            c.congestionControl.onCongestion(c.window, c, nowNs);
            context.ecn.onReduced(c);
        }
        SendLedger.Entry head = c.ledger.head();
        if (head != null) { // (4.3): retransmit the first segment presumed dropped
            markFirstSegmentLost(c, head);
        }
    }

    /** RFC 6582 §3.2, step 3, partial acknowledgment: the next hole is lost too. */
    private static void onPartialAck(TcpConnection c, long acked) {
        Tcb.Recovery r = c.tcb.recovery;
        r.dupAckedBytes = Math.max(0, r.dupAckedBytes - acked + c.tcb.snd.mss);
        SendLedger.Entry head = c.ledger.head();
        if (head != null && !head.retransmitted) {
            markFirstSegmentLost(c, head);
        }
    }

    private static void markFirstSegmentLost(TcpConnection c, SendLedger.Entry head) {
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
        c.ledger.markLost(head);
        c.tcb.recovery.retransmitNow = true;
    }

    private void endRecovery(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean fast = r.phase == Phase.RECOVERY;
        r.phase = Phase.OPEN;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        if (fast) {
            c.congestionControl.onRecovered(c.window, c, nowNs);
        }
    }

    @Override
    public void onTimer(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean first = c.tcb.rtt.backoff == 0;
        // RFC 6675 §5.1: after a timeout the receiver may have reneged; a head that is sacked proves it.
        SendLedger.Entry head = c.ledger.head();
        if (head != null && head.sacked) {
            c.ledger.forgetSacks();
        }
        c.congestionControl.onRetransmissionTimeout(c.window, c, first, nowNs);
        context.ecn.onReduced(c);
        r.phase = Phase.LOSS;
        r.point = c.tcb.snd.nxtOffset;
        r.dupAcks = 0;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        c.ledger.markAllLost(); // RFC 6298 §5.4 repeats the earliest; the others follow as the window opens
    }

    @Override
    public SendLedger.@Nullable Entry nextRetransmit(TcpConnection c) {
        SendLedger.Entry lost = c.ledger.nextLost(); // NextSeg rule 1 of RFC 6675 §4
        if (lost != null) {
            return lost;
        }
        return rescue(c);
    }

    /**
     * NextSeg rule 4 of RFC 6675 §4: once in a recovery, when there is nothing else to send, the last unsacked segment,
     * so that a lost tail does not wait for the timer.
     */
    private static SendLedger.@Nullable Entry rescue(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.phase != Phase.RECOVERY || !c.tcb.sackPermitted || r.rescueOffset >= c.tcb.snd.unaOffset) {
            return null;
        }
        if (c.unsentBytes() > 0) {
            return null;
        }
        SendLedger.Entry tail = c.ledger.tail();
        if (tail == null || tail.sacked || tail.lost || tail.retransmitted || c.ledger.highestSacked() < 0) {
            return null;
        }
        if (tail.length() > tail.mss) {
            long segments = (tail.length() - 1) / tail.mss;
            c.ledger.split(tail, tail.start + segments * tail.mss);
            tail = c.ledger.tail();
        }
        r.rescueOffset = r.point;
        return tail;
    }

    @Override
    public RetransmitCause cause(TcpConnection c) {
        return c.tcb.recovery.phase == Phase.LOSS ? RetransmitCause.RTO : RetransmitCause.DUPLICATE_THRESHOLD;
    }
}
