package io.sluice.bbr;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.LostRange;
import io.sluice.cc.RateSample;
import io.sluice.cc.RecoveryPhase;
import org.jspecify.annotations.Nullable;

/**
 * BBR, version 3 (draft-ietf-ccwg-bbr-06): models the path by its bandwidth and round-trip time, paces at the one and keeps
 * about the product of both in flight. Owns the window in recovery, too. What happens on which event is here (§5.2), and the
 * rest in the parts, whose methods have the names of the draft's pseudocode. One instance a connection; confined to the
 * host's thread.
 */
public final class Bbr implements CongestionControl {
    /** What users call it. */
    public static final String NAME = "bbr";

    private @Nullable Parts parts;

    /** Everything that exists once there is a connection. */
    private static final class Parts {
        final Model m;
        final CongestionSignals signals;
        final AckAggregation aggregation;
        final Controls controls;
        final Undo undo;
        final Startup startup;
        final ProbeBw probeBw;
        final ProbeRtt probeRtt;
        final LossResponse losses;
        boolean wasInRecovery;

        /** OnInit(), §5.2.1. */
        Parts(ConnectionView connection, CongestionWindow window, long nowNs) {
            m = new Model(connection, window);
            signals = new CongestionSignals(m);
            aggregation = new AckAggregation(m, nowNs);
            controls = new Controls(m);
            undo = new Undo(m);
            startup = new Startup(m, signals, undo);
            probeBw = new ProbeBw(m, signals);
            probeRtt = new ProbeRtt(m, controls, probeBw, startup, signals);
            losses = new LossResponse(m, signals, undo, startup, probeBw, controls);
            // C.srtt; where BBR takes over a connection that has had many samples, the lowest says more
            long rttNs = connection.minRttNs() > 0 ? connection.minRttNs() : connection.srttNs();
            m.minRtt.init(rttNs > 0 ? rttNs : MinRtt.NONE, nowNs);
            m.startRound();
            controls.initPacingRate();
            controls.setSendQuantum();
            startup.enterStartup();
        }

        BbrInfo info() {
            return new BbrInfo(
                    m.state,
                    m.window.cwnd(),
                    m.window.pacingRate(),
                    m.window.sendQuantum(),
                    m.bw,
                    m.maxBw(),
                    m.bwShortterm,
                    m.minRtt.minRttNs,
                    m.bdp(),
                    controls.maxInflight(),
                    m.inflightLongterm,
                    m.inflightShortterm,
                    m.extraAcked,
                    m.round.count,
                    m.maxBwFilter.cycleCount(),
                    m.fullBw.reached,
                    m.fullBw.now,
                    m.fullBw.count(),
                    m.drainStartRound,
                    probeBw.bwProbeUpRounds(),
                    probeBw.bwProbeWaitNs(),
                    m.prevProbeTooHigh,
                    probeBw.isPrevProbePrecautionary(),
                    m.idleRestart,
                    undo.undoState,
                    undo.bwShortterm,
                    undo.inflightShortterm,
                    undo.inflightLongterm);
        }

        boolean isInRecovery() {
            return m.c.recoveryPhase() != RecoveryPhase.OPEN;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean ownsRecoveryWindow() {
        return true;
    }

    @Override
    public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
        parts = new Parts(connection, window, nowNs);
    }

    private Parts parts() {
        Parts p = parts;
        if (p == null) {
            throw new IllegalStateException("not started");
        }
        return p;
    }

    /** What BBR thinks now, or null before there is a connection. */
    public @Nullable BbrInfo info() {
        return parts == null ? null : parts.info();
    }

    /** OnTransmit(), §5.2.2: HandleRestartFromIdle(), §5.4.1. The rate it sets counts from what has just left. */
    @Override
    public void onSent(CongestionWindow window, ConnectionView connection, long bytes, long nowNs) {
        if (connection.pipeBytes() > bytes || !connection.isAppLimited()) {
            return;
        }
        Parts p = parts();
        p.m.idleRestart = true;
        p.aggregation.restart(nowNs);
        if (p.m.state.isProbeBw()) {
            p.controls.setPacingRateWithGain(1);
        } else if (p.m.state == BbrState.PROBE_RTT) {
            p.probeRtt.checkDone(nowNs);
        }
    }

