package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.time.Deadline;

/**
 * Tail loss probes: RFC 8985 §7. Where acknowledgments stay away although data is in flight, one segment is sent long
 * before the retransmission timer would expire, so that its acknowledgment tells what is missing. Shares the timer's
 * slot; what it remembers is in the ledger. Without RACK: what the acknowledgment tells goes to whoever detects losses.
 */
final class TailLossProbe {
    /** What {@code tcp_early_retrans} of Linux calls probing. */
    private static final long ENABLED = 3;

    /** Added to two round-trip times where the ACK of the last segment cannot be delayed alone. */
    private static final long MARGIN_NS = 2_000_000;

    private final Knobs knobs;

    /** How far the probe of a flight is. */
    enum State {
        NONE,
        /** The timer of the connection runs for a probe. */
        ARMED,
        /** The probe has to be sent. */
        DUE,
        /** It was sent: the flight gets no other one. */
        SENT
    }

    TailLossProbe(Knobs knobs) {
        this.knobs = knobs;
    }

    /** When the timer has to expire: after {@code rtoNs}, or earlier for a probe. */
    long delayNs(TcpConnection c, long rtoNs) {
        SendLedger ledger = c.ledger;
        if (ledger.isEmpty()) {
            return rtoNs;
        }
        boolean free = ledger.probe == State.NONE || ledger.probe == State.ARMED;
        long delay = free && isPossible(c) ? probeDelayNs(c) : Deadline.NEVER;
        if (free) {
            ledger.probe = delay < rtoNs ? State.ARMED : State.NONE;
        }
        return Math.min(delay, rtoNs);
    }

    /** RFC 8985 §7.2: new data puts the probe off, or makes one possible that comes before the timer. */
    void onNewData(TcpConnection c, long nowNs) {
        SendLedger ledger = c.ledger;
        boolean free = ledger.probe == State.NONE || ledger.probe == State.ARMED;
        if (!free || !isPossible(c)) {
            return;
        }
        long atNs = Deadline.after(nowNs, probeDelayNs(c));
        if (ledger.probe == State.ARMED || atNs < c.timers.deadlineNs(TcpTimer.RETRANSMIT)) {
            ledger.probe = State.ARMED;
            c.timers.arm(TcpTimer.RETRANSMIT, atNs);
        }
    }

    /** RFC 8985 §7.2, step 1: SACK, and nothing being repaired. */
    private boolean isPossible(TcpConnection c) {
        return knobs.get(Knob.TAIL_LOSS_PROBE) >= ENABLED
                && c.tcb.sackPermitted
                && c.tcb.state().isSynchronized()
                && c.tcb.recovery.phase == RecoveryPhase.OPEN
                && c.ledger.sackedBytes() == 0
                && c.tcb.rtt.srttNs > 0
                && c.tcb.rtt.backoff == 0;
    }

    /** RFC 8985 §7.2, TLP_calc_PTO(): a single segment may have its ACK delayed. */
    private long probeDelayNs(TcpConnection c) {
        boolean single = c.tcb.flightBytes() <= c.effectiveMss();
        return 2 * c.tcb.rtt.srttNs + (single ? knobs.ns(Knob.MIN_RTO_MS) : MARGIN_NS);
    }

    /** The timer expired: whether it was for a probe. */
    boolean onTimer(TcpConnection c) {
        if (c.ledger.probe != State.ARMED) {
            return false;
        }
        c.ledger.probe = State.DUE;
        c.wantTransmit();
        return true;
    }
}
