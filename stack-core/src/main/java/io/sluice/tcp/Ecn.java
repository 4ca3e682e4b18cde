package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RecoveryPhase;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Explicit congestion notification: RFC 3168 §6.1, RFC 9293 §3.8.2 (SHLD-8). Owns the flags ECE and CWR, and which packets are marked as
 * ECN-capable; how much less is sent decides congestion control.
 */
final class Ecn {
    /** RFC 3168 §5: the ECN field of the IP header. */
    static final int NOT_ECT = 0;

    static final int ECT_0 = 2;
    static final int CE = 3;

    /** Segments after the first mark that are acknowledged at once: the sender's window may be small. */
    private static final int SEGMENTS_AFTER_MARK = 2;

    static final int FIELD = 3;

    /** RFC 3168 §6.1.1: an ECN-setup SYN has both, an ECN-setup SYN-ACK only ECE. */
    private static final int SETUP = TcpHeader.ECE | TcpHeader.CWR;

    /** The value of the knob that asks for RFC 3168 and agrees to AccECN, too. */
    private static final long ASK_CLASSIC = 4;

    private final TcpContext context;

    Ecn(TcpContext context) {
        this.context = context;
    }

    /** RFC 3168 §6.1.1.1: after so many repetitions of a SYN or SYN-ACK, ECN may be why nobody answers. */
    private boolean mayAsk(int retries, boolean accurate) {
        return retries <= context.knobs.get(accurate ? Knob.ACCECN_SYN_RETRIES : Knob.ECN_SYN_RETRIES);
    }

    /** The flags of a SYN, or of the SYN-ACK of a simultaneous open. One SYN sent without them means no ECN (§6.1.1). */
    int synFlags(TcpConnection c, boolean answer) {
        AccurateEcn.State agreed = AccurateEcn.of(c);
        if (agreed == null) {
            return usualSynFlags(c, answer);
        }
        int flags = context.accurateEcn.synAckFlags(agreed.synAce, c.tcb.snd.synRetries);
        agreed.silent |= flags == 0;
        return flags;
    }

    private int usualSynFlags(TcpConnection c, boolean answer) {
        Tcb.Ecn ecn = c.tcb.ecn;
        boolean first = c.tcb.snd.synRetries == 0 && !answer;
        ecn.negotiated = (first ? asks(c) : ecn.negotiated) && mayAsk(c.tcb.snd.synRetries, AccurateEcn.isAsking(c));
        // RFC 9768 §3.1.4.1: a SYN that asks for nothing takes nothing back, since an earlier one may be answered.
        if (first || answer) {
            AccurateEcn.asking(c, first && ecn.negotiated && context.knobs.get(Knob.ECN) == AccurateEcn.ASK);
        }
        if (!ecn.negotiated) {
            return 0;
        }
        int asking = AccurateEcn.isAsking(c) ? AccurateEcn.flagsOf(AccurateEcn.ASKING) : SETUP;
        return answer ? TcpHeader.ECE : asking;
    }

    private boolean asks(TcpConnection c) {
        long knob = context.knobs.get(Knob.ECN);
        return knob == 1 || knob == AccurateEcn.ASK || knob == ASK_CLASSIC || c.congestionControl.needsEcn();
    }

    /** In SYN-SENT: what the peer's SYN or SYN-ACK agrees to. RFC 9768 §3.1.1: AccECN, or what comes before it. */
    void onSyn(TcpConnection c, Segment seg) {
        Tcb.Ecn ecn = c.tcb.ecn;
        int ace = AccurateEcn.ace(seg.flags);
        if (AccurateEcn.isAsking(c) && seg.hasAck()) {
            boolean none = ace == 0 || ace == AccurateEcn.ASKING;
            boolean classic = none || ace == AccurateEcn.CLASSIC_SYN_ACK;
            AccurateEcn.State s = classic ? null : context.accurateEcn.onSynAck(seg);
            c.ownOccasional().accurateEcn = s;
            if (s != null) {
                context.accurateEcnOption.reserve(c, s, 0);
            }
            ecn.negotiated = !none;
        } else if (AccurateEcn.isAsking(c) && AccurateEcn.asks(ace)) {
            // RFC 9768 §3.1.2, Simultaneous Open: as if it had been the responding host
            c.ownOccasional().accurateEcn = new AccurateEcn.State(AccurateEcn.handshakeAce(seg.ecn));
        } else {
            AccurateEcn.asking(c, false);
            ecn.negotiated |= takesUnasked();
            ecn.negotiated &= (seg.flags & SETUP) == (seg.hasAck() ? TcpHeader.ECE : SETUP);
        }
    }

    /** Whether the peer may bring ECN to a connection whose SYN has not asked for it. */
    private boolean takesUnasked() {
        long mode = context.knobs.get(Knob.ECN);
        return (mode == 1 || mode == 2) && context.knobs.isOn(Knob.ECN_UNASKED);
    }

