package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.wire.Seq;

/**
 * Finds out that nothing was lost when the window was reduced, and takes the reduction back. Detection by timestamps: RFC
 * 3522; by D-SACK: RFC 2883 §5, RFC 3708; by {@link ForwardRto} after timeouts. Response: RFC 4015.
 */
final class Undo {
    /** As far as reordering is believed, in segments. */
    static final int MAX_REORDERING = 300;

    private final TcpContext context;

    Undo(TcpContext context) {
        this.context = context;
    }

    /** RFC 4015 §3.1, (1): before the window is reduced. Once for each recovery, whatever else happens in it (RFC 3522 §3.2). */
    static void onReduction(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        r.priorSsthresh = Math.max(c.tcb.flightBytes(), c.window.ssthresh()); // pipe_prev
        r.priorCwnd = c.window.cwnd();
        r.priorSrttNs = c.tcb.rtt.srttNs;
        r.priorRttvarNs = c.tcb.rtt.rttvarNs;
        r.undoFrom = c.tcb.snd.unaOffset;
        r.undoUntil = c.tcb.snd.nxtOffset;
        // What is under way again may be reported as well.
        r.repeatedBytes = c.ledger.retransmittedBytes() + (TailLossProbe.isPending(c) ? c.tcb.snd.mss : 0);
        r.repeats = false;
        r.awaitsEcho = false;
    }

    /**
     * Something is repeated: RFC 3522 §3.2, (2). The next acknowledgment that advances SND.UNA answers it only if it is what
     * SND.UNA waits for, rather than something that was repeated before this recovery.
     */
    static void onRetransmitted(TcpConnection c, SentRange e, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        if (!r.canBeUndone()) {
            return;
        }
        if (!r.repeats && c.tcb.timestamps && e.start <= c.tcb.snd.unaOffset) {
            r.retransmitTs = TcpContext.timestampClock(nowNs) + c.tcb.timestampOffset;
            r.awaitsEcho = true;
        }
        r.repeats = true;
        r.repeatedBytes += e.length();
    }

    /** RFC 3522 §3.2, (4) to (6), for an acknowledgment that advanced SND.UNA: whether it answers the original. */
    static boolean isSpurious(TcpConnection c, AckOutcome outcome) {
        Tcb.Recovery r = c.tcb.recovery;
        if (!r.awaitsEcho || !r.canBeUndone()) {
            return false;
        }
        r.awaitsEcho = false;
        boolean ofOriginal = outcome.echoes && Seq.lt(outcome.tsEcr, r.retransmitTs);
        return ofOriginal && !outcome.dsack && (c.tcb.snd.duplicatesReported || !c.ledger.isEmpty());
    }

    /**
     * RFC 3708 §2: once the peer has reported all that was repeated as duplicate, none of it was lost. What it reports beyond that
     * the network has repeated, so that nothing is certain any more.
     */
    void onDuplicateReported(TcpConnection c, AckOutcome outcome, long nowNs) {
        long left = outcome.dsackLeft;
        Tcb.Recovery r = c.tcb.recovery;
        c.tcb.snd.duplicatesReported = true;
        context.counters.increment(Counter.TCP_DSACKS_IN);
        if (!outcome.dsackCredible
                || !r.canBeUndone()
                || r.repeatedBytes == 0
                || left < r.undoFrom
                || left >= r.undoUntil) {
            return;
        }
        if (left >= c.tcb.snd.unaOffset && !outcome.dsackOfRepeated) {
            return; // the network has repeated it
        }
        r.repeatedBytes -= outcome.dsackRight - left;
        if (r.repeatedBytes <= 0) {
            if (r.phase == RecoveryPhase.RECOVERY) {
                leave(c);
            }
            restoreWindow(c, 0, nowNs);
        }
    }

    /** Nothing was lost: back to new data, RFC 4015 §3.1, (8). What SACK says about holes is judged anew. */
    void revert(TcpConnection c, AckOutcome outcome, AckSample sample, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.phase == RecoveryPhase.RECOVERY) { // RFC 3522 §3.2, (6): dupacks + 1
            if (c.tcb.snd.unaOffset < r.point) {
                RareTotals.of(c).reorderings++;
            }
            long reordered = c.ledger.sackedBytes() / Math.max(1, c.tcb.snd.mss) + 1;
            long atLeast = Math.max(context.knobs.get(Knob.DUPLICATE_THRESHOLD), c.tcb.snd.reordering) + 1;
            c.tcb.snd.reordering = (short) Math.min(MAX_REORDERING, Math.max(atLeast, reordered));
        } else {
            r.adaptRtoFrom = context.knobs.isOn(Knob.UNDO_RESTORES_WINDOW) ? -1 : c.tcb.snd.nxtOffset;
        }
        leave(c);
        c.ledger.clearLost();
        r.judgedOffset = 0;
        if (outcome.ece) { // RFC 4015 §3.1, (9)
            r.endUndo();
            CwndValidation.restart(c);
        } else {
            restoreWindow(c, sample.cumulativelyAckedBytes, nowNs);
            sample.undone = !context.knobs.isOn(Knob.UNDO_RESTORES_WINDOW); // else it opens the window, too
        }
    }

    private static void leave(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        r.phase = RecoveryPhase.OPEN;
        r.point = c.tcb.snd.unaOffset;
        r.frto = ForwardRto.OFF;
        r.dupAcks = 0;
        r.dupAckedBytes = 0;
        r.rescueOffset = -1;
        r.retransmitNow = false;
    }

    /** RFC 4015 §3.1, (9) and (10). */
    private void restoreWindow(TcpConnection c, long ackedBytes, long nowNs) {
        Tcb.Recovery r = c.tcb.recovery;
        long cwnd = context.knobs.isOn(Knob.UNDO_RESTORES_WINDOW)
                ? r.priorCwnd
                : c.tcb.flightBytes() + Math.min(ackedBytes, context.algorithms.initialWindow(c));
        c.congestionControl.onUndo(c.window, cwnd, r.priorSsthresh, nowNs);
        CwndValidation.restart(c);
        r.reducedFor = c.tcb.snd.unaOffset; // what is lost from here on is another matter
        c.tcb.snd.lastSentNs = nowNs;
        c.tcb.ecn.reduced = false;
        context.counters.increment(Counter.TCP_SPURIOUS_RECOVERIES);
        r.endUndo();
    }

    /**
     * RFC 4015 §3.1, (11): the first measurement of data that was new when the spurious timeout occurred counts for more, and
     * those of what was delayed for nothing.
     */
    void adaptRto(TcpConnection c, AckSample sample) {
        Tcb.Recovery r = c.tcb.recovery;
        if (r.adaptRtoFrom >= 0 && c.tcb.snd.unaOffset > r.adaptRtoFrom && sample.rttNs != AckSample.NO_RTT) {
            r.adaptRtoFrom = -1;
            context.rttEstimator.afterSpuriousTimeout(c, r.priorSrttNs, r.priorRttvarNs, sample.rttNs);
        }
    }

    /** Whether the ledger has to stay although nothing is in flight: the peer may still report duplicates, or new data will measure anew. */
    static boolean isPending(Tcb tcb) {
        Tcb.Recovery r = tcb.recovery;
        return (r.canBeUndone() && r.repeatedBytes > 0) || r.adaptRtoFrom >= 0;
    }
}
