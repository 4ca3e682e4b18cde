package io.sluice.tcp;

/**
 * When to acknowledge: RFC 9293 §3.8.6.3, RFC 5681 §4.2. In-order segments share an ACK, at most two full ones (or what
 * one turn of the host receives, since the ACK leaves at its end); anything unusual is acknowledged by itself.
 */
final class AckPolicy {
    /** RFC 9293 §3.8.6.3 (MUST-40): less than half a second. */
    private static final long LONGEST_DELAY_NS = 499_000_000;

    private final TcpContext context;

    AckPolicy(TcpContext context) {
        this.context = context;
    }

    /** In-order data arrived, {@code segments} of them merged: RFC 9293 §3.8.6.3 (MUST-40, SHLD-18, SHLD-19), RFC 5681 §4.2 (M16). */
    void onInOrder(TcpConnection c, int segments, long nowNs) {
        Tcb.Acknowledging ack = c.tcb.ack;
        ack.pendingSegments += segments;
        notOnlyMarks(c);
        if (ack.quick > 0) {
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

    /** Whatever carried an acknowledgment has been written. */
    void onAckSent(TcpConnection c) {
        c.tcb.ack.now = false;
        c.tcb.ack.pendingSegments = 0;
        c.timers.disarm(TcpTimer.DELAYED_ACK);
    }
}
