package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Congestion window validation, RFC 7661, where {@link Knob#CWND_VALIDATION} wants it: a window that is not used is kept for up to
 * five minutes, does not grow, is paced when it is used again, and counts for no more than what was in use when a loss tells that
 * it was too much. For congestion control that leaves the window to recovery; others validate it their own way.
 */
final class CwndValidation {
    /** RFC 7661 §4.4: the non-validated period, NVP. */
    private static final long PERIOD_NS = 300_000_000_000L;

    /** RFC 7661 §4.2: the pipeACK Sampling Period is three round trips or one second. */
    private static final int SAMPLING_ROUND_TRIPS = 3;

    private static final long SAMPLING_NS = 1_000_000_000L;

    /** RFC 7661 §4.5.1: parts of the Sampling Period, of each of which the highest sample is kept. */
    private static final int PARTS = 5;

    private static final long UNDEFINED = -1;
    private static final long NEVER = Long.MIN_VALUE;

    private final TcpContext context;

    CwndValidation(TcpContext context) {
        this.context = context;
    }

    /** What it remembers of one connection. */
    static final class State {
        private final long[] samples = new long[PARTS];
        private final long[] sampledNs = new long[PARTS];
        private int latest;

        /** Whether pipeACK is defined: there was a sample since the start or the last recovery. */
        private boolean defined;

        /** When the sample being taken began, and what had been delivered then. */
        private long sinceNs = NEVER;

        private long sinceDelivered;

        /** Since when the window is not validated, or {@link #NEVER}. */
        private long idleSinceNs = NEVER;

        /** Max(pipeACK, LossFlightSize) of a recovery that ended the non-validated phase, or {@link #UNDEFINED}. */
        private long usedBytes = UNDEFINED;

        /** R: octets that this recovery has repeated. */
        private long repeatedBytes;
    }

    private static @Nullable State of(TcpConnection c) {
        Occasional o = c.occasional;
        return o == null ? null : o.validation;
    }

    /** Whether windows of this connection are validated so. */
    boolean isOn(TcpConnection c) {
        return context.knobs.isOn(Knob.CWND_VALIDATION) && !c.congestionControl.ownsRecoveryWindow();
    }

    private static long samplingNs(TcpConnection c) {
        return Math.max(SAMPLING_ROUND_TRIPS * c.tcb.rtt.srttNs, SAMPLING_NS);
    }

    /** pipeACK, or {@link #UNDEFINED}. */
    private static long pipeAck(TcpConnection c, State s, long nowNs) {
        if (!s.defined) {
            return UNDEFINED;
        }
        long most = 0;
        for (int i = 0; i < PARTS; i++) {
            if (nowNs - s.sampledNs[i] <= samplingNs(c)) {
                most = Math.max(most, s.samples[i]);
            }
        }
        return most;
    }

    /** Whether cwnd is not validated: pipeACK is less than half of it (RFC 7661 §4.3). */
    boolean isUnvalidated(TcpConnection c, long nowNs) {
        State s = of(c);
        long pipeAck = s == null || !isOn(c) ? UNDEFINED : pipeAck(c, s, nowNs);
        return pipeAck != UNDEFINED && pipeAck < c.window.cwnd() / 2;
    }

    /** RFC 7661 §4.2: an acknowledgment was applied; samples are taken once a round trip, and not while losses are repaired. */
    void onAcknowledged(TcpConnection c, AckSample sample, long nowNs) {
        if (!isOn(c) || c.tcb.recovery.phase != RecoveryPhase.OPEN || sample.newlyAckedBytes == 0) {
            return;
        }
        State s = of(c);
        if (s == null) {
            s = new State();
            c.ownOccasional().validation = s;
        }
        if (s.sinceNs == NEVER) {
            s.sinceNs = nowNs;
            s.sinceDelivered = c.deliveredBytes - sample.newlyAckedBytes;
        } else if (nowNs - s.sinceNs >= c.tcb.rtt.srttNs) {
            record(c, s, c.deliveredBytes - s.sinceDelivered, nowNs);
            s.sinceNs = nowNs;
            s.sinceDelivered = c.deliveredBytes;
        }
        follow(c, s, nowNs);
    }

    private static void record(TcpConnection c, State s, long octets, long nowNs) {
        if (!s.defined) {
            Arrays.fill(s.samples, 0);
            s.defined = true;
        }
        if (nowNs - s.sampledNs[s.latest] > samplingNs(c) / PARTS) {
            s.latest = (s.latest + 1) % PARTS;
            s.samples[s.latest] = 0;
            s.sampledNs[s.latest] = nowNs;
        }
        s.samples[s.latest] = Math.max(s.samples[s.latest], octets);
    }

    /** Notes when a phase begins. */
    private void follow(TcpConnection c, State s, long nowNs) {
        if (!isUnvalidated(c, nowNs)) {
            s.idleSinceNs = NEVER;
        } else if (s.idleSinceNs == NEVER) {
            s.idleSinceNs = nowNs;
        }
    }

    /** RFC 7661 §4.4.3, §4.5.2: data is about to leave, and for each non-validated period that has passed the window is halved. */
    void beforeSending(TcpConnection c, long nowNs) {
        State s = of(c);
        if (s == null || !isOn(c)) {
            return;
        }
        long idleFromNs = Math.max(s.sampledNs[s.latest], c.tcb.snd.lastSentNs);
        boolean began = s.idleSinceNs == NEVER && isUnvalidated(c, nowNs);
        if (began) {
            s.idleSinceNs = idleFromNs;
        }
        while (s.idleSinceNs != NEVER && nowNs - s.idleSinceNs >= PERIOD_NS) {
            s.idleSinceNs += PERIOD_NS;
            c.window.ssthresh(Math.max(c.window.ssthresh(), 3 * c.window.cwnd() / 4));
            long initial = context.algorithms.initialWindow(c);
            c.window.cwnd(Math.min(c.window.cwnd(), Math.max(c.window.cwnd() / 2, initial)));
        }
        follow(c, s, nowNs);
        context.pacingRate.update(c, nowNs);
    }

    /** RFC 5681 §4.1: after an idle time of more than one RTO the window may be out of date. */
    void restartAfterIdle(TcpConnection c, long nowNs) {
        boolean idle = c.tcb.flightBytes() == 0
                && c.unsentBytes() > 0
                && c.tcb.snd.wnd > 0
                && c.tcb.snd.lastSentNs != 0
                && nowNs - c.tcb.snd.lastSentNs > context.rttEstimator.rtoNs(c);
        if (isOn(c)) {
            beforeSending(c, nowNs);
        } else if (idle && context.knobs.isOn(Knob.RESTART_AFTER_IDLE)) {
            c.congestionControl.onIdleRestart(c.window, c, context.algorithms.initialWindow(c), nowNs);
        }
    }

    /** RFC 7661 §4.4.1: congestion has reduced the window; one that was not validated counts for what was used of it. */
    void onCongestion(TcpConnection c, boolean unvalidated, boolean recovery, long lossFlightBytes, long nowNs) {
        State s = of(c);
        if (s == null) {
            return;
        }
        if (unvalidated) {
            long used = Math.max(pipeAck(c, s, nowNs), lossFlightBytes);
            long cwnd = Math.max(used / 2, c.window.smss());
            c.window.cwnd(Math.min(c.window.cwnd(), cwnd));
            c.window.ssthresh(Math.min(c.window.ssthresh(), Math.max(cwnd, 2L * c.window.smss())));
            s.usedBytes = recovery ? used : UNDEFINED;
        } else {
            s.usedBytes = UNDEFINED;
        }
        s.repeatedBytes = 0;
        s.idleSinceNs = NEVER;
    }

    /** Data was repeated while losses are repaired. */
    static void onRepeated(TcpConnection c, SentRange e) {
        State s = of(c);
        if (s != null && e.transmissions == 2) {
            s.repeatedBytes += e.length();
        }
    }

    /** RFC 7661 §4.4.1: a recovery is over. */
    void onRecovered(TcpConnection c) {
        State s = of(c);
        if (s != null && s.usedBytes != UNDEFINED) {
            long cwnd = Math.max((s.usedBytes - s.repeatedBytes) / 2, c.window.smss());
            c.window.cwnd(Math.min(c.window.cwnd(), cwnd));
            c.window.ssthresh(c.window.cwnd());
        }
        restart(c);
    }

    /**
     * A recovery is over, the timer has expired, or a reduction was taken back, with which what was found out about the window does
     * not count: pipeACK is undefined until it is measured again.
     */
    static void restart(TcpConnection c) {
        State s = of(c);
        if (s == null) {
            return;
        }
        s.usedBytes = UNDEFINED;
        s.defined = false;
        s.sinceNs = NEVER;
        s.idleSinceNs = NEVER;
    }

    /** The most in flight in this window of data: how much of cwnd is used (RFC 7661 §4.1). */
    static void noteFlight(TcpConnection c) {
        Tcb.Recovery r = c.tcb.recovery;
        long flight = LossEpisodes.countedFlight(c);
        if (c.tcb.snd.unaOffset >= r.maxFlightUntil || flight > r.maxFlightBytes) {
            r.maxFlightBytes = flight;
            r.maxFlightUntil = c.tcb.snd.nxtOffset;
        }
    }
}