    /** UpdateOnACK(), §5.2.3. */
    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        Parts p = parts();
        boolean inRecovery = p.isInRecovery();
        if (p.wasInRecovery && !inRecovery) {
            p.controls.restoreCwnd(); // §5.6.4.4: upon exiting loss recovery
        }
        updateModelAndState(p, ack);
        p.controls.update(ack);
        if (!inRecovery) {
            p.undo.endEpisode();
        }
        p.wasInRecovery = inRecovery;
    }

    /** UpdateModelAndState(), §5.2.3. */
    private static void updateModelAndState(Parts p, AckSample ack) {
        RateSample rs = ack.rate;
        Model m = p.m;
        p.signals.updateLatestDeliverySignals(rs);
        p.signals.updateCongestionSignals(rs);
        p.aggregation.update(ack.newlyAckedBytes, ack.nowNs);
        m.fullBw.check(rs, m.round.start);
        p.startup.checkStartupDone(ack);
        if (p.startup.isDrainDone()) {
            p.probeBw.enterProbeBw(ack.nowNs);
        }
        p.probeBw.updateProbeBwCyclePhase(ack);
        m.minRtt.update(rs.rttNs == RateSample.NO_RTT ? ack.rttNs : rs.rttNs, ack.nowNs);
        p.probeRtt.check(rs.deliveredBytes, ack.nowNs);
        p.signals.advanceLatestDeliverySignals(rs);
        m.boundBwForModel();
    }

    @Override
    public void onRangeLost(CongestionWindow window, ConnectionView connection, LostRange lost, long nowNs) {
        Parts p = parts();
        p.losses.handleLostPacket(lost, p.isInRecovery(), nowNs);
    }

    /** OnEnterFastRecovery(), §5.6.4.4. */
    @Override
    public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {
        Parts p = parts();
        p.losses.saveStateUponLoss(p.isInRecovery());
        p.startup.onEnterFastRecovery();
    }

    @Override
    public void onEcnEcho(CongestionWindow window, ConnectionView connection, AckSample ack) {
        Parts p = parts();
        p.losses.handleEcnEcho(ack.rate, p.isInRecovery(), ack.nowNs);
    }

    /** OnEnterRTO(), §5.6.4.4. */
    @Override
    public void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
        Parts p = parts();
        p.losses.saveStateUponLoss(p.isInRecovery());
        p.wasInRecovery = true;
        window.cwnd(connection.pipeBytes() + window.smss());
    }

    /** HandleSpuriousLossDetection(), §5.5.11.2. */
    @Override
    public void onUndo(CongestionWindow window, long priorCwnd, long priorSsthresh, long nowNs) {
        Parts p = parts();
        p.controls.restoreCwnd();
        p.signals.isLossInRound = false;
        p.m.fullBw.reset();
        p.undo.restoreModel();
        BbrState undoState = p.undo.undoState;
        if (undoState == BbrState.STARTUP && p.m.state != BbrState.STARTUP) {
            p.m.fullBw.reached = false;
            if (p.m.state != BbrState.PROBE_RTT) {
                p.startup.enterStartup();
            }
        } else if (undoState == BbrState.PROBE_BW_UP
                && p.m.state != BbrState.PROBE_BW_UP
                && p.m.state != BbrState.PROBE_RTT) {
            p.probeBw.startProbeBwRefill();
        }
        p.undo.undoState = null;
    }

    /** §5.4.2: not slow start after idle times; BBR paces at the bandwidth that it knows. */
    @Override
    public void onIdleRestart(CongestionWindow window, ConnectionView connection, long initialWindow, long nowNs) {}
}
