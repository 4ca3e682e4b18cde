package io.sluice.tcp;

import io.sluice.time.Deadline;

/**
 * The one timer that all loss detection of a connection shares (RFC 8985 §8): retransmission (RFC 6298 §5), tail loss probe
 * (RFC 8985 §7.2), or the time at which loss recovery wants to look again (the reordering timer of RFC 8985 §6.2). When each is
 * due is in the ledger; the slot has the one that counts.
 */
final class LossTimer {
    private final TcpContext context;

    LossTimer(TcpContext context) {
        this.context = context;
    }

    /** RFC 6298 §5.1, §5.3: the timer runs from now. RFC 6298 §5 (M7): nothing is repeated before. */
    void restart(TcpConnection c, long nowNs) {
        long rtoAtNs = Deadline.after(nowNs, context.rttEstimator.rtoNs(c));
        if (c.ledger.isShared()) {
            c.timers.arm(TcpTimer.RETRANSMIT, rtoAtNs); // a SYN
            return;
        }
        boolean waited = waitsForProbe(c);
        c.ledger.rtoAtNs = rtoAtNs;
        context.tailLossProbe.schedule(c, nowNs);
        if (waited && c.ledger.probe != TailLossProbe.State.ARMED) {
            countFromFirst(c, nowNs);
        }
        arm(c);
    }

    /** SACK has told that something arrived which left at {@code sentNs}, and was not repeated: {@link Knob#SACK_RESTARTS_RTO}. */
    void onSacked(TcpConnection c, long sentNs, long nowNs) {
        SentRange head = c.ledger.head();
        boolean news = head != null && sentNs < head.sentNs && c.ledger.lookAgainNs == Deadline.NEVER;
        if (news && context.knobs.isOn(Knob.SACK_RESTARTS_RTO)) {
            restart(c, nowNs);
        } else {
            arm(c);
        }
    }

    private boolean waitsForProbe(TcpConnection c) {
        return c.ledger.probe == TailLossProbe.State.ARMED && context.knobs.isOn(Knob.RTO_FROM_FIRST_SEGMENT);
    }

    /** RFC 6298 §5.1, after a tail loss probe: the next is not thought of before there is news. */
    void restartWithoutProbe(TcpConnection c, long nowNs) {
        c.ledger.rtoAtNs = Deadline.after(nowNs, context.rttEstimator.rtoNs(c));
        arm(c);
    }

    /** The RTO counts from when the first segment left. */
    void countFromFirst(TcpConnection c, long nowNs) {
        c.ledger.rtoAtNs = Math.max(Deadline.after(nowNs, 1), fromFirstNs(c)); // the timers of now have had their turn
    }

    private long fromFirstNs(TcpConnection c) {
        SentRange head = c.ledger.head();
        return head == null ? c.ledger.rtoAtNs : Deadline.after(head.sentNs, context.rttEstimator.rtoNs(c));
    }

    /** New data has left: the timer starts, or a probe is put off or has become possible. */
    void onNewData(TcpConnection c, long nowNs) {
        if (waitsForProbe(c)) {
            long dueNs = fromFirstNs(c);
            c.ledger.rtoAtNs = dueNs > nowNs ? dueNs : c.ledger.rtoAtNs; // else the probe comes first
        }
        context.tailLossProbe.schedule(c, nowNs);
        arm(c);
    }

    /** Puts into the slot what counts now. */
    void arm(TcpConnection c) {
        SendLedger ledger = c.ledger;
        long atNs = ledger.rtoAtNs;
        boolean looks = ledger.lookAgainNs != Deadline.NEVER;
        if (ledger.probe == TailLossProbe.State.ARMED && (looks || !context.tailLossProbe.isPossible(c))) {
            TailLossProbe.cancel(c); // RFC 8985 §8: the reordering timer takes its place; §7.2: or what was SACKed
        }
        if (looks) {
            atNs = Math.min(atNs, ledger.lookAgainNs);
        } else if (ledger.probe == TailLossProbe.State.ARMED) {
            atNs = Math.min(atNs, ledger.probeAtNs);
        }
        c.timers.arm(TcpTimer.RETRANSMIT, atNs);
    }

    /** The timer expired; returns whether that was for retransmission. */
    boolean isTimeout(TcpConnection c, long nowNs) {
        SendLedger ledger = c.ledger;
        if (ledger.isShared()) {
            return true;
        }
        if (ledger.lookAgainNs <= nowNs) {
            ledger.lookAgainNs = Deadline.NEVER;
            context.episodes.onLookAgain(c, nowNs);
            SentRange head = ledger.head();
            boolean nothingLost = head != null && !head.lost && ledger.lookAgainNs == Deadline.NEVER;
            if (nothingLost && context.knobs.isOn(Knob.RTO_FROM_FIRST_SEGMENT)) {
                countFromFirst(c, nowNs);
            }
            arm(c);
            return false;
        }
        if (ledger.probe == TailLossProbe.State.ARMED && ledger.probeAtNs <= nowNs) {
            context.tailLossProbe.onTimer(c, nowNs);
            return false;
        }
        return true;
    }

    /** Everything is acknowledged. */
    static void stop(TcpConnection c) {
        c.timers.disarm(TcpTimer.RETRANSMIT);
        if (!c.ledger.isShared()) {
            c.ledger.lookAgainNs = Deadline.NEVER;
            c.ledger.rtoAtNs = Deadline.NEVER;
        }
    }
}
