package io.sluice.tcp;

import io.sluice.wire.Seq;

/** Text that has come before: the acknowledgment of a segment that has some says so in its first SACK block (RFC 2883 §4). */
final class OldText {
    private OldText() {}

    /** Octets to report of a segment that is wholly old; 0 for any other. */
    static int octets(TcpConnection c, Segment seg) {
        int octets = seg.payloadLength + (seg.fin() && c.context.knobs.isOn(Knob.SACK_COVERS_FIN) ? 1 : 0);
        return !seg.syn() && Seq.leq(seg.seq + octets, c.tcb.rcv.nxt) ? octets : 0;
    }

    /** Reports a segment that is wholly old (RFC 2883 §4.1). */
    static void report(TcpConnection c, Segment seg, long nowNs) {
        int octets = octets(c, seg);
        if (octets > 0 && c.tcb.sackPermitted) {
            c.context.accurateEcnOption.onOldText(c, seg.seq, nowNs);
            long left = c.tcb.receiveOffset(seg.seq);
            c.ownReassembly().reportDuplicate(left, left + octets);
        }
    }

    /** Reports what of a segment that PAWS refuses had come before. */
    static void reportRefused(TcpConnection c, Segment seg, long nowNs) {
        if (c.tcb.sackPermitted) {
            c.context.accurateEcnOption.onOldText(c, seg.seq, nowNs);
            long left = c.tcb.receiveOffset(seg.seq);
            c.ownReassembly().reportDuplicate(left, Math.min(left + seg.len(), c.tcb.rcv.nxtOffset));
        }
    }

    /** Reports what is old of a segment of which nothing is taken. */
    static void reportOverlap(TcpConnection c, Segment seg) {
        if (Seq.lt(seg.seq, c.tcb.rcv.nxt) && c.tcb.sackPermitted) {
            c.ownReassembly().reportDuplicate(c.tcb.receiveOffset(seg.seq), c.tcb.rcv.nxtOffset);
        }
    }
}
