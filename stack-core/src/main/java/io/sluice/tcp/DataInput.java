package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.sluice.buffer.Payload;
import io.sluice.buffer.ReceiveQueue;
import io.sluice.buffer.StreamTransform;
import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/** Seventh and eighth step of RFC 9293 §3.10.7.4: the segment text and the FIN. */
final class DataInput {
    /** Giving up what is out of order looks at every flow, so it does not come more often than this. */
    private static final long RELIEF_INTERVAL_NS = 10_000_000;

    /** A smaller one that ends what was written (PSH) is no full segment: RFC 9293 §3.7.1 (MUST-15). */
    private static final int LEAST_FULL_SEGMENT = 536;

    /** Less is no full segment: 8 octets behind the longest headers of IPv4 and TCP (60 each), less the shortest (20 each). */
    private static final int SMALLEST_MSS = 88;

    private final TcpContext context;
    private long lastReliefNs = -RELIEF_INTERVAL_NS;
    private final Payload payload;
    private final ReceiveQueue inOrder;

    DataInput(TcpContext context) {
        this.context = context;
        this.inOrder = new ReceiveQueue(context.receivePool);
        this.payload = new Payload(context.allocator, context.counters);
    }

    /**
     * Seventh, process the segment text. The segment was trimmed to the window.
     *
     * @return why the text was not taken, or null if it was (or there was none)
     */
    @Nullable DropReason text(TcpConnection c, Segment seg, long nowNs) {
        if (seg.payloadLength == 0) {
            onFinBehindOld(c, seg, nowNs);
            return null;
        }
        if (!c.tcb.state().receivesData()) {
            return DropReason.TCP_AFTER_CLOSE; // RFC 9293: "This should not occur since a FIN has been received"
        }
        if (c.receiveClosed && c.released && !StreamLayer.listens(c)) {
            // RFC 9293 §3.6.1, RFC 1122 §4.2.2.13: the user has closed and cannot be given this: reset.
            context.replies.resetFor(seg, c.path); // <SEQ=SEG.ACK><CTL=RST>, the peer cannot doubt that
            context.ending.finished(c, nowNs);
            return DropReason.TCP_AFTER_CLOSE;
        }
        long start = c.tcb.receiveOffset(seg.seq);
        long end = start + seg.payloadLength;
        forgetFinBefore(c, end);
        prepareFin(c, seg, start, end);
        long before = c.tcb.rcv.nxtOffset;
        onNext(c, seg, start, nowNs);
        DropReason reason = start == before && c.reassembly.isEmpty()
                ? inOrder(c, seg, nowNs)
                : outOfOrder(c, seg, start, end, nowNs);
        if (reason == null) {
            context.receiveTuning.onData(c, seg, nowNs);
            if (c.tcb.rcv.nxtOffset > before && !c.receiveClosed && c.options.rare.stampsReceived()) {
                ReceiveStamps.of(c).onData(c.tcb.rcv.nxtOffset, seg, nowNs);
            }
        }
        forgetFinBefore(c, end);
        account(c);
        return reason;
    }

    /** Of text that came before, behind which only a FIN is new: when it came, and how much it was, counts all the same. */
    private void onFinBehindOld(TcpConnection c, Segment seg, long nowNs) {
        if (seg.fin() && seg.oldOctets > 0 && c.tcb.state().receivesData()) {
            onNext(c, seg, c.tcb.receiveOffset(seg.seq), nowNs);
        }
    }

