package io.sluice.tcp;

import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;

/**
 * When an acknowledgment waits, by what the connection looks like ({@link Knob#ADAPTIVE_ACKS}): one that answers what it receives
 * has the acknowledgment go with the answer; on any other all is acknowledged at once for some segments, when it is new, after a
 * pause, and when something was lost. How long an acknowledgment waits follows the time between the peer's segments, and a reader
 * who has taken all does not let it wait (RFC 9293 §3.8.6.3, RFC 5681 §4.2). State is in {@link Tcb.Acknowledging}.
 */
final class AdaptiveAcks implements AckRule {
    private static final int SHORTEST_MS = 40;

    private static final int LONGEST_MS = 200; // RFC 9293 §3.8.6.3 (MUST-40): less than half a second

    private static final int LEAST_AT_ONCE = 2;
    private static final long NS_PER_MS = 1_000_000;

    /** What a peer's segments hold that nothing is known of (RFC 9293 §3.7.1 (MUST-15)). */
    private static final int DEFAULT_MSS = 536;

    private final TcpContext context;

    AdaptiveAcks(TcpContext context) {
        this.context = context;
    }

    private static int fullSegment(TcpConnection c) {
        int seen = c.tcb.rcv.seenMss;
        return seen > 0 ? seen : DEFAULT_MSS;
    }

    private int quickSegments() {
        return context.knobs.getInt(Knob.QUICK_ACK_SEGMENTS);
    }

    private int rtoMs(TcpConnection c) {
        return (int) Math.min(Character.MAX_VALUE, context.rttEstimator.rtoNs(c) / NS_PER_MS);
    }

