package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.link.OutboundPacket;
import io.sluice.time.Deadline;
import io.sluice.wire.TcpHeader;

/** What happens when time passes: RFC 9293 §3.10.8, §3.8.3 (retransmission), §3.8.4 (keepalive), §3.8.6.1 (probes). */
final class Timeouts {
    /** RFC 9293 §3.8.6.1: probes back off exponentially; both kernels stop at about a minute. */
    private static final long MAX_PROBE_INTERVAL_NS = 60_000_000_000L;

    /** How long a peer may say nothing while its closed window is probed: ten unanswered probes. */
    private static final long MAX_SILENCE_NS = 10 * MAX_PROBE_INTERVAL_NS;

    private static final int MAX_SYN_DOUBLINGS = 30;

    private static final int DEFAULT_ORPHAN_RETRIES = 8;

    private final TcpContext context;

    Timeouts(TcpContext context) {
        this.context = context;
    }

    void onTimer(TcpConnection c, TcpTimer timer, long nowNs) {
        RateSampler.checkIfApplicationLimited(c);
        switch (timer) {
            case RETRANSMIT -> onRetransmit(c, nowNs);
            case PERSIST -> onPersist(c, nowNs);
            case DELAYED_ACK -> context.ackPolicy.onTimer(c);
            case KEEPALIVE -> onKeepAlive(c, nowNs);
            case PACING -> c.wantTransmit();
            case USER_TIMEOUT -> context.userTimeout.onExpired(c, nowNs);
        }
    }

    private void onRetransmit(TcpConnection c, long nowNs) {
        if (!context.lossTimer.isTimeout(c, nowNs)) {
            return;
        }
        context.counters.increment(Counter.TCP_RTO);
        RareTotals.of(c).onTimeout(nowNs);
        if (!c.tcb.state().isSynchronized()) {
            repeatSyn(c, nowNs);
            return;
        }
        if (c.ledger.isEmpty()) {
            return;
        }
        // RFC 9293 §3.8.6 (MUST-35, SHLD-17), RFC 9293 §3.8.6.1 (MUST-37): a peer that answers but offers no window
        // keeps the
        // connection. Nor is the path to blame, then.
        // Once the user has closed, nobody is left who could end it: R2 counts.
        boolean closedWindow = !c.released
                && c.tcb.snd.wnd == 0
                && nowNs - c.tcb.rcv.lastReceivedNs < 2 * context.rttEstimator.rtoNs(c);
        if (!closedWindow && isRetriedEnough(c)) {
            context.ending.timedOut(c, nowNs); // R2 of RFC 9293 §3.8.3 (MUST-20, SHLD-11)
            return;
        }
        if (!closedWindow) {
            context.fastOpenClient.onTimeout(c, c.tcb.rtt.timeouts + 1, false, nowNs);
            context.pathMtu.onTimeout(c, c.tcb.rtt.timeouts + 1, nowNs);
        }
        context.userTimeout.onRepetition(c, nowNs);
        context.episodes.onTimeout(c, nowNs);
        context.rttEstimator.backOff(c.tcb.rtt);
        context.lossTimer.restart(c, nowNs); // RFC 6298 §5.6
        c.wantTransmit();
    }

    /** R2 in repetitions, unless the user has said it in time: RFC 9293 §3.8.3 (MUST-21), RFC 5482 §1. */
    private boolean isRetriedEnough(TcpConnection c) {
        return c.options.userTimeoutNs == 0 && c.tcb.rtt.timeouts >= dataRetries(c);
    }

    /** R2 of RFC 9293 §3.8.3 in repetitions; of an orphan eight take 100 s (SHLD-11) where the first comes after 200 ms. */
    private long dataRetries(TcpConnection c) {
        long retries = context.knobs.get(Knob.DATA_RETRIES);
        if (!c.released) {
            return retries;
        }
        long orphans = context.knobs.get(Knob.ORPHAN_RETRIES);
        return Math.min(retries, orphans == 0 ? DEFAULT_ORPHAN_RETRIES : orphans);
    }

    /** The SYN or the SYN-ACK of a simultaneous open was not answered: RFC 9293 §3.8.3 (MUST-22). */
    private void repeatSyn(TcpConnection c, long nowNs) {
        Tcb.RoundTrip rtt = c.tcb.rtt;
        boolean last = isLastSyn(c, synRepetitions(c));
        context.fastOpenClient.onTimeout(c, c.tcb.snd.synRetries + 1, last, nowNs);
        if (last) {
            context.ending.timedOut(c, nowNs);
            return;
        }
        c.tcb.snd.synRetries++;
        if (c.tcb.snd.synRetries > context.knobs.get(Knob.SYN_LINEAR_RETRIES) || FastOpenState.isPassive(c)) {
            context.rttEstimator.backOff(rtt); // RFC 6298 §5.5
        }
        c.synPending = true;
        RareTotals.of(c).retransmittedSegments++;
        context.counters.increment(Counter.TCP_SEGMENTS_RETRANSMITTED);
        c.timers.arm(
                TcpTimer.RETRANSMIT,
                Deadline.after(nowNs, context.rttEstimator.rtoNs(c) + context.knobs.ns(Knob.RTO_SLOP_MS)));
        c.wantTransmit();
    }

