package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * From the first sign of a loss to its repair, whichever {@link LossRecovery} detects it: fast recovery (RFC 5681 §3.2, RFC
 * 6675 §5, RFC 6582 §3.2) with {@link Prr}, timeouts (RFC 6298 §5, RFC 6675 §5.1) with {@link ForwardRto}, and what turns out
 * to have been no loss ({@link Undo}). All it remembers is in {@link Tcb.Recovery}, so that a stack can be swapped in the
 * middle.
 */
final class LossEpisodes {
    /** Until loss recovery looks again that wants to at once, or even in the past: the clock has to go on. */
    private static final long LEAST_PAUSE_NS = 1_000_000;

    private final TcpContext context;
    private final Undo undo;
    private final ForwardRto forwardRto;

    LossEpisodes(TcpContext context) {
        this.context = context;
        this.undo = new Undo(context);
        this.forwardRto = new ForwardRto(context);
    }

    /** RFC 5681 §2: a duplicate acknowledgment arrived (RFC 6675 §2 with SACK). RFC 5681 §3.2 (M14) without. */
    void onDuplicateAck(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.phase == RecoveryPhase.LOSS) {
            return; // what has left the network was taken for lost already
        }
        if (r.dupAcks++ == 0) {
            r.limitedFrom = c.tcb.snd.nxtOffset;
        }
        if (!c.tcb.sackPermitted) {
            r.dupAckedBytes = Math.min(r.dupAckedBytes + c.tcb.snd.mss, countedFlight(c));
        }
    }

    /** An acknowledgment was applied to the ledger; {@code outcome} says what it changed. */
    void onAck(TcpConnection c, AckOutcome outcome, AckSample sample, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        SenderView view = context.view.of(c);
        long lostBefore = c.lostBytesTotal;
        long delivered = deliveredBytes(c, outcome, sample);
        if (outcome.dsack) {
            undo.onDuplicateReported(c, outcome, nowNs);
        }
        undo.adaptRto(c, sample);
        if (r.phase != RecoveryPhase.OPEN && isSpurious(c, outcome, sample)) {
            undo.revert(c, outcome, sample, nowNs);
        }
        if (sample.cumulativelyAckedBytes > 0) {
            onAdvance(c, view, sample.cumulativelyAckedBytes, nowNs);
        }
        context.tailLossProbe.onAck(c, outcome, nowNs);
        long repeated = c.ledger.retransmittedBytes();
        c.ledger.lookAgainNs = c.lossRecovery.onAck(view, outcome, nowNs);
        boolean repetitionLost = c.ledger.retransmittedBytes() < repeated;
        outcome.lostBytes = c.lostBytesTotal - lostBefore;
        boolean safe = sample.cumulativelyAckedBytes > 0 && outcome.lostBytes == 0;
        if (r.phase == RecoveryPhase.OPEN || (repetitionLost && mayRecoverAfterTimeout(c))) {
            startIfLost(c, view, delivered, nowNs);
        }
        if (r.phase == RecoveryPhase.RECOVERY && !c.congestionControl.ownsRecoveryWindow()) {
            Prr.onAck(c, delivered, safe);
        }
    }

    private boolean mayRecoverAfterTimeout(TcpConnection c) {
        return c.tcb.recovery.phase == RecoveryPhase.LOSS && context.knobs.isOn(Knob.LOST_REPETITION_STARTS_RECOVERY);
    }

    /** The time that loss recovery asked for has come. */
    void onLookAgain(TcpConnection c, long nowNs) {
        SenderView view = context.view.of(c);
        long lostBefore = c.lostBytesTotal;
        long againNs = c.lossRecovery.onLookAgain(view, nowNs);
        c.ledger.lookAgainNs = againNs > nowNs ? againNs : nowNs + LEAST_PAUSE_NS;
        boolean lost = c.lostBytesTotal > lostBefore;
        if (c.tcb.recovery.phase == RecoveryPhase.OPEN || (lost && mayRecoverAfterTimeout(c))) {
            startIfLost(c, view, 0, nowNs);
            if (c.tcb.recovery.phase == RecoveryPhase.RECOVERY && !c.congestionControl.ownsRecoveryWindow()) {
                Prr.onAck(c, c.window.smss(), false); // something was delivered, or nobody would have looked again
            }
        }
        c.wantTransmit();
    }

    /** DeliveredData of RFC 9937. Without SACK each duplicate stands for a segment, and what follows is counted less these. */
    private static long deliveredBytes(TcpConnection c, AckOutcome outcome, AckSample sample) {
        if (c.tcb.sackPermitted) {
            return outcome.deliveredBytes;
        }
        if (outcome.duplicate) {
            return c.tcb.snd.mss;
        }
        long acked = sample.cumulativelyAckedBytes; // the duplicates have told of all but its first segment
        return Math.max(Math.min(acked, c.tcb.snd.mss), acked - c.tcb.recovery.dupAckedBytes);
    }

    /** Whether this acknowledgment shows that what is being repaired was not lost. */
    private boolean isSpurious(TcpConnection c, AckOutcome outcome, AckSample sample) {
        boolean byEcho = sample.cumulativelyAckedBytes > 0 && Undo.isSpurious(c, outcome);
        return forwardRto.onAck(c, outcome, sample) || byEcho;
    }

    private void onAdvance(TcpConnection c, SenderView view, long octets, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        r.dupAcks = 0;
        if (r.phase != RecoveryPhase.OPEN && c.tcb.snd.unaOffset >= r.point) {
            end(c, view, nowNs);
        } else if (r.phase == RecoveryPhase.RECOVERY && !c.tcb.sackPermitted) {
            r.dupAckedBytes = Math.max(0, r.dupAckedBytes - octets + c.tcb.snd.mss);
            c.lossRecovery.onPartialAck(view, octets, nowNs);
        } else if (r.phase == RecoveryPhase.OPEN) {
            r.dupAckedBytes = 0;
            if (c.tcb.snd.unaOffset > r.undoUntil) {
                r.endUndo();
            }
        }
    }

    /** RFC 6675 §5, step 4; RFC 6582 §3.2, step 2; RFC 5681 §3.2 (M13). The loss of an MTU probe alone is none (RFC 4821 §7.5). */
    private void startIfLost(TcpConnection c, SenderView view, long delivered, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean indicated = r.phase != RecoveryPhase.OPEN || c.lossRecovery.indicatesLoss(view);
        if (!indicated || context.pathMtu.isProbeLoss(c, nowNs)) {
            return;
        }
        r.point = c.tcb.snd.nxtOffset;
        r.frto = ForwardRto.OFF;
        r.rescueOffset = -1;
        r.unsureOffset = c.tcb.snd.unaOffset;
        r.partial = false;
        context.counters.increment(Counter.TCP_FAST_RECOVERIES);
        if (Ecn.hasReduced(c)) { // RFC 3168 §6.1.2: once a window, whatever told of congestion
            r.endUndo();
        } else {
            Undo.onReduction(c);
            long lossFlight = flightBytes(c);
            boolean unvalidated = context.validation.isUnvalidated(c, nowNs);
            c.congestionControl.onCongestion(c.window, c, nowNs);
            context.validation.onCongestion(c, unvalidated, true, lossFlight, nowNs);
            context.ecn.onReduced(c);
        }
        TailLossProbe.forget(c);
        r.phase = RecoveryPhase.RECOVERY;
        Prr.start(c, delivered);
        r.retransmitNow = true; // (4.3)
        c.lossRecovery.onRecoveryStarted(view, nowNs);
    }

    /** RFC 5681 §4.3 (M21): the loss of a repetition, at most once a window. */
    void reduceAgain(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        if (c.tcb.snd.unaOffset < r.reducedFor) {
            return;
        }
        r.reducedFor = c.tcb.snd.nxtOffset;
        c.congestionControl.onCongestion(c.window, c, nowNs);
        context.ecn.onReduced(c);
        Prr.start(c, 0);
    }

    /** RFC 5681 §3.2 (M15), RFC 5681 §4.3 (M20), RFC 9937: the window is ssthresh. */
    private static void end(TcpConnection c, SenderView view, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean fast = r.phase == RecoveryPhase.RECOVERY;
        r.phase = RecoveryPhase.OPEN;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        r.retransmitNow = false;
        r.frto = ForwardRto.OFF;
        r.undoUntil = c.tcb.snd.nxtOffset;
        if (fast && !c.congestionControl.ownsRecoveryWindow()) {
            long flight = Math.max(c.tcb.flightBytes(), c.tcb.snd.mss) + c.tcb.snd.mss;
            // RFC 6582 §3.2, step 3, (1): no burst
            long threshold = c.window.ssthresh() < CongestionWindow.UNLIMITED ? c.window.ssthresh() : c.window.cwnd();
            boolean whole = c.tcb.sackPermitted || c.context.knobs.isOn(Knob.NEWRENO_ENDS_AT_SSTHRESH);
            c.window.cwnd(whole ? threshold : Math.min(threshold, flight));
        }
        if (fast) {
            c.context.validation.onRecovered(c);
        } else {
            CwndValidation.restart(c);
        }
        c.lossRecovery.onRecoveryEnded(view, nowNs);
        if (fast) {
            c.congestionControl.onRecovered(c.window, c, nowNs);
        }
    }

    /** The retransmission timer expired. */
    void onTimeout(TcpConnection c, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        SenderView view = context.view.of(c);
        boolean reduced =
                r.phase == RecoveryPhase.RECOVERY && context.knobs.isOn(Knob.TIMEOUT_KEEPS_SSTHRESH_OF_RECOVERY);
        boolean first = c.tcb.rtt.timeouts == 0 && !reduced;
        firstMissing(c);
        if (r.phase == RecoveryPhase.OPEN) {
            Undo.onReduction(c);
        }
        TailLossProbe.forget(c);
        c.ledger.lookAgainNs = Deadline.NEVER;
        c.lossRecovery.onTimeout(view, nowNs);
        c.congestionControl.onRetransmissionTimeout(c.window, c, first, nowNs);
        if (context.knobs.isOn(Knob.LOSS_WINDOW_BEYOND_FLIGHT) && !c.congestionControl.ownsRecoveryWindow()) {
            c.window.cwnd(c.window.cwnd() + c.pipeBytes());
        }
        CwndValidation.restart(c);
        context.ecn.onReduced(c);
        forwardRto.start(c);
        r.phase = RecoveryPhase.LOSS;
        r.point = c.tcb.snd.nxtOffset;
        r.dupAcks = 0;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        r.retransmitNow = true; // RFC 6298 §5.4
    }

    /**
     * What SND.UNA waits for, after it was asked for in vain; or null. If SACK has told that it is there, its receiver has reneged (RFC
     * 2018 §8, RFC 6675 §5.1).
     */
    static @Nullable SentRange firstMissing(TcpConnection c) {
        SentRange head = c.ledger.head();
        if (head != null && head.sacked) {
            c.ledger.forgetSacks();
        }
        return head;
    }

    /** What to repeat now if the window allows it, or null. */
    @Nullable SentRange nextRetransmit(TcpConnection c) {
        return ForwardRto.holdsRetransmissions(c) ? null : c.lossRecovery.nextRetransmit(context.view.of(c));
    }

    /** Why: what is not lost is repeated for want of anything better (RFC 6675 §4, rules 3 and 4). */
    static RetransmitCause cause(SentRange e) {
        return e.lost ? e.cause : RetransmitCause.RECOVERY_RESCUE;
    }

    /** {@code e} has left again. */
    void onRetransmitted(TcpConnection c, SentRange e, long nowNs) {
        c.lossRecovery.onRetransmitted(context.view.of(c), e, nowNs);
        Undo.onRetransmitted(c, e, nowNs);
        CwndValidation.onRepeated(c, e);
        ForwardRto.onRetransmitted(c, e.end);
    }

    /** Anything has left. */
    static void onSent(TcpConnection c, long octets) {
        if (c.tcb.recovery.phase == RecoveryPhase.RECOVERY) {
            Prr.onSent(c, octets);
        }
    }

    /** What is in flight as the congestion window counts it: {@link Knob#WINDOW_IN_SEGMENTS}. */
    static long countedFlight(TcpConnection c) {
        return c.tcb.flightBytes() + c.ledger.padding();
    }

    /** Of that, what has neither arrived nor been lost: pipe of RFC 6675 §2. */
    static long pipeBytes(TcpConnection c) {
        SendLedger l = c.ledger;
        long pipe = countedFlight(c) - l.sackedBytes() - l.lostBytes() + l.retransmittedBytes();
        return Math.max(0, pipe - c.tcb.recovery.dupAckedBytes);
    }

    /** FlightSize when a loss is found: RFC 5681 §3.2 (M12), step 2. */
    static long flightBytes(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        boolean limited = r.dupAcks > 0 && r.limitedFrom >= c.tcb.snd.unaOffset;
        long flight = limited ? r.limitedFrom - c.tcb.snd.unaOffset + c.ledger.padding() : countedFlight(c);
        boolean again = r.phase == RecoveryPhase.RECOVERY; // lowered twice: RFC 5681 §4.3
        return again ? Math.min(flight, c.window.cwnd()) : flight;
    }
}