    /** In LISTEN: whether a SYN asks for ECN, and gets it. */
    boolean accepts(Segment seg) {
        boolean classic = (seg.flags & SETUP) == SETUP && context.knobs.isOn(Knob.ECN);
        return classic || acceptsAccurate(seg) != 0;
    }

    /** In LISTEN: ACE of the SYN-ACK if the SYN asks for AccECN and gets it, or 0 (RFC 9768 §3.1.1). */
    byte acceptsAccurate(Segment seg) {
        boolean asked = context.knobs.get(Knob.ECN) >= AccurateEcn.ASK && AccurateEcn.asks(AccurateEcn.ace(seg.flags));
        return (byte) (asked ? AccurateEcn.handshakeAce(seg.ecn) : 0);
    }

    /** In LISTEN: a SYN came again; false if it asks for something else, which ends the handshake (RFC 9768 §3.1.5). */
    boolean onSynAgain(HalfOpen h, Segment seg) {
        boolean knows = context.knobs.get(Knob.ECN) >= AccurateEcn.ASK;
        if (knows && AccurateEcn.contradicts(h.accurateAce != 0, h.ecn, seg)) {
            return false;
        }
        if (h.accurateAce != 0) {
            h.accurateAce = AccurateEcn.onSynAgain(h.accurateAce, seg);
        }
        return true;
    }

    /** The same of the SYN that has opened {@code c} fast. */
    boolean onSynAgain(TcpConnection c, Segment seg) {
        AccurateEcn.State s = AccurateEcn.of(c);
        boolean knows = context.knobs.get(Knob.ECN) >= AccurateEcn.ASK;
        if (knows && AccurateEcn.contradicts(s != null, c.tcb.ecn.negotiated, seg)) {
            return false;
        }
        if (s != null) {
            s.mangled |= AccurateEcn.ace(seg.flags) == 0;
            s.synAce = (byte) AccurateEcn.handshakeAce(seg.ecn);
        }
        return true;
    }

    /**
     * The client, which has heard nothing but the SYN-ACK: another one of the same handshake has come. False if it agrees to something
     * else, which ends the connection (RFC 9768 §3.1.5).
     */
    boolean onSynAckAgain(TcpConnection c, Segment seg) {
        if (!isSynAckAgain(c, seg) || context.knobs.get(Knob.ECN) != AccurateEcn.ASK) {
            return true;
        }
        int ace = AccurateEcn.ace(seg.flags);
        boolean classic = ace == AccurateEcn.CLASSIC_SYN_ACK;
        boolean accurate = !classic && ace != 0 && ace != AccurateEcn.ASKING;
        AccurateEcn.State s = AccurateEcn.of(c);
        if (s == null) {
            return !(c.tcb.ecn.negotiated && accurate);
        }
        if (accurate && s.synAce == 0) {
            AccurateEcn.onSynAckAgain(s, seg);
        }
        return !classic;
    }

    private static boolean isSynAckAgain(TcpConnection c, Segment seg) {
        Tcb tcb = c.tcb;
        return seg.hasAck()
                && seg.seq == tcb.rcv.irs
                && seg.ack == tcb.snd.iss + 1
                && tcb.rcv.nxt == tcb.rcv.irs + 1
                && tcb.snd.unaOffset == 0;
    }

    /** The flags of the SYN-ACK of a half-open connection. */
    int synAckFlags(HalfOpen h) {
        if (h.accurateAce != 0) {
            return context.accurateEcn.synAckFlags(h.accurateAce, h.retries);
        }
        h.ecn &= mayAsk(h.retries, false);
        return h.ecn ? TcpHeader.ECE : 0;
    }

    /** The receiver: an acceptable segment arrived. */
    void onSegment(TcpConnection c, Segment seg, long nowNs) {
        AccurateEcn.State accurate = AccurateEcn.of(c);
        if (accurate != null) {
            context.accurateEcn.onSegment(c, accurate, seg);
        } else if (seg.payloadLength > 0) {
            onText(c, seg, nowNs);
        }
    }

    /** The receiver, RFC 3168 §6.1.3: text arrived within the window. Marked retransmissions of old data do not count (§6.1.5). */
    private void onText(TcpConnection c, Segment seg, long nowNs) {
        Tcb.Ecn ecn = c.tcb.ecn;
        if (!ecn.negotiated) {
            return;
        }
        ecn.seen |= seg.ecn != NOT_ECT;
        if (c.congestionControl.echoesEachMark()) {
            echoEachMark(c, seg, nowNs);
            return;
        }
        if (seg.has(TcpHeader.CWR)) {
            ecn.echo = false;
            context.ackPolicy.acknowledgeNow(c); // the sender's window may be one segment
        }
        if (seg.ecn == CE) {
            context.counters.increment(Counter.TCP_CE_IN);
            if (!ecn.echo) {
                context.ackPolicy.onTrouble(c, SEGMENTS_AFTER_MARK);
                context.ackPolicy.acknowledgeNow(c);
            }
            ecn.echo = true;
        }
    }

