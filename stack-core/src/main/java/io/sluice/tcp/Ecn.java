package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Explicit congestion notification: RFC 3168 §6.1. Owns the flags ECE and CWR, and which packets are marked as
 * ECN-capable; how much less is sent decides congestion control.
 */
final class Ecn {
    /** RFC 3168 §5: the ECN field of the IP header. */
    static final int NOT_ECT = 0;

    static final int ECT_0 = 2;
    static final int CE = 3;
    static final int FIELD = 3;

    /** RFC 3168 §6.1.1: an ECN-setup SYN has both, an ECN-setup SYN-ACK only ECE. */
    private static final int SETUP = TcpHeader.ECE | TcpHeader.CWR;

    private final TcpContext context;

    Ecn(TcpContext context) {
        this.context = context;
    }

    /** RFC 3168 §6.1.1.1: after so many repetitions of a SYN or SYN-ACK, ECN may be why nobody answers. */
    private boolean mayAsk(int retries) {
        return retries <= context.knobs.get(Knob.ECN_SYN_RETRIES);
    }

    /** The flags of a SYN, or of the SYN-ACK of a simultaneous open. One SYN sent without them means no ECN (§6.1.1). */
    int synFlags(TcpConnection c, boolean answer) {
        Tcb.Ecn ecn = c.tcb.ecn;
        boolean first = c.tcb.snd.synRetries == 0 && !answer;
        ecn.negotiated = (first ? context.knobs.get(Knob.ECN) == 1 : ecn.negotiated) && mayAsk(c.tcb.snd.synRetries);
        return ecn.negotiated ? answer ? TcpHeader.ECE : SETUP : 0;
    }

    /** In SYN-SENT: what the peer's SYN or SYN-ACK agrees to. */
    void onSyn(TcpConnection c, Segment seg) {
        c.tcb.ecn.negotiated &= (seg.flags & SETUP) == (seg.hasAck() ? TcpHeader.ECE : SETUP);
    }

    /** In LISTEN: whether a SYN asks for ECN, and gets it. */
    boolean accepts(Segment seg) {
        return (seg.flags & SETUP) == SETUP && context.knobs.isOn(Knob.ECN);
    }

    /** The flags of the SYN-ACK of a half-open connection. */
    int synAckFlags(HalfOpen h) {
        h.ecn &= mayAsk(h.retries);
        return h.ecn ? TcpHeader.ECE : 0;
    }

    /** The receiver, RFC 3168 §6.1.3: text arrived within the window. Marked retransmissions of old data do not count (§6.1.5). */
    void onText(TcpConnection c, Segment seg) {
        Tcb.Ecn ecn = c.tcb.ecn;
        if (!ecn.negotiated) {
            return;
        }
        ecn.seen |= seg.ecn != NOT_ECT;
        if (seg.has(TcpHeader.CWR)) {
            ecn.echo = false;
            context.ackPolicy.acknowledgeNow(c); // the sender's window may be one segment
        }
        if (seg.ecn == CE) {
            context.counters.increment(Counter.TCP_CE_IN);
            if (!ecn.echo) {
                context.ackPolicy.acknowledgeNow(c);
            }
            ecn.echo = true;
        }
    }

    /** What a segment of {@code c} echoes: ECE on every one until CWR comes (RFC 3168 §6.1.3). */
    static int echo(TcpConnection c) {
        return c.tcb.ecn.echo ? TcpHeader.ECE : 0;
    }

    /** Retransmissions, probes and what carries no data are not ECN-capable (RFC 3168 §6.1.4 to §6.1.6). */
    static boolean isNewData(@Nullable SentRange repeated, int octets, RetransmitCause cause) {
        return repeated == null && octets > 0 && cause == RetransmitCause.NONE;
    }

    /** The ECN field of a packet. */
    static int field(TcpConnection c, boolean newData) {
        return newData && c.tcb.ecn.negotiated ? ECT_0 : NOT_ECT;
    }

    /** CWR goes on the first new data after a reduction (RFC 3168 §6.1.2). */
    static int flags(TcpConnection c, boolean newData) {
        return newData && c.tcb.ecn.reduced ? TcpHeader.CWR : 0;
    }

    /** The sender, RFC 3168 §6.1.2: an acknowledgment may echo a mark. Returns whether it does. */
    boolean onAcknowledgment(TcpConnection c, Segment seg, AckSample sample) {
        Tcb.Ecn ecn = c.tcb.ecn;
        if (!ecn.negotiated || !seg.has(TcpHeader.ECE)) {
            return false;
        }
        context.counters.increment(Counter.TCP_ECE_IN);
        // Once a window: until something sent after the reduction, and so with or behind the CWR, is acknowledged.
        if (c.tcb.recovery.phase == RecoveryPhase.OPEN && c.tcb.snd.unaOffset > c.tcb.recovery.reducedUntil) {
            c.congestionControl.onEcnEcho(c.window, c, sample);
            onReduced(c);
        }
        return true;
    }

    /** The window was reduced for whatever reason: the first new data says so (RFC 3168 §6.1.2). */
    void onReduced(TcpConnection c) {
        c.tcb.recovery.reducedUntil = c.tcb.snd.nxtOffset;
        c.tcb.ecn.reduced = c.tcb.ecn.negotiated;
    }

    /** Whether a mark has already reduced the window that the first outstanding octet belongs to. */
    static boolean hasReduced(TcpConnection c) {
        return c.tcb.ecn.negotiated && c.tcb.snd.unaOffset < c.tcb.recovery.reducedUntil;
    }
}
