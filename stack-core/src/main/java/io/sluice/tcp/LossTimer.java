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
        c.ledger.rtoAtNs = rtoAtNs;
        context.tailLossProbe.schedule(c, nowNs);
        arm(c);
    }

    /** New data has left: the timer starts, or a probe is put off or has become possible. */
    void onNewData(TcpConnection c, long nowNs) {
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