    /**
     * RFC 8257 §3.2: DCTCP.CE is {@code echo}. When it changes, what came before is acknowledged apart, in the old state, so that
     * the sender counts right.
     */
    private void echoEachMark(TcpConnection c, Segment seg, long nowNs) {
        Tcb.Ecn ecn = c.tcb.ecn;
        boolean marked = seg.ecn == CE;
        if (marked) {
            context.counters.increment(Counter.TCP_CE_IN);
        }
        if (marked == ecn.echo) {
            return;
        }
        if (c.tcb.ack.pendingSegments > 0) {
            context.output.acknowledgeAtOnce(c, nowNs);
        }
        ecn.echo = marked;
        context.ackPolicy.acknowledgeNow(c);
    }

    /** What a segment of {@code c} echoes: ECE on every one until CWR comes (RFC 3168 §6.1.3); or ACE (RFC 9768 §3.2.2). */
    static int echo(TcpConnection c, int payloadLength) {
        AccurateEcn.State accurate = AccurateEcn.of(c);
        if (accurate != null && FastOpenState.maySend(c)) {
            return AccurateEcn.flags(c, accurate, payloadLength);
        }
        return c.tcb.ecn.echo ? TcpHeader.ECE : 0;
    }

    /** Retransmissions, probes and what carries no data are not ECN-capable (RFC 3168 §6.1.4 to §6.1.6). */
    static boolean isNewData(@Nullable SentRange repeated, int octets, RetransmitCause cause) {
        return repeated == null && octets > 0 && cause == RetransmitCause.NONE;
    }

    /** The ECN field of a packet. */
    int field(TcpConnection c, boolean newData) {
        AccurateEcn.State accurate = AccurateEcn.of(c);
        if (accurate == null) {
            return newData && c.tcb.ecn.negotiated ? ECT_0 : NOT_ECT;
        }
        boolean capable = newData || context.knobs.isOn(Knob.ACCECN_ECT_ON_ALL);
        return capable && c.tcb.ecn.negotiated && !accurate.forbidsEct() ? ECT_0 : NOT_ECT;
    }

    /** CWR goes on the first new data after a reduction (RFC 3168 §6.1.2). */
    static int flags(TcpConnection c, boolean newData) {
        return newData && c.tcb.ecn.reduced ? TcpHeader.CWR : 0;
    }

    /** The sender, RFC 3168 §6.1.2: an acknowledgment may echo a mark. Returns whether it does. */
    boolean onAcknowledgment(TcpConnection c, Segment seg, AckOutcome outcome, AckSample sample) {
        Tcb.Ecn ecn = c.tcb.ecn;
        AccurateEcn.State accurate = AccurateEcn.of(c);
        if (accurate != null) {
            if (!context.accurateEcnFeedback.onAcknowledgment(c, accurate, seg, outcome, sample)) {
                return false;
            }
        } else if (!ecn.negotiated || !seg.has(TcpHeader.ECE)) {
            return false;
        } else {
            sample.ceBytes = sample.cumulativelyAckedBytes; // RFC 8257 §3.3, step 3
        }
        context.counters.increment(Counter.TCP_ECE_IN);
        // Once a window: until something sent after the reduction, and so with or behind the CWR, is acknowledged.
        if (c.tcb.recovery.phase == RecoveryPhase.OPEN && c.tcb.snd.unaOffset > c.tcb.recovery.reducedUntil) {
            boolean unvalidated = context.validation.isUnvalidated(c, sample.nowNs);
            c.congestionControl.onEcnEcho(c.window, c, sample);
            context.validation.onCongestion(c, unvalidated, false, sample.priorFlightBytes, sample.nowNs);
            onReduced(c);
        }
        return true;
    }

    /** The window was reduced for whatever reason: the first new data says so (RFC 3168 §6.1.2). */
    void onReduced(TcpConnection c) {
        c.tcb.recovery.reducedUntil = c.tcb.snd.nxtOffset;
        c.tcb.ecn.reduced = c.tcb.ecn.negotiated && AccurateEcn.of(c) == null; // RFC 9768 §3.2: no CWR to send
    }

    /** Whether a mark has already reduced the window that the first outstanding octet belongs to. */
    static boolean hasReduced(TcpConnection c) {
        return c.tcb.ecn.negotiated && c.tcb.snd.unaOffset < c.tcb.recovery.reducedUntil;
    }
}
