package io.sluice.tcp;

/**
 * When to acknowledge: RFC 9293 §3.8.6.3, RFC 5681 §4.2. In-order segments share an ACK, at most two full ones (or what
 * one turn of the host receives, since the ACK leaves at its end); anything unusual is acknowledged by itself.
 */
final class AckPolicy {
    /** RFC 9293 §3.8.6.3 (MUST-40): less than half a second. */
    private static final long LONGEST_DELAY_NS = 499_000_000;

    private static final long NS_PER_MS = 1_000_000;

    /** Segments that are acknowledged at once after the user asked for it. */
    private static final short QUICK_SEGMENTS = 16;

    private final TcpContext context;
    private final AdaptiveAcks adaptive;

    AckPolicy(TcpContext context) {
        this.context = context;
        this.adaptive = new AdaptiveAcks(context);
    }

    /** Whether the host's own rule holds, and that is the adaptive one. */
    private boolean isAdaptive(TcpConnection c) {
        return c.stack.ackFrequency() == AckFrequency.OF_HOST && context.knobs.isOn(Knob.ADAPTIVE_ACKS);
    }

    /** Text came that is next, before it is judged. */
    void onText(TcpConnection c, Segment seg, int sinceMs, boolean full) {
        if (isAdaptive(c)) {
            adaptive.onText(c, seg, sinceMs, full);
        }
    }

    /** In-order data arrived, {@code segments} of them merged: RFC 9293 §3.8.6.3 (MUST-40, SHLD-18, SHLD-19), RFC 5681 §4.2 (M16). */
    void onInOrder(TcpConnection c, int segments, long nowNs) {
        Tcb.Acknowledging ack = c.tcb.ack;
        ack.pendingSegments += segments;
        notOnlyMarks(c);
        if (isAdaptive(c)) {
            if (adaptive.isDue(c, nowNs)) {
                acknowledgeNow(c);
            }
        } else if (ack.quick > 0) {
            ack.quick = (short) (ack.quick - Math.min(ack.quick, segments));
            acknowledgeNow(c);
        } else if (ack.pendingSegments
                >= c.stack.ackFrequency().segments(c, context.knobs.getInt(Knob.DELAYED_ACK_SEGMENTS))) {
            acknowledgeNow(c);
        } else if (!c.timers.isArmed(TcpTimer.DELAYED_ACK)) {
            long delayNs = c.stack.ackFrequency().delayNs(c, context.knobs.ns(Knob.DELAYED_ACK_MS));
            c.timers.arm(TcpTimer.DELAYED_ACK, nowNs + Math.min(delayNs, LONGEST_DELAY_NS));
        }
    }

    /** An ACK must leave at the end of this turn: RFC 9293 §3.10.7.4 (MUST-58, MUST-59), RFC 5681 §4.2 (M17). */
    void acknowledgeNow(TcpConnection c) {
        c.tcb.ack.now = true;
        notOnlyMarks(c);
        c.wantTransmit();
    }

    /** Something besides marks on acknowledgments is to be acknowledged. */
    private static void notOnlyMarks(TcpConnection c) {
        AccurateEcn.State accurate = AccurateEcn.of(c);
        if (accurate != null) {
            accurate.acknowledgesAcks = false;
        }
    }

    /** The FIN is next: what the user has left to say may carry its acknowledgment, if the host waits for such. */
    void onFin(TcpConnection c, long nowNs) {
        if (isAdaptive(c) && c.tcb.state() == TcpState.ESTABLISHED && !c.tcb.ack.now) {
            c.tcb.ack.interactive = true;
            onInOrder(c, 1, nowNs);
        } else {
            acknowledgeNow(c);
        }
    }

    /**
     * The SYN-ACK came. RFC 9293 §3.10.7.3: data that is queued may go with the acknowledgment.
     *
     * @param writerWaits whether somebody waits to write, and so will send, and acknowledge, soon
     */
    void onSynAck(TcpConnection c, boolean writerWaits, long nowNs) {
        boolean waits = c.tcb.ack.interactive || c.options.rare.deferAcceptNs() > 0;
        if (isAdaptive(c) && waits && !writerWaits) {
            adaptive.delaySynAck(c, nowNs);
            return;
        }
        if (writerWaits) {
            onTrouble(c, context.knobs.getInt(Knob.QUICK_ACK_SEGMENTS));
        }
        if (writerWaits && context.knobs.isOn(Knob.WAITING_WRITER_ENDS_QUICK_ACKS)) {
            c.tcb.ack.quick = 0;
        }
        acknowledgeNow(c);
    }

    /** What came is a duplicate, or marked: the peer is to hear of it, and of what follows. */
    void onTrouble(TcpConnection c, int segments) {
        if (isAdaptive(c)) {
            adaptive.onTrouble(c, segments);
        }
    }

    /** It has waited long enough. */
    void onTimer(TcpConnection c) {
        if (isAdaptive(c)) {
            adaptive.onTimer(c);
        }
        acknowledgeNow(c);
    }

    /** The reader has taken something. */
    void onRead(TcpConnection c) {
        if (isAdaptive(c) && AdaptiveAcks.isDueAfterRead(c)) {
            acknowledgeNow(c);
        }
    }

    /** How long an acknowledgment of text waits now, in nanoseconds. */
    long delayNs(TcpConnection c) {
        return isAdaptive(c) ? c.tcb.ack.delayMs * NS_PER_MS : context.knobs.ns(Knob.DELAYED_ACK_MS);
    }

    /** A segment with {@code octets} of text has left. */
    void onTextSent(TcpConnection c, int octets, long nowNs) {
        if (octets > 0 && isAdaptive(c)) {
            AdaptiveAcks.onTextSent(c, nowNs);
        }
    }

    /** TCP_QUICKACK: from now on at once, with what waits; or with an answer. */
    void quickAck(TcpConnection c, boolean on) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (isAdaptive(c)) {
            ack.interactive = !on;
            c.options().quickAck = null; // it holds until what comes and goes says otherwise
            ack.ends = (byte) Math.max(on ? 1 : 0, ack.ends);
            ack.now |= on && AdaptiveAcks.isDueAfterRead(c);
            return;
        }
        ack.quick = on ? QUICK_SEGMENTS : 0;
        if (on && ack.pendingSegments > 0) {
            ack.now = true;
        }
    }

    /** Whatever carried an acknowledgment has been written. */
    void onAckSent(TcpConnection c) {
        if (isAdaptive(c)) {
            AdaptiveAcks.onAckSent(c);
        }
        c.tcb.ack.now = false;
        c.tcb.ack.pendingSegments = 0;
        c.timers.disarm(TcpTimer.DELAYED_ACK);
    }
}
