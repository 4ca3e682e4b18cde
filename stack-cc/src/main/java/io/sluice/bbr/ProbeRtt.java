package io.sluice.bbr;

import io.sluice.cc.RecoveryPhase;

/** ProbeRTT: draft-ietf-ccwg-bbr-06 §5.3.4.3, §5.3.4.4. */
final class ProbeRtt {
    private static final long NOT_YET = 0;

    private final Model m;
    private final Controls controls;
    private final ProbeBw probeBw;
    private final Startup startup;
    private final CongestionSignals signals;

    /** BBR.probe_rtt_done_stamp, BBR.probe_rtt_round_done. */
    private long doneStampNs = NOT_YET;

    private boolean roundDone;

    ProbeRtt(Model model, Controls controls, ProbeBw probeBw, Startup startup, CongestionSignals signals) {
        this.m = model;
        this.controls = controls;
        this.probeBw = probeBw;
        this.startup = startup;
        this.signals = signals;
    }

    /** CheckProbeRTT(). */
    void check(long newlyDelivered, long nowNs) {
        if (m.state != BbrState.PROBE_RTT && m.minRtt.probeRttExpired && !m.idleRestart) {
            controls.saveCwnd(
                    m.c.recoveryPhase() != RecoveryPhase.OPEN); // before the state says that cwnd is modulated
            enter();
        }
        if (m.state == BbrState.PROBE_RTT) {
            handle(nowNs);
        }
        if (newlyDelivered > 0) {
            m.idleRestart = false;
        }
    }

    /** EnterProbeRTT(), and what follows it. */
    private void enter() {
        probeBw.onProbeRtt();
        m.state = BbrState.PROBE_RTT;
        doneStampNs = NOT_YET;
        m.ackPhase = AckPhase.PROBE_STOPPING;
        m.startRound();
    }

    /** HandleProbeRTT(). */
    private void handle(long nowNs) {
        m.c.markAppLimited(); // low rates do not count
        if (doneStampNs == NOT_YET && m.c.pipeBytes() <= controls.probeRttCwnd()) {
            doneStampNs = nowNs + BbrParameters.PROBE_RTT_DURATION_NS;
            roundDone = false;
            m.startRound();
        } else if (doneStampNs != NOT_YET) {
            roundDone |= m.round.start;
            if (roundDone) {
                checkDone(nowNs);
            }
        }
    }

    /** CheckProbeRTTDone(). */
    void checkDone(long nowNs) {
        if (doneStampNs != NOT_YET && nowNs > doneStampNs) {
            m.minRtt.schedule(nowNs);
            controls.restoreCwnd();
            exit(nowNs);
        }
    }

    /** ExitProbeRTT(). */
    private void exit(long nowNs) {
        m.resetShortTermModel();
        signals.onProbeRttExit();
        if (m.fullBw.reached) {
            probeBw.startProbeBwDown(nowNs);
            probeBw.startProbeBwCruise();
        } else {
            startup.enterStartup();
        }
    }
}