    /** Where the text is next in order, notes when it came and how much it is. */
    private void onNext(TcpConnection c, Segment seg, long start, long nowNs) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        if (start > rcv.nxtOffset) {
            if (context.knobs.isOn(Knob.ADAPTIVE_ACKS)) {
                rcv.seenMss = rcv.seenMss == 0 ? (char) TcpReceiverInfo.firstMss(c) : rcv.seenMss;
                measureMss(rcv, seg);
            }
            return;
        }
        int nowMs = TcpContext.timestampClock(nowNs);
        int sinceMs = nowMs - rcv.lastDataMs;
        rcv.lastDataMs = nowMs;
        if (rcv.seenMss == 0 && context.knobs.isOn(Knob.ADAPTIVE_ACKS)) {
            rcv.seenMss = (char) TcpReceiverInfo.firstMss(c);
        }
        int size = measureMss(rcv, seg);
        context.ackPolicy.onText(c, seg, sinceMs, size >= rcv.seenMss);
    }

    /**
     * What the peer's full segments seem to be: the largest, or smaller ones if two of one size follow each other that may be full.
     *
     * @return octets of this one
     */
    private static int measureMss(Tcb.ReceiveSpace rcv, Segment seg) {
        int whole = seg.payloadLength + seg.oldOctets;
        int each = seg.merged <= 1 ? whole : (whole + seg.merged - 1) / seg.merged;
        int size = Math.min(rcv.mss, each);
        boolean ends = seg.has(TcpHeader.PSH | TcpHeader.FIN | TcpHeader.URG);
        boolean maybeFull = size >= LEAST_FULL_SEGMENT || (size >= SMALLEST_MSS && !ends);
        if (size >= rcv.seenMss || (size == rcv.lastSize && maybeFull)) {
            rcv.seenMss = (char) size;
        }
        rcv.lastSize = maybeFull ? (char) size : 0;
        return size;
    }

    /** A FIN behind the text: reported with it where a knob wants that; nothing beyond it was ever a part of the stream. */
    private void prepareFin(TcpConnection c, Segment seg, long start, long end) {
        if (seg.fin() && context.knobs.isOn(Knob.SACK_COVERS_FIN) && c.tcb.rcv.finOffset == Tcb.NO_FIN) {
            c.tcb.rcv.finOffset = end; // the ACK of its text reports it, too
        }
        if (seg.fin() && start == c.tcb.rcv.nxtOffset && !c.reassembly.isEmpty()) {
            c.reassembly.clear(); // what is beyond the end of the stream never was a part of it
        }
    }

    /** A FIN before data: the peer cannot have meant it. */
    private static void forgetFinBefore(TcpConnection c, long end) {
        if (c.tcb.rcv.finOffset != Tcb.NO_FIN && Math.max(end, c.tcb.rcv.nxtOffset) > c.tcb.rcv.finOffset) {
            c.tcb.rcv.finOffset = Tcb.NO_FIN;
        }
    }

    /** The usual case: it is what was expected, and nothing else waits. */
    private @Nullable DropReason inOrder(TcpConnection c, Segment seg, long nowNs) {
        if (!hasMemoryForNext(c, seg.payloadLength, nowNs)) {
            return DropReason.TCP_RECEIVE_MEMORY;
        }
        advance(c, seg.payloadLength);
        ByteBuf data = payload.keep(seg.packet, seg.payloadIndex, seg.payloadLength);
        deliver(c, data, nowNs);
        if (c.tcb.state() == TcpState.CLOSED) {
            return null;
        }
        if (seg.fin()) {
            c.tcb.ack.pendingSegments += seg.merged; // and is acknowledged with the FIN
        } else if (c.reassembly.hasDuplicate()) {
            context.ackPolicy.onPartlyRepeated(c, seg.merged, nowNs);
        } else {
            context.ackPolicy.onInOrder(c, seg.merged, nowNs);
        }
        return null;
    }

    /**
     * Whether {@code octets} that are next in order may be kept: within the host's memory, for which others give up what
     * is out of order (RFC 2018 §8) and orphans end, or within what every connection may have, so that those whose users read go on.
     */
    private boolean hasMemoryForNext(TcpConnection c, int octets, long nowNs) {
        if (context.memory.availableBytes() >= octets) {
            return true;
        }
        if (nowNs - lastReliefNs >= RELIEF_INTERVAL_NS) {
            lastReliefNs = nowNs;
            context.flows.forEach(f -> {
                if (f instanceof TcpConnection other && !other.reassembly.isEmpty()) {
                    other.reassembly.clear();
                    account(other);
                    context.counters.increment(Counter.TCP_REASSEMBLIES_PRUNED);
                }
            });
            if (!Orphans.isOne(c)) {
                context.orphans.relieve(nowNs);
            }
        }
        return context.memory.availableBytes() >= octets || c.receiveQueue.pinnedBytes() < ReceiveWindow.RESERVED_BYTES;
    }

    private void advance(TcpConnection c, long octets) {
        c.tcb.rcv.nxtOffset += octets;
        c.tcb.rcv.nxt += (int) octets;
        c.tcb.rcv.wnd = Math.max(0, Seq.diff(c.tcb.rcv.advertisedEdge, c.tcb.rcv.nxt));
        context.counters.add(Counter.TCP_PAYLOAD_BYTES_IN, octets);
    }

    /** Hands in-order data to the reader, through the transform if there is one. */
    private void deliver(TcpConnection c, ByteBuf data, long nowNs) {
        c.path.link().onForwardProgress(c.path, nowNs); // RFC 4861 §7.3.1: acknowledgments have arrived there
        StreamTransform transform = StreamLayer.transformOf(c);
        boolean unwanted = c.receiveClosed;
        if (unwanted && !StreamLayer.listens(c)) {
            data.release(); // the user has shut this direction, or the stream ended: acknowledged, and thrown away
            return;
        }
        if (transform == null) {
            c.receiveQueue.append(data);
        } else {
            SocketError broken = transform.onStream(data, c.receiveQueue, nowNs);
            data.release();
            c.receiveClosed |= broken != null || transform.isEnded();
            c.wantTransmit(); // what was received may have an answer
            if (broken != null) {
                c.fail(broken);
            }
            if (c.released && c.receiveQueue.readableBytes() > 0) { // as without a transform: data that nobody gets
                c.receiveQueue.clear();
                context.ending.abort(c, nowNs);
                return;
            }
            if (unwanted && !c.released) {
                StreamLayer.discardReceived(c);
            }
        }
        c.signal(Readiness.READABLE);
    }

    /** There is a transform from now on: passes what nobody has read yet, and {@code before} first, through it. */
    void retransform(TcpConnection c, @Nullable ByteBuf before, long nowNs) {
        ReceiveQueue unread = new ReceiveQueue(context.receivePool);
        unread.appendAll(c.receiveQueue);
        if (before != null) {
            deliver(c, before, nowNs);
        }
        for (ByteBuf b = unread.poll(Integer.MAX_VALUE); b != null; b = unread.poll(Integer.MAX_VALUE)) {
            deliver(c, b, nowNs);
        }
        if (c.tcb.rcv.finOffset != Tcb.NO_FIN && c.tcb.rcv.nxtOffset > c.tcb.rcv.finOffset) {
            StreamLayer.onEnd(c, nowNs);
        }
        context.userCalls.onRead(c);
    }

    /** RFC 9293 §3.10.7.4 (SHLD-31, MAY-13), RFC 7323 §5.3 (M20): it is kept, and not looked at again. */
    private @Nullable DropReason outOfOrder(TcpConnection c, Segment seg, long start, long end, long nowNs) {
        long before = c.tcb.rcv.nxtOffset;
        boolean next = start <= before;
        boolean hasMemory = next
                ? hasMemoryForNext(c, seg.payloadLength, nowNs)
                : context.memory.availableBytes() >= seg.payloadLength;
        if (!hasMemory || (!next && c.reassembly.pinnedBytes() > 4L * Math.max(65_536, c.options.receiveBuffer))) {
            context.output.acknowledgeAtOnce(c, nowNs);
            return DropReason.TCP_RECEIVE_MEMORY;
        }
        int kept = keep(c, seg, start, end, next);
        if (next) {
            long nxt = c.reassembly.advance(before, inOrder);
            advance(c, nxt - before);
            deliverAll(c, nowNs);
            c.slim();
        } else {
            context.counters.increment(Counter.TCP_OUT_OF_ORDER_IN);
            RareTotals.of(c).outOfOrderSegments += seg.merged;
        }
        boolean finFollows = c.tcb.rcv.finOffset == c.tcb.rcv.nxtOffset
                || (seg.fin() && end == c.tcb.rcv.nxtOffset); // and is acknowledged with this
        answerHole(c, finFollows, nowNs);
        return kept > 0 ? null : kept == 0 ? DropReason.TCP_DUPLICATE_DATA : DropReason.TCP_REASSEMBLY_FULL;
    }

    private void answerHole(TcpConnection c, boolean finFollows, long nowNs) {
        if (c.tcb.state() == TcpState.CLOSED) {
            return;
        }
        if (finFollows) {
            context.ackPolicy.acknowledgeNow(c);
        } else {
            // RFC 5681 §4.2, RFC 2018 §4: at once, and by itself, for a hole made, widened or filled.
            context.output.acknowledgeAtOnce(c, nowNs);
        }
    }

    private int keep(TcpConnection c, Segment seg, long start, long end, boolean next) {
        int most = context.knobs.getInt(Knob.REASSEMBLY_BLOCKS);
        if (seg.oldOctets == 0) {
            c.reassembly.forgetDuplicate(); // RFC 2883 §4: what is answered is this segment
        }
        int kept = c.ownReassembly().insert(start, end, next, seg.packet, seg.payloadIndex, payload, most);
        if (!c.tcb.sackPermitted) {
            c.reassembly.forgetDuplicate();
        }
        return kept;
    }

    /** Keeps the text of a SYN for the time when the connection is ESTABLISHED (RFC 9293 §3.10.7.3), where that is wanted. */
    void keepTextOfSyn(TcpConnection c, Segment seg) {
        int length = Math.min(seg.payloadLength, c.tcb.rcv.wnd);
        if (length > 0 && context.knobs.isOn(Knob.KEEP_SYN_DATA) && context.memory.availableBytes() >= length) {
            c.ownReassembly().insert(0, length, true, seg.packet, seg.payloadIndex, payload, 1);
            account(c);
        }
    }

    /** The text of a SYN that opens a connection at once (RFC 7413 §4.2.2): in the window, it is the user's. */
    void textOfSyn(TcpConnection c, Segment seg, long nowNs) {
        seg.trimFront(1);
        seg.flags &= ~TcpHeader.FIN; // the peer will send it again
        seg.trimBack(Math.max(0, seg.payloadLength - c.tcb.rcv.wnd));
        if (seg.payloadLength > 0) {
            inOrder(c, seg, nowNs);
            account(c);
        }
    }

    /** The connection is ESTABLISHED: hands on what came before. */
    void deliverKept(TcpConnection c, long nowNs) {
        if (c.reassembly.isEmpty()) {
            return;
        }
        long before = c.tcb.rcv.nxtOffset;
        long nxt = c.reassembly.advance(before, inOrder);
        if (nxt != before) {
            advance(c, nxt - before);
            deliverAll(c, nowNs);
            context.ackPolicy.onInOrder(c, 1, nowNs);
        }
    }

    private void deliverAll(TcpConnection c, long nowNs) {
        if (StreamLayer.transformOf(c) == null && !c.receiveClosed) {
            c.receiveQueue.appendAll(inOrder);
            c.signal(Readiness.READABLE);
            return;
        }
        for (ByteBuf b = inOrder.poll(Integer.MAX_VALUE); b != null; b = inOrder.poll(Integer.MAX_VALUE)) {
            deliver(c, b, nowNs);
        }
    }

    /** Eighth, check the FIN bit: also of a FIN that arrived earlier and whose turn has come. RFC 9293 §3.6 (MUST-12). */
    void fin(TcpConnection c, Segment seg, long nowNs) {
        if (!c.tcb.state().receivesData()) {
            return;
        }
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        long end = c.tcb.receiveOffset(seg.seq) + seg.payloadLength;
        if (seg.fin() && (rcv.finOffset == Tcb.NO_FIN || end == rcv.nxtOffset)) {
            rcv.finOffset = end;
        }
        answerFinAhead(c, seg, end, nowNs);
        if (rcv.finOffset != rcv.nxtOffset) {
            return;
        }
        rcv.nxtOffset++;
        rcv.nxt++;
        rcv.wnd = Math.max(0, Seq.diff(rcv.advertisedEdge, rcv.nxt));
        context.ackPolicy.onFin(c, nowNs);
        if (!c.reassembly.isEmpty()) {
            c.reassembly.clear(); // what is beyond the end of the stream never was a part of it
            account(c);
            c.slim();
        }
        StreamLayer.onEnd(c, nowNs);
        c.signal(Readiness.READABLE | Readiness.PEER_CLOSED);
        switch (c.tcb.state()) {
            case ESTABLISHED -> c.transitionTo(TcpState.CLOSE_WAIT, nowNs);
            case FIN_WAIT_1 -> c.transitionTo(TcpState.CLOSING, nowNs); // our FIN is not acknowledged yet
            case FIN_WAIT_2 -> context.timeWaits.enter(c, nowNs);
            default -> {}
        }
    }

    /** RFC 5681 §4.2: it is ahead of something that is missing. With text it is answered as that is. */
    private void answerFinAhead(TcpConnection c, Segment seg, long end, long nowNs) {
        if (seg.fin() && end > c.tcb.rcv.nxtOffset && seg.payloadLength == 0) {
            boolean again =
                    c.reassembly.touchFin(end) && c.tcb.sackPermitted && context.knobs.isOn(Knob.SACK_COVERS_FIN);
            if (again) {
                c.reassembly.reportDuplicate(end, end + 1); // to those who count a FIN as an octet
            }
            context.output.acknowledgeAtOnce(c, nowNs);
        }
    }

    /** The offset of a FIN that came ahead of time and is to be reported as received, or -1. */
    long finToReport(TcpConnection c) {
        long fin = c.tcb.rcv.finOffset;
        boolean ahead = fin != Tcb.NO_FIN && fin > c.tcb.rcv.nxtOffset;
        return ahead && context.knobs.isOn(Knob.SACK_COVERS_FIN) ? fin : -1;
    }

    /** Charges what the connection's queues pin now. */
    void account(TcpConnection c) {
        long pinned = c.receiveQueue.pinnedBytes()
                + c.reassembly.pinnedBytes()
                + c.sendQueue.chargedBytes()
                + StreamLayer.heldBytes(c)
                + ReceiveStamps.chargedBytes(c);
        int charge = (int) Math.min(Integer.MAX_VALUE, pinned);
        context.memory.charge((long) charge - c.chargedBytes);
        c.chargedBytes = charge;
    }
}
