package io.sluice.tcp;

import io.sluice.event.DropReason;
import io.sluice.wire.Seq;
import org.jspecify.annotations.Nullable;

/**
 * SEGMENT ARRIVES in FIN-WAIT-2 for a user who has closed, where a knob wants that such a connection is as little as one in
 * TIME-WAIT: it waits for the peer's FIN, and for nothing else.
 */
final class OrphanInput {
    private final TcpContext context;

    OrphanInput(TcpContext context) {
        this.context = context;
    }

    /** Whether {@link #judge} decides for this connection. */
    boolean answersFor(TcpConnection c) {
        return c.released
                && c.tcb.state() == TcpState.FIN_WAIT_2
                && context.knobs.isOn(Knob.ORPHAN_FIN_WAIT_2_AS_TIME_WAIT)
                && !StreamLayer.listens(c);
    }

    /** Returns why the segment is dropped, or null for the FIN that is awaited. */
    @Nullable DropReason judge(TcpConnection c, Segment seg, long nowNs) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        int end = seg.seq + seg.len();
        if (isOld(c, seg, nowNs) || !isInWindow(seg, end, rcv)) {
            if (context.replies.mayAcknowledge(c, seg, nowNs)) {
                context.output.acknowledgeAtOnce(c, nowNs);
            }
            return DropReason.TCP_OUT_OF_WINDOW;
        }
        if (seg.rst()) { // wherever it is: nobody is left who could be harmed
            context.ending.finished(c, nowNs);
            return DropReason.TCP_AFTER_CLOSE;
        }
        boolean says = seg.hasAck() && seg.len() > 0 && Seq.gt(end, rcv.nxt);
        boolean awaited = seg.fin() && end == rcv.nxt + 1;
        if ((seg.syn() && Seq.geq(seg.seq, rcv.nxt)) || (says && !awaited)) {
            context.replies.resetFor(seg, c.path);
            context.ending.finished(c, nowNs);
            return DropReason.TCP_AFTER_CLOSE;
        }
        if (says) {
            seg.ack = c.tcb.snd.nxt; // there is nothing left that it could acknowledge
            return null;
        }
        return DropReason.TCP_DUPLICATE_DATA;
    }

    private static boolean isOld(TcpConnection c, Segment seg, long nowNs) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        return Acceptability.ticksTooOld(c.tcb.timestamps, seg.options, rcv.tsRecent, nowNs - rcv.tsRecentNs) > 0;
    }

    /** Where a knob wants this state, an empty segment at the edge is acceptable, too. */
    private static boolean isInWindow(Segment seg, int end, Tcb.ReceiveSpace rcv) {
        int edge = rcv.nxt + rcv.wnd;
        return seg.seq == rcv.nxt
                || (Seq.gt(end, rcv.nxt) && Seq.lt(seg.seq, edge))
                || (seg.seq == edge && end == edge);
    }
}
