package io.sluice.bbr;

import io.sluice.cc.LostRange;
import io.sluice.cc.RateSample;

/** What losses, and marks, while probing for bandwidth do to BBR.inflight_longterm: draft-ietf-ccwg-bbr-06 §5.5.10.2. */
final class LossResponse {
    private final Model m;
    private final CongestionSignals signals;
    private final Undo undo;
    private final Startup startup;
    private final ProbeBw probeBw;
    private final Controls controls;

    LossResponse(
            Model model, CongestionSignals signals, Undo undo, Startup startup, ProbeBw probeBw, Controls controls) {
        this.m = model;
        this.signals = signals;
        this.undo = undo;
        this.startup = startup;
        this.probeBw = probeBw;
        this.controls = controls;
    }

    /** NoteLoss(), §5.5.10.2. */
    private void noteLoss(boolean inLossRecovery) {
        saveStateUponLoss(inLossRecovery);
        signals.noteLoss();
    }

    /** SaveStateUponLoss(), §5.5.11.1. */
    void saveStateUponLoss(boolean inLossRecovery) {
        controls.saveCwnd(inLossRecovery);
        undo.saveStateUponLoss();
    }

    /** HandleLostPacket(), §5.5.10.2. */
    void handleLostPacket(LostRange p, boolean inLossRecovery, long nowNs) {
        noteLoss(inLossRecovery);
        startup.onRangeLost(p.start, p.end());
        if (!m.isBwProbeSample) {
            return; // not sent while probing for bandwidth
        }
        long lost = m.c.lostBytesTotal() - p.lostAtSend;
        if (isInflightTooHigh(m, lost, p.txInFlight)) {
            handleInflightTooHigh(inflightAtLoss(p, lost), p.appLimited, nowNs);
        }
    }

    /** IsInflightTooHigh(), §5.5.10.2. */
    static boolean isInflightTooHigh(Model m, long lost, long txInFlight) {
        return lost > txInFlight * BbrParameters.LOSS_THRESH || (lost > 0 && !m.c.sackPermitted());
    }

    /** HandleInflightTooHigh(), §5.5.10.2. */
    private void handleInflightTooHigh(double txInFlight, boolean appLimited, long nowNs) {
        m.prevProbeTooHigh = true;
        m.isBwProbeSample = false; // once a probe
        if (!appLimited) {
            m.inflightLongterm = Math.max(txInFlight, m.targetInflight() * BbrParameters.BETA);
        }
        if (m.state == BbrState.PROBE_BW_UP) {
            undo.undoState = BbrState.PROBE_BW_UP;
            probeBw.startProbeBwDown(nowNs);
        }
    }

    /** InflightAtLoss(), §5.5.10.2: what was in flight with the first part of {@code p} whose loss was too much. */
    private static double inflightAtLoss(LostRange p, long lost) {
        double inflightPrev = p.txInFlight - p.bytes;
        double lostPrev = lost - p.bytes;
        double lostPrefix = (BbrParameters.LOSS_THRESH * inflightPrev - lostPrev) / (1 - BbrParameters.LOSS_THRESH);
        return inflightPrev + lostPrefix;
    }

    /**
     * The peer echoed Congestion Experienced. §3.7: a sender of ECN-capable packets treats marks as congestion (MUST) and is
     * free how. Here as losses: the short-term model shrinks at the end of the round. While probing, one is as much as too many
     * losses, since an echo (RFC 3168 §6.1.3) does not tell how much was marked: it ends Startup, as it ends slow start (RFC
     * 3168 §6.1.2), and ProbeBW_UP.
     */
    void handleEcnEcho(RateSample rs, boolean inLossRecovery, long nowNs) {
        noteLoss(inLossRecovery);
        if (m.isBwProbeSample) {
            handleInflightTooHigh((double) rs.txInFlight, rs.isAppLimited, nowNs);
        } else if (m.state == BbrState.STARTUP) {
            startup.exitOnCongestion();
        }
    }
}
