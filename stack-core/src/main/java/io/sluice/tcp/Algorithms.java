package io.sluice.tcp;

import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.RecoveryPhase;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The algorithms that a connection runs: how they start, and how others take their place while it is open. */
final class Algorithms {
    private final TcpContext context;

    Algorithms(TcpContext context) {
        this.context = context;
    }

    /** The handshake is over: sets the initial window (RFC 6928 §2) and starts the algorithms. */
    void start(TcpConnection c, long nowNs) {
        if (c.stack.requirement() == TcpStack.Requirement.SACK && !c.tcb.sackPermitted) {
            fallBack(c, nowNs);
        }
        c.window.smss(HandshakeInput.smss(c.tcb));
        c.window.cwnd(firstWindow(c));
        c.lossRecovery.onStart(context.view.of(c), nowNs);
        c.congestionControl.onStart(c.window, c, nowNs);
    }

    /** The peer does not agree to SACK, without which the stack that was chosen cannot be. */
    private void fallBack(TcpConnection c, long nowNs) {
        TcpStack before = c.stack;
        TcpStack next = TcpStack.DEFAULT;
        c.stack = next;
        c.options().stack = next;
        c.lossRecovery = next.lossRecovery().get();
        c.congestionControl = context.congestionChoice.create(next, c.options);
        context.events.stackSwitched(c, before.name(), next.name(), nowNs);
    }

    /** One segment where the handshake has lost more SYNs than the knob forgives: RFC 6928 §2, RFC 5681 §3.1 (M6). */
    private long firstWindow(TcpConnection c) {
        boolean lost = c.tcb.snd.synRetries > context.knobs.get(Knob.SYN_RETRIES_KEEP_WINDOW);
        return lost ? HandshakeInput.smss(c.tcb) : initialWindow(c);
    }

    /** RFC 6928 §2, equation (1), for RFC 5681 §3.1 (M4, M5), unless the route says otherwise. */
    long initialWindow(TcpConnection c) {
        int mss = HandshakeInput.smss(c.tcb);
        if (c.path.initialWindowSegments() > 0) {
            return (long) c.path.initialWindowSegments() * mss;
        }
        long segments = context.knobs.get(Knob.INITIAL_WINDOW_SEGMENTS);
        return Math.min(segments * mss, Math.max(2L * mss, segments * 1460));
    }

    /**
     * Moves a connection to another stack, between two segments. The new parts are made before the old ones are let go, so
     * that a refusal, or an exception while they are made, changes nothing.
     *
     * @return null, or why not
     */
    @Nullable StackRefusal swap(TcpConnection c, TcpStack next, long nowNs) {
        if (next.equals(c.stack)) {
            return null;
        }
        StackRefusal refusal = refusal(c, next);
        if (refusal != null) {
            return refusal;
        }
        TcpStack before = c.stack;
        LossRecovery recovery = next.lossRecovery().get();
        Supplier<CongestionControl> own = next.congestionControl();
        CongestionControl control = own == null ? context.congestionChoice.create(next, c.options) : own.get();
        c.stack = next;
        c.options().stack = next;
        if (own != null) {
            c.options().congestionControl = null; // what was chosen before the stack was chosen for another
        }
        c.lossRecovery = recovery;
        if (FastOpenState.maySend(c)) {
            recovery.onStart(context.view.of(c), nowNs);
            replace(c, control, nowNs);
            rearm(c, nowNs);
        } else {
            c.congestionControl = control; // it starts when the handshake is over
        }
        context.events.stackSwitched(c, before.name(), next.name(), nowNs);
        return null;
    }

    private static @Nullable StackRefusal refusal(TcpConnection c, TcpStack next) {
        if (next.requirement() == TcpStack.Requirement.NONE || c.tcb.state() == TcpState.CLOSED) {
            return null;
        }
        if (!c.tcb.state().isSynchronized()) {
            return StackRefusal.HANDSHAKE_NOT_OVER;
        }
        if (c.tcb.snd.nxtOffset > c.tcb.snd.finOffset && c.tcb.snd.unaOffset < c.tcb.snd.finOffset) {
            return StackRefusal.FIN_SENT;
        }
        return c.tcb.sackPermitted ? null : StackRefusal.PEER_WITHOUT_SACK;
    }

    /**
     * Replaces the congestion control of an open connection. The window stays as it is; pacing is what the new one makes of
     * it.
     */
    void replace(TcpConnection c, CongestionControl next, long nowNs) {
        boolean owned = c.congestionControl.ownsRecoveryWindow();
        c.window.pacingRate(CongestionWindow.UNPACED);
        c.window.sendQuantum(0);
        c.congestionControl = next;
        next.onStart(c.window, c, nowNs);
        if (c.tcb.recovery.phase == RecoveryPhase.RECOVERY && owned && !next.ownsRecoveryWindow()) {
            // The window of this recovery was the other one's: it has to end at a threshold of the new one.
            next.onCongestion(c.window, c, nowNs);
            Prr.start(c, 0);
        }
        Pacer.rateChanged(c, nowNs);
    }

    /** The one loss timer: the old algorithm's look is off, the new one takes its own, a probe is as that one wants. */
    private void rearm(TcpConnection c, long nowNs) {
        if (c.ledger.isShared() || c.ledger.isEmpty() || !c.tcb.state().isSynchronized()) {
            return; // in SYN-RECEIVED the timer is the SYN-ACK's
        }
        if (c.tcb.snd.probes > 0) {
            return; // RFC 9293 §3.8.6.1: what is in flight probes a closed window, which the persist timer repeats
        }
        context.episodes.onLookAgain(c, nowNs);
        context.tailLossProbe.reconsider(c, nowNs);
        context.lossTimer.arm(c);
    }
}