    /**
     * Whether a SYN is given up that was not answered. Where the first repetitions do not back off, there may be that many
     * more, within the time that {@code limit} of them take that do.
     */
    private boolean isLastSyn(TcpConnection c, long limit) {
        int linear = context.knobs.getInt(Knob.SYN_LINEAR_RETRIES);
        int sent = c.tcb.snd.synRetries;
        if (linear == 0 || FastOpenState.isPassive(c)) {
            return sent >= limit;
        }
        long intervals = Math.min(sent, linear) + (2L << Math.max(0, Math.min(sent - linear, MAX_SYN_DOUBLINGS))) - 1;
        return sent >= limit + linear || intervals >= (2L << Math.min(limit, MAX_SYN_DOUBLINGS)) - 1;
    }

    /** How often a SYN is repeated; or the SYN-ACK of a connection that is open already. */
    private long synRepetitions(TcpConnection c) {
        if (FastOpenState.isPassive(c)) {
            return context.knobs.get(Knob.SYN_ACK_RETRIES) + context.knobs.get(Knob.FAST_OPEN_PENDING);
        }
        return c.options.synRetries > 0 ? c.options.synRetries : context.knobs.get(Knob.SYN_RETRIES);
    }

    /** RFC 9293 §3.8.6.1 (MUST-36, SHLD-29, SHLD-30): the first probe after an RTO, then ever later. */
    void armPersist(TcpConnection c, boolean corked, long nowNs) {
        if (corked) {
            long limitNs = context.knobs.ns(Knob.CORK_MS);
            if (context.knobs.isOn(Knob.CORK_WAITS_FOR_RTO)) {
                limitNs = Math.max(limitNs, context.rttEstimator.rtoNs(c));
            }
            if (limitNs > 0) {
                c.timers.arm(TcpTimer.PERSIST, Deadline.after(nowNs, limitNs));
            }
            return;
        }
        context.userTimeout.start(c, nowNs);
        int steps = Math.min(c.tcb.snd.probes, 30);
        long least = context.knobs.ns(Knob.PROBE_MIN_MS);
        long greatestRto = c.options.rare.timers().greatestRtoNs();
        long limit = context.knobs.ns(Knob.PROBE_MAX_MS);
        long most = Math.max(least, greatestRto > 0 ? Math.min(limit, greatestRto) : limit);
        long interval = Math.max(firstProbeNs(c, least), 1) << steps;
        interval = interval <= 0 ? most : Math.min(Math.max(interval, least), most);
        c.timers.arm(TcpTimer.PERSIST, Deadline.after(nowNs, interval));
    }

    private long firstProbeNs(TcpConnection c, long least) {
        Tcb.RoundTrip rtt = c.tcb.rtt;
        return least > 0 && rtt.srttNs > 0 ? 4 * rtt.srttNs + 8 * rtt.rttvarNs : context.rttEstimator.rtoNs(c);
    }

    private void onPersist(TcpConnection c, long nowNs) {
        if (isProbingInVain(c, nowNs)) {
            context.ending.timedOut(c, nowNs);
            return;
        }
        if (c.tcb.snd.wnd == 0) {
            context.userTimeout.onRepetition(c, nowNs);
            c.tcb.snd.probes = (short) Math.min(Short.MAX_VALUE, c.tcb.snd.probes + 1);
            armPersist(c, false, nowNs);
        }
        c.tcb.snd.persistDue = true; // sent in its turn, however busy the link is
        c.wantTransmit();
    }

    /**
     * RFC 9293 §3.8.6.1 (MUST-37): as long as the peer answers probes, the connection stays open, unless nobody is left who
     * could end it. A peer that does not answer at all is gone (RFC 1122 §4.2.3.5, R2).
     */
    private boolean isProbingInVain(TcpConnection c, long nowNs) {
        if (c.tcb.snd.probes <= dataRetries(c)) {
            return false;
        }
        boolean silent = c.options.userTimeoutNs == 0 && nowNs - c.tcb.rcv.lastReceivedNs > MAX_SILENCE_NS;
        return c.released || silent;
    }

    /** The user has closed and only the peer's FIN is missing: not for ever. */
    void onFinWait2(TcpConnection c, long nowNs) {
        if (!c.released || c.tcb.state() != TcpState.FIN_WAIT_2) {
            return;
        }
        long chosenNs = c.options.rare.finWait2Ns();
        if (chosenNs == RareSettings.NO_FIN_WAIT_2) {
            context.replies.reset(c, nowNs);
            context.ending.finished(c, nowNs);
            return;
        }
        long limitNs = chosenNs > 0 ? chosenNs : finWait2Ns(c);
        c.timers.arm(TcpTimer.KEEPALIVE, Deadline.after(nowNs, limitNs));
    }

