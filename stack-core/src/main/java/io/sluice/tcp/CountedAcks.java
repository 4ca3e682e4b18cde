package io.sluice.tcp;

/**
 * The rule of RFC 9293 §3.8.6.3 and RFC 5681 §4.2: some number of segments share an acknowledgment, and fewer wait for a fixed
 * time. A stack's {@link AckFrequency} may change both.
 */
final class CountedAcks implements AckRule {
    /** RFC 9293 §3.8.6.3 (MUST-40): less than half a second. */
    private static final long LONGEST_DELAY_NS = 499_000_000;

    /** Segments that are acknowledged at once after the user asked for it. */
    private static final short QUICK_SEGMENTS = 16;

    private final TcpContext context;

    CountedAcks(TcpContext context) {
        this.context = context;
    }

    /** RFC 9293 §3.8.6.3 (MUST-40, SHLD-18, SHLD-19), RFC 9293 §3.10.7.4 (MUST-58), RFC 5681 §4.2 (M16). */
    @Override
    public boolean isDue(TcpConnection c, int segments, long nowNs) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (ack.quick > 0) {
            ack.quick = (short) (ack.quick - Math.min(ack.quick, segments));
            return true;
        }
        AckFrequency frequency = c.stack.ackFrequency();
        if (ack.pendingSegments >= frequency.segments(c, context.knobs.getInt(Knob.DELAYED_ACK_SEGMENTS))) {
            return true;
        }
        if (!c.timers.isArmed(TcpTimer.DELAYED_ACK)) {
            long delayNs = frequency.delayNs(c, context.knobs.ns(Knob.DELAYED_ACK_MS));
            c.timers.arm(TcpTimer.DELAYED_ACK, nowNs + Math.min(delayNs, LONGEST_DELAY_NS));
        }
        return false;
    }

    @Override
    public long delayNs(TcpConnection c) {
        return context.knobs.ns(Knob.DELAYED_ACK_MS);
    }

    @Override
    public void quickAck(TcpConnection c, boolean on) {
        Tcb.Acknowledging ack = c.tcb.ack;
        ack.quick = on ? QUICK_SEGMENTS : 0;
        ack.now |= on && ack.pendingSegments > 0;
    }
}
