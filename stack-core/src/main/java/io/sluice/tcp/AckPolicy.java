package io.sluice.tcp;

/**
 * When to acknowledge: RFC 9293 §3.8.6.3, RFC 5681 §4.2. What comes in order may wait, as an {@link AckRule} says, and shares the
 * ACK that leaves at the end of the host's turn; anything unusual is acknowledged by itself.
 */
final class AckPolicy {
    private final TcpContext context;
    private final AckRule counted;
    private final AckRule adaptive;

    AckPolicy(TcpContext context) {
        this.context = context;
        this.counted = new CountedAcks(context);
        this.adaptive = new AdaptiveAcks(context);
    }

    /** A stack that says how often to acknowledge is counted for, whatever the host does. */
    private AckRule rule(TcpConnection c) {
        boolean ofHost = c.stack.ackFrequency() == AckFrequency.OF_HOST;
        return ofHost && context.knobs.isOn(Knob.ADAPTIVE_ACKS) ? adaptive : counted;
    }

    /** Text came that is next, before it is judged: {@link AckRule#onText}. */
    void onText(TcpConnection c, Segment seg, int sinceMs, boolean full) {
        rule(c).onText(c, seg, sinceMs, full);
    }

    /** In-order data arrived, {@code segments} of them merged. */
    void onInOrder(TcpConnection c, int segments, long nowNs) {
        c.tcb.ack.pendingSegments += segments;
        notOnlyMarks(c);
        if (rule(c).isDue(c, segments, nowNs)) {
            acknowledgeNow(c);
        }
    }

    /** As {@link #onInOrder}, with text that came twice, of which a sender in doubt waits to hear (RFC 2883 §4). */
    void onPartlyRepeated(TcpConnection c, int segments, long nowNs) {
        if (rule(c).delaysDuplicate()) {
            onInOrder(c, segments, nowNs);
        } else {
            acknowledgeNow(c);
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
        if (rule(c).delaysFin(c)) {
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
        Tcb.Acknowledging ack = c.tcb.ack;
        if (writerWaits) {
            onTrouble(c, context.knobs.getInt(Knob.QUICK_ACK_SEGMENTS));
            ack.quick = context.knobs.isOn(Knob.WAITING_WRITER_ENDS_QUICK_ACKS) ? 0 : ack.quick;
        } else if ((ack.interactive || c.options.rare.deferAcceptNs() > 0) && rule(c).delaysSynAck(c, nowNs)) {
            return;
        }
        acknowledgeNow(c);
    }

    /** What came is a duplicate, or marked: the peer is to hear of it, and of what follows. */
    void onTrouble(TcpConnection c, int segments) {
        rule(c).onTrouble(c, segments);
    }

    /** It has waited long enough. */
    void onTimer(TcpConnection c) {
        rule(c).onTimer(c);
        acknowledgeNow(c);
    }

    /** The reader has taken something, or looked at it. */
    void onRead(TcpConnection c) {
        if (rule(c).isDueAfterRead(c)) {
            acknowledgeNow(c);
        }
    }

    /** How long an acknowledgment of text waits now, in nanoseconds. */
    long delayNs(TcpConnection c) {
        return rule(c).delayNs(c);
    }

    /** A segment with {@code octets} of text has left. */
    void onTextSent(TcpConnection c, int octets, long nowNs) {
        if (octets > 0) {
            rule(c).onTextSent(c, nowNs);
        }
    }

    /** TCP_QUICKACK: from now on at once, with what waits; or with an answer. */
    void quickAck(TcpConnection c, boolean on) {
        rule(c).quickAck(c, on);
    }

    /** Whatever carried an acknowledgment has been written. */
    void onAckSent(TcpConnection c) {
        rule(c).onAckSent(c);
        c.tcb.ack.now = false;
        c.tcb.ack.pendingSegments = 0;
        c.timers.disarm(TcpTimer.DELAYED_ACK);
    }
}