    private void onFinWait2Over(TcpConnection c, long nowNs) {
        boolean heard = nowNs - c.tcb.rcv.lastReceivedNs < finWait2Ns(c);
        if (heard && c.options.rare.finWait2Ns() == 0 && !context.knobs.isOn(Knob.FIN_WAIT_2_SHORT)) {
            c.timers.arm(TcpTimer.KEEPALIVE, Deadline.after(nowNs, c.options.keepAliveIntervalNs));
        } else {
            context.ending.finished(c, nowNs);
        }
    }

    private long finWait2Ns(TcpConnection c) {
        return context.knobs.isOn(Knob.FIN_WAIT_2_SHORT)
                ? context.knobs.ns(Knob.FIN_WAIT_2_MS)
                : c.options.keepAliveIntervalNs * Math.max(1, c.options.keepAliveProbes);
    }

    /** RFC 9293 §3.8.4 (MUST-24, MUST-25, MUST-26, MUST-27): if wanted, and only after the idle time that was set. */
    void restartKeepAlive(TcpConnection c, long nowNs) {
        if (probesIdlePeer(c) && c.tcb.state().isSynchronized()) {
            c.timers.arm(TcpTimer.KEEPALIVE, Deadline.after(nowNs, c.options.keepAliveIdleNs));
        }
    }

    /** SO_KEEPALIVE or its times were changed: the idle time is counted from when the peer was last heard of. */
    void keepAliveChanged(TcpConnection c, long nowNs) {
        if (!probesIdlePeer(c)) {
            if (c.tcb.state() != TcpState.FIN_WAIT_2) {
                c.timers.disarm(TcpTimer.KEEPALIVE);
            }
            return;
        }
        boolean asking =
                c.tcb.snd.keepAliveProbes > 0 && c.timers.isArmed(TcpTimer.KEEPALIVE); // the next goes by the interval
        if (!asking && !(c.released && c.tcb.state() == TcpState.FIN_WAIT_2)) {
            long due = Deadline.after(c.tcb.rcv.lastReceivedNs, c.options.keepAliveIdleNs);
            c.timers.arm(TcpTimer.KEEPALIVE, Math.max(nowNs, due));
        }
    }

    private boolean probesIdlePeer(TcpConnection c) {
        return c.options.keepAlive || context.knobs.isOn(Knob.ALWAYS_KEEPALIVE);
    }

    /** The user's timeout (RFC 5482), where there is one, takes the place of a number of probes: one at least. */
    private static boolean isSilentTooLong(TcpConnection c, long idleNs) {
        int probes = c.tcb.snd.keepAliveProbes;
        return c.options.userTimeoutNs > 0
                ? probes > 0 && idleNs >= c.options.userTimeoutNs
                : probes >= Math.min(Byte.MAX_VALUE, c.options.keepAliveProbes);
    }

    private void onKeepAlive(TcpConnection c, long nowNs) {
        if (c.released && c.tcb.state() == TcpState.FIN_WAIT_2) {
            onFinWait2Over(c, nowNs);
            return;
        }
        if (!probesIdlePeer(c)) {
            return;
        }
        if (c.tcb.flightBytes() > 0) {
            // RFC 9293 §3.8.4 (MUST-26): not while sent data is outstanding. Its repetitions ask the same question.
            c.tcb.snd.keepAliveProbes = 0;
            restartKeepAlive(c, nowNs);
            return;
        }
        long idle = nowNs - c.tcb.rcv.lastReceivedNs;
        if (idle < c.options.keepAliveIdleNs) {
            c.tcb.snd.keepAliveProbes = 0;
            c.timers.arm(TcpTimer.KEEPALIVE, c.tcb.rcv.lastReceivedNs + c.options.keepAliveIdleNs);
            return;
        }
        if (isSilentTooLong(c, idle)) {
            context.replies.reset(c, nowNs);
            context.ending.timedOut(c, nowNs);
            return;
        }
        // RFC 9293 §3.8.4 (MUST-29): any one may be lost
        c.tcb.snd.keepAliveProbes = (byte) Math.min(Byte.MAX_VALUE, c.tcb.snd.keepAliveProbes + 1);
        context.counters.increment(Counter.TCP_KEEPALIVE_PROBES);
        OutboundPacket probe = context.replies.begin();
        // RFC 9293 §3.8.4 (SHLD-12): SEG.SEQ = SND.NXT-1, which the peer must answer.
        context.writer.writeEmpty(c, probe, c.tcb.snd.nxt - 1, TcpHeader.ACK, nowNs);
        context.replies.queue(c, probe);
        c.timers.arm(TcpTimer.KEEPALIVE, Deadline.after(nowNs, c.options.keepAliveIntervalNs));
    }
}