    @Override
    public void onText(TcpConnection c, Segment seg, int sinceMs, boolean full) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (ack.delayMs == 0) {
            atOnce(c, quickSegments());
            ack.delayMs = SHORTEST_MS;
        } else if (sinceMs <= SHORTEST_MS / 2) {
            ack.delayMs = (char) (ack.delayMs / 2 + SHORTEST_MS / 2);
        } else if (sinceMs < ack.delayMs) {
            ack.delayMs = (char) Math.min(rtoMs(c), ack.delayMs / 2 + sinceMs);
        } else if (sinceMs > rtoMs(c)) {
            atOnce(c, quickSegments()); // the peer may have to begin again with a small window
        }
        if (!full) {
            ack.ends = (byte) (ack.ends == 0 ? 1 : 2);
        } else if (seg.has(TcpHeader.PSH)) {
            ack.ends = (byte) Math.max(1, ack.ends);
        }
    }

    private static void atOnce(TcpConnection c, int most) {
        int half = Seq.diff(c.tcb.rcv.advertisedEdge, c.tcb.rcv.lastAckSent) / (2 * fullSegment(c));
        int segments = Math.min(most, half == 0 ? LEAST_AT_ONCE : half);
        c.tcb.ack.quick = (short) Math.max(c.tcb.ack.quick, segments);
    }

    @Override
    public void onTrouble(TcpConnection c, int segments) {
        atOnce(c, segments);
        c.tcb.ack.interactive = false;
        c.tcb.ack.delayMs = SHORTEST_MS;
    }

    @Override
    public boolean isDue(TcpConnection c, int segments, long nowNs) {
        Tcb.Acknowledging ack = c.tcb.ack;
        // RFC 5681 §4.2, RFC 9293 §3.8.6.3 (SHLD-19); with a smaller window the reader's ACK, which opens it, says more
        boolean more = Seq.diff(c.tcb.rcv.nxt, c.tcb.rcv.lastAckSent) > fullSegment(c)
                && (c.receiveQueue.readableBytes() < c.options.rare.receiveLowWater()
                        || context.receiveWindow.offer(c) >= Seq.diff(c.tcb.rcv.advertisedEdge, c.tcb.rcv.lastAckSent));
        if (more || (ack.quick > 0 && !ack.interactive) || ack.delayMs == 0) {
            return true;
        }
        int delayMs = delayMs(c);
        long due = nowNs + delayMs * NS_PER_MS;
        if (c.timers.isArmed(TcpTimer.DELAYED_ACK)) {
            long armed = c.timers.deadlineNs(TcpTimer.DELAYED_ACK);
            if (armed <= nowNs + delayMs * NS_PER_MS / 4) {
                return true;
            }
            due = Math.min(due, armed);
        }
        c.timers.arm(TcpTimer.DELAYED_ACK, due);
        return false;
    }

    /** How long what is pending waits. */
    private static int delayMs(TcpConnection c) {
        long boundNs = c.options.rare.timers().longestAckDelayNs();
        int delayMs = adaptedMs(c);
        return boundNs > 0 ? (int) Math.min(delayMs, boundNs / NS_PER_MS) : delayMs;
    }

    private static int adaptedMs(TcpConnection c) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (ack.delayMs <= SHORTEST_MS) {
            return ack.delayMs;
        }
        int srttMs = (int) Math.min(LONGEST_MS, c.tcb.rtt.srttNs / NS_PER_MS);
        return Math.min(ack.delayMs, srttMs == 0 ? LONGEST_MS : Math.max(srttMs, SHORTEST_MS));
    }

    @Override
    public long delayNs(TcpConnection c) {
        return c.tcb.ack.delayMs * NS_PER_MS;
    }

    /** It holds until what comes and goes says otherwise. */
    @Override
    public void quickAck(TcpConnection c, boolean on) {
        Tcb.Acknowledging ack = c.tcb.ack;
        ack.interactive = !on;
        c.options().quickAck = null;
        ack.ends = (byte) Math.max(on ? 1 : 0, ack.ends);
        ack.now |= on && isDueAfterRead(c);
    }

    @Override
    public void onTimer(TcpConnection c) {
        Tcb.Acknowledging ack = c.tcb.ack;
        ack.delayMs = (char) (ack.interactive ? SHORTEST_MS : Math.min(rtoMs(c), 2 * ack.delayMs));
        ack.interactive = false;
    }

    @Override
    public void onAckSent(TcpConnection c) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (ack.quick > 0 && ack.pendingSegments > 0 && --ack.quick == 0) {
            ack.delayMs = SHORTEST_MS;
        }
        ack.ends = 0;
    }

    /** Text that leaves soon after some came looks like an answer. */
    @Override
    public void onTextSent(TcpConnection c, long nowNs) {
        if (TcpContext.timestampClock(nowNs) - c.tcb.rcv.lastDataMs < c.tcb.ack.delayMs) {
            c.tcb.ack.interactive = true;
        }
    }

    @Override
    public boolean isDueAfterRead(TcpConnection c) {
        Tcb.Acknowledging ack = c.tcb.ack;
        if (ack.pendingSegments == 0) {
            return false;
        }
        boolean ended = ack.ends > 1 || (ack.ends == 1 && !ack.interactive);
        return (ended && c.receiveQueue.readableBytes() == 0)
                || Seq.diff(c.tcb.rcv.nxt, c.tcb.rcv.lastAckSent) > fullSegment(c);
    }

    /** What the user has left to say may carry the acknowledgment. */
    @Override
    public boolean delaysFin(TcpConnection c) {
        if (c.tcb.state() != TcpState.ESTABLISHED || c.tcb.ack.now) {
            return false;
        }
        c.tcb.ack.interactive = true;
        return true;
    }

    /** The duplicate is reported with the acknowledgment of what is new. */
    @Override
    public boolean delaysDuplicate() {
        return true;
    }

    /** The SYN-ACK is acknowledged with what is going to be sent, if it is soon. */
    @Override
    public boolean delaysSynAck(TcpConnection c, long nowNs) {
        c.tcb.ack.pendingSegments++;
        onTrouble(c, quickSegments());
        c.timers.arm(TcpTimer.DELAYED_ACK, nowNs + LONGEST_MS * NS_PER_MS);
        return true;
    }
}
