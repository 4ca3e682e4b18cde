package io.sluice.bbr;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;

/** Startup and Drain: draft-ietf-ccwg-bbr-06 §5.3.1, §5.3.2. */
final class Startup {
    private final Model m;
    private final CongestionSignals signals;
    private final Undo undo;

    /** Ranges lost in this round, neighbours counted as one. */
    private int lostRangesInRound;

    private long lostStart;
    private long lostEnd;

    /** C.delivered when fast recovery began. */
    private long recoveryDelivered;

    Startup(Model model, CongestionSignals signals, Undo undo) {
        this.m = model;
        this.signals = signals;
        this.undo = undo;
    }

    /** EnterStartup(), §5.3.1.1. */
    void enterStartup() {
        m.state = BbrState.STARTUP;
    }

    /** Fast recovery begins. */
    void onEnterFastRecovery() {
        recoveryDelivered = m.c.deliveredBytes();
    }

    /** [start, end) of the stream is lost. */
    void onRangeLost(long start, long end) {
        boolean neighbour = lostRangesInRound > 0 && start <= lostEnd && end >= lostStart;
        lostRangesInRound += neighbour ? 0 : 1;
        lostStart = neighbour ? Math.min(lostStart, start) : start;
        lostEnd = neighbour ? Math.max(lostEnd, end) : end;
    }

    /** CheckStartupDone(), §5.3.1.1. */
    void checkStartupDone(AckSample ack) {
        checkStartupHighLoss(ack);
        if (m.state == BbrState.STARTUP && m.fullBw.reached) {
            enterDrain();
        }
        if (signals.lossRoundStart) {
            lostRangesInRound = 0;
        }
    }

    /** CheckStartupHighLoss(), §5.3.1.3. */
    private void checkStartupHighLoss(AckSample ack) {
        if (m.state != BbrState.STARTUP || m.c.recoveryPhase() != RecoveryPhase.RECOVERY || !m.knowsBandwidth()) {
            return;
        }
        boolean high;
        if (m.c.sackPermitted()) {
            boolean forARound = ack.rate.hasData && ack.rate.priorDelivered >= recoveryDelivered;
            high = signals.lossRoundStart
                    && forARound
                    && LossResponse.isInflightTooHigh(m, ack.rate.lostBytes, ack.rate.txInFlight)
                    && lostRangesInRound >= BbrParameters.STARTUP_FULL_LOSS_COUNT;
        } else {
            high = ack.newlyLostBytes > 0 || ack.rate.lostBytes > 0;
        }
        if (high) {
            exitOnCongestion();
        }
    }

    /** Losses, or marks, say that the pipe is full. */
    void exitOnCongestion() {
        undo.undoState = BbrState.STARTUP;
        m.fullBw.now = true; // Appendix A.2, step 5
        m.fullBw.reached = true;
        m.inflightLongterm = Math.max(m.bdp(), signals.inflightLatest);
        enterDrain();
    }

    /** EnterDrain(), §5.3.2. */
    private void enterDrain() {
        m.state = BbrState.DRAIN;
        m.drainStartRound = m.round.count;
    }

    /** The condition of CheckDrainDone(), §5.3.2. */
    boolean isDrainDone() {
        return m.state == BbrState.DRAIN
                && (m.c.pipeBytes() <= m.inflight(m.bw, 1.0)
                        || m.round.count > m.drainStartRound + BbrParameters.MAX_DRAIN_ROUNDS);
    }
}
