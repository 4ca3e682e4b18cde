package io.sluice.tcp;

import io.sluice.cc.CongestionWindow;
import io.sluice.cc.RecoveryPhase;
import org.jspecify.annotations.Nullable;

/**
 * When the next data may leave: draft-ietf-ccwg-bbr-06 §5.6.2. Quanta of data leave at the pacing rate, which counts octets of
 * the stream as the window and the delivery rate do. A connection that waits is in the timer wheel and not in the transmit ring.
 */
final class Pacer {
    /** A burst is at most what the rate sends in this time, or one segment where that is more. */
    private static final long MAX_BURST_NS = 1_000_000;

    /** A burst is at most this large, however high the rate. */
    private static final int MAX_QUANTUM_BYTES = 64 * 1024;

    private static final double NS_PER_SECOND = 1e9;

    private Pacer() {}

    /** The rate in octets a second, or {@link CongestionWindow#UNPACED}. */
    static long rate(TcpConnection c) {
        long chosen = Math.max(1, c.stack.pacing().rate(c, c.window));
        long limit = c.options.maxPacingRate;
        if (limit == CongestionWindow.UNPACED) {
            return chosen;
        }
        return Math.min(limit, chosen == CongestionWindow.UNPACED ? ofWindow(c) : chosen);
    }

    /** What spreads the window over the round trip, and leaves it room to grow. */
    private static long ofWindow(TcpConnection c) {
        boolean measured = c.tcb.rtt.srttNs > 0;
        return measured
                ? Math.max(1, (long) c.context.pacingRate.estimate(c, c.window.cwnd()))
                : CongestionWindow.UNPACED;
    }

    static boolean isPacing(TcpConnection c) {
        return rate(c) != CongestionWindow.UNPACED;
    }

    /** The most octets that leave together, where there is a rate: whole segments, at least one. */
    static long quantum(TcpConnection c) {
        double ofRate = Math.min(MAX_QUANTUM_BYTES, rate(c) * (MAX_BURST_NS / NS_PER_SECOND));
        int chosen = c.stack.pacing().quantum(c, c.window);
        int mss = c.effectiveMss();
        long most = (long) (chosen > 0 ? Math.min(chosen, ofRate) : ofRate);
        return Math.max(chosen > 0 ? 1 : leastSegments(c), most / mss) * mss;
    }

    /** What leaves together where nobody has chosen: as in super-segments that are sized by the rate, or one. */
    private static long leastSegments(TcpConnection c) {
        Knobs knobs = c.context.knobs;
        return knobs.isOn(Knob.SUPER_SEGMENT_SIZING) ? knobs.get(Knob.MIN_SUPER_SEGMENT_SEGMENTS) : 1;
    }

    /** How long {@code octets} take at the rate. */
    private static long delayNs(TcpConnection c, long octets) {
        return (long) (octets * NS_PER_SECOND / Math.max(1, rate(c)));
    }

    /**
     * Data has left. Who comes late may catch up, as far as several quanta make a burst of {@link #MAX_BURST_NS}, or by half a
     * quantum: so that the rate holds although timers are late, and no burst follows another.
     */
    static void onSent(TcpConnection c, long octets, long nowNs) {
        if (!isPacing(c)) {
            return;
        }
        long delayNs = delayNs(c, octets);
        long catchUpNs = 2 * delayNs <= MAX_BURST_NS ? MAX_BURST_NS - delayNs : delayNs / 2;
        c.tcb.snd.nextDepartureNs = Math.max(c.tcb.snd.nextDepartureNs, nowNs - catchUpNs) + delayNs;
    }

    /** Whether data has to wait; then the timer brings the connection back. */
    static boolean holdsBack(TcpConnection c, long nowNs) {
        if (!isPacing(c) || c.tcb.snd.nextDepartureNs <= nowNs) {
            return false;
        }
        if (hasWork(c)) {
            c.timers.arm(TcpTimer.PACING, c.tcb.snd.nextDepartureNs + gatheringNs(c));
        }
        return true;
    }

    /** Whether there is anything to send or to repeat, now or when a window allows it. */
    static boolean hasWork(TcpConnection c) {
        boolean repairing = c.tcb.recovery.phase != RecoveryPhase.OPEN;
        return c.unsentBytes() > 0 || c.finPending() || repairing || c.ledger.lostBytes() > 0 || c.layer != null;
    }

    /** What waited is not to be sent any more. */
    static void stop(TcpConnection c) {
        c.timers.disarm(TcpTimer.PACING);
    }

    /**
     * What is wrong with how this connection waits, or null: its timer is armed if data waits for the rate, and then it is not in the
     * ring as well, unless a busy link has left it there. There is one timer a connection, so that it cannot be armed twice.
     */
    static @Nullable String fault(TcpConnection c, long nowNs) {
        if (c.timers.isArmed(TcpTimer.PACING)) {
            return !hasWork(c)
                    ? "waits for the rate with nothing to send"
                    : c.isInRing() && !c.isBlocked() && !isUrgent(c) ? "waits for the rate in the ring" : null;
        }
        boolean held = isPacing(c) && c.tcb.snd.nextDepartureNs > nowNs;
        return held && !c.isInRing() && mayLeave(c) ? "has lost its pacing timer" : null;
    }

    /** Whether nothing but the rate holds back what is to be repeated, or else a full segment of new data. */
    private static boolean mayLeave(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (!c.tcb.state().isSynchronized() || snd.probes > 0) {
            return false;
        }
        int mss = c.effectiveMss();
        boolean room = c.pipeBytes() + mss <= c.window.cwnd();
        long edge = snd.unaOffset + snd.wnd;
        SentRange lost = c.context.episodes.nextRetransmit(c);
        if (lost != null) {
            return room && lost.start < edge;
        }
        return room && !ForwardRto.holdsNewData(c) && c.unsentBytes() >= mss && edge - snd.nxtOffset >= mss;
    }

    private static boolean isUrgent(TcpConnection c) {
        return c.tcb.ack.now || c.tcb.snd.persistDue || c.ledger.probe == TailLossProbe.State.DUE;
    }

    /**
     * Over a device that takes less than a quantum at once, half a quantum gathers before the timer fires, for the same number of
     * wake-ups as otherwise; the other half is left for timers that are late.
     */
    private static long gatheringNs(TcpConnection c) {
        long half = quantum(c) / 2;
        long unit = Math.max(c.effectiveMss(), c.path.maxSegmentationBytes());
        return unit < half && c.unsentBytes() >= half ? delayNs(c, half - unit) : 0;
    }

    /** Puts the connection into the ring, and takes it out of the wheel for that; not while all that is to be sent waits there. */
    static void visit(TcpConnection c) {
        if (c.timers.isArmed(TcpTimer.PACING)) {
            if (!isUrgent(c)) {
                return;
            }
            c.timers.disarm(TcpTimer.PACING);
        }
        c.context.ring.add(c);
    }

    /** The rate is another now: what is sent next waits no longer than one quantum takes at this one. */
    static void rateChanged(TcpConnection c, long nowNs) {
        c.timers.disarm(TcpTimer.PACING);
        long latest = isPacing(c) ? nowNs + delayNs(c, quantum(c)) : nowNs;
        c.tcb.snd.nextDepartureNs = Math.min(c.tcb.snd.nextDepartureNs, latest);
        visit(c);
    }
}
