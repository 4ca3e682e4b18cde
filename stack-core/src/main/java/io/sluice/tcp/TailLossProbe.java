package io.sluice.tcp;

import io.sluice.cc.RecoveryPhase;
import io.sluice.time.Deadline;

/**
 * Tail loss probes: RFC 8985 §7. Where acknowledgments stay away although data is in flight, one segment is sent long
 * before the retransmission timer would expire, so that its acknowledgment tells what is missing. For every stack whose
 * {@link LossRecovery} asks for it; what it remembers is in the ledger.
 */
final class TailLossProbe {
    /** From here on {@code tcp_early_retrans} of Linux means probing. */
    static final long ENABLED = 3;

    /** No probe is outstanding: TLP.end_seq = None. */
    static final long NONE = -1;

    /** Added to two round-trip times where the ACK of the last segment cannot be delayed alone. */
    private static final long MARGIN_NS = 2_000_000;

    /** RFC 8985 §7.2: the PTO while there is no round-trip time. */
    private static final long INITIAL_NS = 1_000_000_000;

    private final TcpContext context;

    /** How far the probe of a flight is. */
    enum State {
        NONE,
        /** The timer of the connection runs for a probe. */
        ARMED,
        /** The probe has to be sent. */
        DUE
    }

    TailLossProbe(TcpContext context) {
        this.context = context;
    }

    /** TLP_init(), RFC 8985 §7.1. */
    static void forget(TcpConnection c) {
        if (!c.ledger.isShared()) {
            c.ledger.probe = State.NONE;
            c.ledger.probeEnd = NONE;
        }
    }

    /** A probe that the timer runs for, or that is due, has no use any more. */
    static void cancel(TcpConnection c) {
        c.ledger.probe = State.NONE;
    }

    /** RFC 8985 §7.2: new data was sent or acknowledged. */
    void schedule(TcpConnection c, long nowNs) {
        SendLedger ledger = c.ledger;
        if (ledger.probe == State.DUE) {
            return;
        }
        ledger.probe = isPossible(c) ? State.ARMED : State.NONE;
        ledger.probeAtNs =
                Math.min(Deadline.after(nowNs, probeDelayNs(c)), ledger.rtoAtNs); // before the RTO, or in its place
    }

    /** Another stack runs the connection: a probe that the timer runs for stays, if that one wants probes as well. */
    void reconsider(TcpConnection c, long nowNs) {
        if (c.ledger.probe != State.ARMED || !isPossible(c)) {
            schedule(c, nowNs);
        }
    }

    /** RFC 8985 §7.2 and §7.3: SACK, nothing being repaired or out of order, no probe of any kind, and a measurement since the last. */
    boolean isPossible(TcpConnection c) {
        return c.tcb.sackPermitted
                && !c.ledger.isEmpty()
                && c.tcb.snd.unaOffset != c.tcb.snd.finOffset // a FIN alone is no tail that anything could be learnt of
                && (mayProbe(c) || context.knobs.isOn(Knob.RTO_FROM_FIRST_SEGMENT))
                && c.tcb.state().isSynchronized()
                && c.tcb.recovery.phase == RecoveryPhase.OPEN
                && c.ledger.sackedBytes() == 0
                && c.tcb.snd.probes == 0 // else it is the persist timer's (RFC 9293 §3.8.6.1)
                && c.lossRecovery.probesTail(context.view.of(c));
    }

    /** RFC 8985 §7.3: one probe at a time, and a measurement after it. */
    private static boolean mayProbe(TcpConnection c) {
        return c.ledger.probeEnd == NONE && !c.tcb.snd.probeAwaitsRtt;
    }

    /** TLP_calc_PTO(), RFC 8985 §7.2: a single segment may have its ACK delayed. */
    private long probeDelayNs(TcpConnection c) {
        if (c.tcb.rtt.srttNs == 0) {
            return INITIAL_NS;
        }
        boolean single = LossEpisodes.countedFlight(c) <= c.effectiveMss();
        return 2 * c.tcb.rtt.srttNs + (single ? c.options.rare.timers().leastRtoNs(context.knobs) : MARGIN_NS);
    }

    /** The timer expired for a probe. */
    void onTimer(TcpConnection c, long nowNs) {
        if (!mayProbe(c)) { // the timer ran all the same: Knob.RTO_FROM_FIRST_SEGMENT
            cancel(c);
            impossible(c, nowNs);
            return;
        }
        c.ledger.probe = State.DUE;
        c.wantTransmit();
        c.ledger.rtoAtNs = Deadline.after(nowNs, context.rttEstimator.rtoNs(c));
        context.lossTimer.arm(c);
    }

    /** There is nothing that may be probed with: the RTO counts from when the first segment left, as if no probe had been waited for. */
    void impossible(TcpConnection c, long nowNs) {
        context.lossTimer.countFromFirst(c, nowNs);
        context.lossTimer.arm(c);
    }

    /** Where the segment begins that a probe repeats of the last range, as large as segments are now; a FIN goes with what it ends. */
    static long lastSegmentOf(TcpConnection c, SentRange last) {
        long data = Math.min(last.end, c.tcb.snd.finOffset) - last.start;
        int segment = Math.max(1, Math.min(last.mss, c.effectiveMss()));
        return last.start + Math.max(0, data - 1) / segment * segment;
    }

    /** The end of TLP_send_probe(), RFC 8985 §7.3: the probe has left, or there was nothing to send. */
    void onSent(TcpConnection c, boolean repeated, long nowNs) {
        if (repeated) {
            context.userTimeout.onRepetition(c, nowNs);
        }
        SendLedger ledger = c.ledger;
        ledger.probe = State.NONE;
        ledger.probeEnd = c.tcb.snd.nxtOffset;
        ledger.probeRepeats = repeated;
        c.tcb.snd.probeAwaitsRtt = true;
        context.lossTimer.restartWithoutProbe(c, nowNs);
    }

    /** TLP_process_ack(), RFC 8985 §7.4.2. */
    void onAck(TcpConnection c, AckOutcome ack, long nowNs) {
        SendLedger ledger = c.ledger;
        long end = ledger.probeEnd;
        long acknowledged = c.tcb.snd.unaOffset;
        if (end == NONE || acknowledged < end) {
            return;
        }
        if (!ledger.probeRepeats) {
            ledger.probeEnd = NONE; // new data, which was delivered
        } else if (ack.dsack && ack.dsackRight == end) {
            ledger.probeEnd = NONE; // case 1: both came
            ack.dsackOfProbe = true;
        } else if (acknowledged > end) {
            ledger.probeEnd = NONE;
            // The single loss that the probe has repaired is one to congestion control.
            boolean unvalidated = context.validation.isUnvalidated(c, nowNs);
            long lossFlight = LossEpisodes.flightBytes(c);
            c.congestionControl.onCongestion(c.window, c, nowNs);
            context.validation.onCongestion(c, unvalidated, false, lossFlight, nowNs);
            context.ecn.onReduced(c);
            c.congestionControl.onRecovered(c.window, c, nowNs);
        } else if (ack.duplicate && !ack.hadSack) {
            ledger.probeEnd = NONE; // case 2: both came
        }
    }

    /** Whether the ledger has to stay although nothing is in flight: it is not known yet whether the probe repaired a loss. */
    static boolean isPending(TcpConnection c) {
        return c.ledger.probeEnd != NONE && c.ledger.probeRepeats;
    }
}
