package io.sluice.tcp;

import io.sluice.buffer.SendSource;
import io.sluice.event.Counter;
import io.sluice.event.RetransmitCause;
import io.sluice.event.SendLimit;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Transmittable.Outcome;
import io.sluice.wire.TcpHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When to send and how much: RFC 9293 §3.8, with the windows of the peer and of congestion control, Nagle's algorithm
 * (§3.7.4), SWS avoidance (§3.8.6.2.1), pacing and segment sizing. Which bytes are lost is not decided here, nor what
 * the header looks like.
 */
final class Output {
    /** Slices of one packet: bounds the iovec of a write. */
    static final int MAX_SLICES = 64;

    private final TcpContext context;

    Output(TcpContext context) {
        this.context = context;
    }

    /** How one attempt to send ended. */
    private enum Step {
        SENT,
        NOTHING,
        BLOCKED
    }

    /** Sends what the connection may send now, about {@code budgetBytes} at most. */
    Outcome transmit(TcpConnection c, int budgetBytes, long nowNs) {
        if (c.synPending) {
            return transmitSyn(c, nowNs);
        }
        if (!FastOpenState.maySend(c) || c.tcb.state() == TcpState.TIME_WAIT) {
            return Outcome.DONE;
        }
        context.pathMtu.refresh(c, nowNs);
        pull(c, nowNs);
        if (c.totals.limit == SendLimit.IDLE) {
            BusyTime.update(c, nowNs);
        }
        context.validation.restartAfterIdle(c, nowNs);
        if (c.tcb.snd.persistDue) {
            if (persist(c, nowNs) == Step.BLOCKED) {
                return Outcome.BLOCKED;
            }
            c.tcb.snd.persistDue = false;
        }
        if (c.ledger.probe == TailLossProbe.State.DUE && probeTail(c, nowNs) == Step.BLOCKED) {
            return Outcome.BLOCKED;
        }
        long sent = 0;
        while (sent < budgetBytes) {
            long before = c.context.counters.get(Counter.BYTES_OUT);
            Step step = sendOne(c, nowNs);
            if (step == Step.BLOCKED) {
                return Outcome.BLOCKED;
            }
            if (step == Step.NOTHING) {
                return acknowledge(c, nowNs);
            }
            sent += Math.max(1, c.context.counters.get(Counter.BYTES_OUT) - before);
        }
        return Outcome.MORE;
    }

    private Outcome acknowledge(TcpConnection c, long nowNs) {
        c.tcb.snd.justWritten = false;
        if (c.tcb.ack.now && !emitAcknowledgment(c, nowNs)) {
            return Outcome.BLOCKED;
        }
        Nagle.onBlocked(c);
        armPersist(c, nowNs);
        context.acknowledgments.tellWriter(c); // what was sent is not unsent any more
        BusyTime.update(c, nowNs);
        return Outcome.DONE;
    }

    /** Whether the link took it. */
    private boolean emitAcknowledgment(TcpConnection c, long nowNs) {
        OutboundPacket packet = context.ring.begin();
        writeAcknowledgment(c, packet, nowNs);
        if (emit(c, packet, nowNs) == EmitResult.BUSY) {
            return false;
        }
        context.events.segmentSent(c, c.tcb.snd.seqWithoutText(), 0, TcpHeader.ACK, RetransmitCause.NONE, nowNs);
        return true;
    }

    private void writeAcknowledgment(TcpConnection c, OutboundPacket packet, long nowNs) {
        boolean finInFlight = c.tcb.snd.nxtOffset > c.tcb.snd.finOffset && c.tcb.snd.unaOffset <= c.tcb.snd.finOffset;
        if (finInFlight && context.knobs.isOn(Knob.ACK_REPEATS_FIN)) {
            context.writer.writeEmpty(c, packet, c.tcb.snd.nxt - 1, TcpHeader.ACK | TcpHeader.FIN, nowNs);
        } else {
            context.writer.writeEmpty(c, packet, c.tcb.snd.seqWithoutText(), TcpHeader.ACK, nowNs);
        }
    }

    private Outcome transmitSyn(TcpConnection c, long nowNs) {
        OutboundPacket packet = context.ring.begin();
        context.handshakeInput.writeSyn(c, packet, nowNs);
        if (emit(c, packet, nowNs) == EmitResult.BUSY) {
            return Outcome.BLOCKED;
        }
        c.synPending = false;
        c.tcb.snd.lastSentNs = nowNs;
        FastOpenState f = FastOpenState.of(c);
        int data = packet.payloadLength();
        context.events.segmentSent(
                c, c.tcb.snd.iss, data, HandshakeInput.flagsOfSyn(c), HandshakeInput.causeOfSyn(c), nowNs);
        if (data > 0) {
            context.counters.add(Counter.TCP_PAYLOAD_BYTES_OUT, data);
            onNewSent(c, 0, data, Math.max(data, c.effectiveMss()), nowNs);
        }
        if (c.tcb.state() == TcpState.SYN_RECEIVED) {
            context.ackPolicy.onAckSent(c); // of the peer's SYN and its text
        }
        if (f != null && f.passive && f.synAckSentNs == 0) {
            f.synAckSentNs = nowNs;
        }
        if (!c.timers.isArmed(TcpTimer.RETRANSMIT)) { // the SYN has waited for its data
            context.handshakeInput.startOpening(c, nowNs);
        }
        return f != null && f.passive ? Outcome.MORE : Outcome.DONE;
    }

    /** Sends one (super-)segment: what recovery wants repeated, else new data, else the FIN. */
    private Step sendOne(TcpConnection c, long nowNs) {
        if (c.tcb.snd.probes > 0) {
            return Step.NOTHING; // while probing, only the persist timer sends
        }
        if (Pacer.holdsBack(c, nowNs)) {
            if (c.hasSendNotices()) {
                SendNotices.onScheduled(c, c.tcb.snd.nxtOffset + context.sizing.heldBack(c, nowNs), nowNs);
            }
            return Step.NOTHING;
        }
        SentRange lost = context.episodes.nextRetransmit(c);
        if (lost != null) {
            return retransmit(c, lost, nowNs);
        }
        return ForwardRto.holdsNewData(c) ? Step.NOTHING : sendNew(c, nowNs);
    }

    private Step retransmit(TcpConnection c, SentRange e, long nowNs) {
        long pipe = c.pipeBytes();
        long room = context.sizing.room(c, pipe);
        long edge = c.tcb.snd.unaOffset + c.tcb.snd.wnd;
        // RFC 9293 §3.8.6 (SHLD-16), RFC 5681 §4.3 (M19)
        boolean admitted = room >= context.sizing.leastRoom(c, e.length()) && e.start < edge;
        if (pipe > 0 && !admitted && !c.tcb.recovery.retransmitNow) {
            return Step.NOTHING;
        }
        int length = context.sizing.ofRepeated(c, e, room, edge);
        if (length < e.length()) {
            c.ledger.cut(e, e.start + length);
        }
        long octets = e.length() + ProbedOctet.following(c, e);
        Step step = transmitRange(c, e, e.start, octets, LossEpisodes.cause(e), nowNs);
        c.tcb.recovery.retransmitNow &= step != Step.SENT; // a busy link takes it later
        return step;
    }

    /** A source that was asked for no more than the window takes: it is the window that limits. */
    private static void noteSourceLimited(TcpConnection c, long cwndRoom) {
        if (!c.sourceDry && cwndRoom < c.effectiveMss() && StreamLayer.sourceOf(c) != null) {
            c.tcb.recovery.cwndLimitedOffset = c.tcb.snd.nxtOffset;
        }
    }

    private Step sendNew(TcpConnection c, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        long unsent = c.unsentBytes();
        boolean fin = c.finPending();
        long pipe = c.pipeBytes();
        long cwndRoom = context.sizing.room(c, pipe);
        if (unsent <= 0 && !fin) {
            noteSourceLimited(c, cwndRoom);
            return Step.NOTHING;
        }
        // RFC 9293 §3.8.6 (MUST-34, SHLD-15), RFC 7323 §2.4 (M7, M9): negative if the window has shrunk
        long usable = snd.unaOffset + snd.wnd - snd.nxtOffset;
        int mss = c.effectiveMss();
        if (cwndRoom < context.sizing.leastRoom(c, unsent) && pipe > 0) { // RFC 5681 §3 (M2)
            c.tcb.recovery.cwndLimitedOffset = snd.nxtOffset;
            return Step.NOTHING;
        }
        long allowed = Math.min(Math.max(cwndRoom, mss), usable); // RFC 5681 §2 (M1)
        int probe = context.pathMtu.probeLength(c, unsent, cwndRoom, nowNs);
        if (probe > 0) {
            return transmitProbe(c, probe, nowNs);
        }
        if (unsent > 0) {
            int length = context.sizing.ofNew(c, unsent, allowed, fin, nowNs);
            if (length <= 0) {
                return Step.NOTHING;
            }
            boolean withFin = fin && length == unsent && length < allowed;
            return transmitRange(c, null, snd.nxtOffset, length + (withFin ? 1L : 0L), RetransmitCause.NONE, nowNs);
        }
        return usable > 0 ? transmitRange(c, null, snd.nxtOffset, 1, RetransmitCause.NONE, nowNs) : Step.NOTHING;
    }

    /** Sends a segment larger than the path is known to carry (RFC 4821 §7.4). */
    private Step transmitProbe(TcpConnection c, int length, long nowNs) {
        long start = c.tcb.snd.nxtOffset;
        PathMtuDiscovery.onProbeSent(c, start, start + length);
        Step step = transmitRange(c, null, start, length, RetransmitCause.NONE, nowNs);
        PathMtuDiscovery.onProbeSent(
                c, step == Step.SENT ? start : PathMtuState.NONE, step == Step.SENT ? c.tcb.snd.nxtOffset : start);
        return step;
    }

    /**
     * Sends stream offsets {@code [start, start + length)}, the FIN included where the range reaches it.
     *
     * @param repeated the ledger's entry of this range, or null for new data
     */
    private Step transmitRange(
            TcpConnection c, @Nullable SentRange repeated, long start, long length, RetransmitCause cause, long nowNs) {
        // RFC 2883 §4: the ACK of a duplicate reports it, by itself if what is sent has no room for a block.
        return SegmentWriter.needsAckForDuplicate(c, length) && !emitAcknowledgment(c, nowNs)
                ? Step.BLOCKED
                : transmitText(c, repeated, start, length, cause, nowNs);
    }

    private Step transmitText(
            TcpConnection c, @Nullable SentRange repeated, long start, long length, RetransmitCause cause, long nowNs) {
        OutboundPacket packet = context.ring.begin();
        boolean idle = c.pipeBytes() == 0;
        boolean reachesFin = start + length > c.tcb.snd.finOffset;
        int whole = (int) (length - (reachesFin ? 1 : 0));
        int data = context.sizing.ofRange(c, repeated, whole);
        int sliced = data == 0 ? 0 : c.sendQueue.slice(start, data, MAX_SLICES, packet);
        boolean fin = reachesFin && sliced == whole;
        long end = start + sliced + (fin ? 1 : 0);
        if (repeated != null && end < repeated.end) {
            c.ledger.cut(repeated, end);
        }
        int mss = SegmentSizing.segmentOf(c, repeated, start, end);
        int seq = c.tcb.seqOf(start);
        boolean newData = Ecn.isNewData(repeated, sliced, cause);
        int flags = flags(c, repeated, start, sliced, fin) | Ecn.flags(c, newData);
        context.writer.write(c, packet, seq, flags, sliced > mss ? mss : 0, context.ecn.field(c, newData), nowNs);
        SendNotices.onScheduled(c, end, nowNs);
        if (emit(c, packet, nowNs) == EmitResult.BUSY) {
            return Step.BLOCKED;
        }
        c.tcb.ecn.reduced &= !newData;
        SentRange e = repeated;
        if (e == null) {
            e = onNewSent(c, start, end, mss, nowNs);
        } else {
            ProbedOctet.onRepeated(c, e, end, mss, nowNs);
            onRepeated(c, e, cause, nowNs);
            SendNotices.onRepeated(c, start, end, nowNs);
            context.counters.add(Counter.TCP_SEGMENTS_RETRANSMITTED, packet.segments());
            context.counters.add(Counter.TCP_BYTES_RETRANSMITTED, sliced);
            RareTotals totals = RareTotals.of(c);
            totals.retransmittedSegments += packet.segments();
            totals.retransmittedBytes += sliced;
        }
        RateSampler.onSent(c, e, idle, nowNs);
        context.counters.add(Counter.TCP_PAYLOAD_BYTES_OUT, sliced);
        context.events.segmentSent(c, seq, sliced, flags, cause, nowNs);
        context.ackPolicy.onTextSent(c, sliced, nowNs);
        onSent(c, e, cause, nowNs);
        return Step.SENT;
    }

    /** RFC 9293 §3.9.1.2 (MUST-61, SHLD-27): PSH on what ends the data that is there. */
    private int flags(TcpConnection c, @Nullable SentRange repeated, long start, int data, boolean fin) {
        boolean last = start + data >= c.sendQueue.endOffset() && c.tcb.snd.more == Tcb.SendSpace.NO_MORE;
        boolean probes = c.tcb.snd.persistDue && context.knobs.isOn(Knob.PROBES_WAIT_FROM_ANSWER);
        last |= repeated == null ? probes : repeated.pushed; // a repetition has what the original had
        boolean push = data > 0 && (last || context.sizing.endsWithPush(c, start, start + data));
        return TcpHeader.ACK | (push ? TcpHeader.PSH : 0) | (fin ? TcpHeader.FIN : 0);
    }

    private SentRange onNewSent(TcpConnection c, long start, long end, int mss, long nowNs) {
        boolean ends = end >= c.sendQueue.endOffset();
        boolean pushed = ends || context.sizing.isPushDue(c, start, end);
        boolean written =
                ends ? c.tcb.snd.more == Tcb.SendSpace.NO_MORE : context.sizing.isPushedByWriter(c, start, end);
        context.sizing.onSent(c, start, end);
        int unit = context.knobs.isOn(Knob.WINDOW_IN_SEGMENTS) ? c.window.smss() : 0;
        SentRange e = c.ownLedger().append(start, end, mss, unit, nowNs);
        e.pushed = written;
        if (c.tcb.state() != TcpState.SYN_SENT) { // what goes with a SYN has not been held back, nor does it hold back
            Nagle.onSent(c, start, end, mss);
        }
        c.tcb.snd.nxtOffset = end;
        c.tcb.snd.nxt = c.tcb.seqOf(end);
        CwndValidation.noteFlight(c);
        if (pushed || c.tcb.recovery.pushedEnd < 0) {
            c.tcb.recovery.pushedEnd = pushed ? end : start;
        }
        SendNotices.onProgress(c, end, c.tcb.snd.unaOffset, nowNs);
        return e;
    }

    private void onRepeated(TcpConnection c, SentRange e, RetransmitCause cause, long nowNs) {
        boolean counts = cause != RetransmitCause.TLP || context.knobs.isOn(Knob.TAIL_PROBE_IN_FLIGHT);
        c.ledger.retransmitted(e, cause, counts, nowNs);
        if (cause != RetransmitCause.WINDOW_PROBE) {
            context.episodes.onRetransmitted(c, e, nowNs);
            if (e.start <= c.tcb.snd.unaOffset && context.knobs.isOn(Knob.RTO_RESTARTS_WITH_FIRST)) {
                context.lossTimer.restart(c, nowNs);
            }
        }
    }

    private void onSent(TcpConnection c, SentRange e, RetransmitCause cause, long nowNs) {
        long octets = e.length();
        c.tcb.snd.lastSentNs = nowNs;
        c.congestionControl.onSent(c.window, c, octets, nowNs);
        LossEpisodes.onSent(c, e.counted());
        if (cause != RetransmitCause.WINDOW_PROBE && c.tcb.state().isSynchronized()) { // before, the timer is the SYN's
            c.timers.disarm(TcpTimer.PERSIST);
            if (!c.timers.isArmed(TcpTimer.RETRANSMIT)) { // RFC 6298 §5.1
                context.lossTimer.restart(c, nowNs);
                context.userTimeout.start(c, nowNs);
            } else if (cause == RetransmitCause.NONE) {
                context.lossTimer.onNewData(c, nowNs);
            }
        }
        Pacer.onSent(c, octets, nowNs);
    }

    private EmitResult emit(TcpConnection c, OutboundPacket packet, long nowNs) {
        EmitResult result = context.ring.emit(c.path.link(), packet, nowNs);
        switch (result) {
            case SENT -> {
                context.counters.add(Counter.TCP_SEGMENTS_OUT, packet.segments());
                c.totals.sent(packet.segments(), packet.payloadLength());
            }
            case BUSY -> c.tcb.ack.now = true; // what it would have acknowledged still has to be
            case DROPPED -> {} // as lost on the path; the link has counted it
        }
        return result;
    }

    /** Fills the send queue from the source as far as the windows let it be sent. */
    private void pull(TcpConnection c, long nowNs) {
        StreamLayer layer = c.layer;
        SendSource source = StreamLayer.sourceOf(c);
        if (layer == null || source == null) {
            return;
        }
        c.sourceDry = false;
        long cwndRoom = c.window.cwnd() - c.pipeBytes();
        long room = Math.min(cwndRoom, c.tcb.snd.unaOffset + c.tcb.snd.wnd - c.tcb.snd.nxtOffset);
        room = Math.min(room, c.options.sendBuffer - c.sendQueue.size());
        room = Math.min(room, context.sendTuning.admitted(c));
        if (c.tcb.snd.persistDue) {
            source.awaitMore(false); // whoever promised more has not kept it
            room = Math.max(room, 1); // RFC 9293 §3.8.6.1 (MUST-36): what a probe of a closed window sends
        }
        while (c.unsentBytes() < room) {
            int n = source.pull(
                    c.sendQueue, (int) Math.min(room - c.unsentBytes(), SegmentSizing.MAX_SUPER_SEGMENT), nowNs);
            if (n == SendSource.END) {
                layer.sourceEnded();
                c.context.userCalls.finishSending(c, nowNs);
                return;
            }
            if (n == SendSource.DONE) {
                layer.sourceDone();
                return;
            }
            if (n <= 0) {
                c.sourceDry = true;
                return;
            }
            SendNotices.onPulled(c);
        }
    }

    /** RFC 8985 §7.3, TLP_send_probe(): a segment of new data whatever cwnd says, else the last one again. */
    private Step probeTail(TcpConnection c, long nowNs) {
        if (!context.tailLossProbe.isPossible(c)) { // not any more: acknowledgments came while it waited for its link
            TailLossProbe.cancel(c);
            return Step.NOTHING;
        }
        Tcb.SendSpace snd = c.tcb.snd;
        long octets = Math.min(c.effectiveMss(), c.unsentBytes());
        boolean fresh = octets > 0 && snd.unaOffset + snd.wnd - snd.nxtOffset >= octets;
        SentRange last = c.ledger.tail();
        Step step = Step.NOTHING;
        if (fresh) {
            step = transmitRange(c, null, snd.nxtOffset, octets, RetransmitCause.NONE, nowNs);
        } else if (last != null && last.end > snd.unaOffset + snd.wnd) {
            context.tailLossProbe.impossible(c, nowNs); // the window has shrunk: RFC 9293 §3.8.6 (SHLD-16)
        } else if (last != null) {
            long start = TailLossProbe.lastSegmentOf(c, last);
            if (start > last.start && c.ledger.split(last, start)) {
                last = Objects.requireNonNull(c.ledger.tail());
            }
            step = transmitRange(c, last, last.start, last.length(), RetransmitCause.TLP, nowNs);
        }
        if (step == Step.SENT) {
            context.tailLossProbe.onSent(c, !fresh, nowNs);
        } else if (step == Step.NOTHING) {
            TailLossProbe.forget(c);
        }
        return step;
    }

    /** RFC 9293 §3.8.6.1: nothing in flight, something to send, and the window too small for it. */
    private void armPersist(TcpConnection c, long nowNs) {
        long unsent = c.unsentBytes();
        boolean waiting = c.tcb.flightBytes() == 0
                && (unsent > 0 || c.finPending() || StreamLayer.waits(c))
                && !c.timers.isArmed(TcpTimer.PACING);
        if (waiting && !c.timers.isArmed(TcpTimer.PERSIST)) {
            boolean open = c.tcb.snd.wnd > 0 && c.tcb.snd.wnd >= unsent;
            boolean corked = c.options.cork && open && unsent < c.effectiveMss();
            context.timeouts.armPersist(c, corked, nowNs);
        }
    }

    /** What the persist timer asks for: a probe of a closed window, or what a small one takes. */
    private Step persist(TcpConnection c, long nowNs) {
        if (c.tcb.snd.wnd == 0) {
            return probeWindow(c, nowNs);
        }
        return c.tcb.flightBytes() == 0 ? overrideWindow(c, nowNs) : Step.NOTHING;
    }

    /**
     * Sends at least one octet into a closed window: a zero-window probe (RFC 9293 §3.8.6.1). What an earlier probe sent
     * is sent again.
     */
    private Step probeWindow(TcpConnection c, long nowNs) {
        SentRange earlier = LossEpisodes.firstMissing(c);
        boolean queued = c.unsentBytes() > 0 || c.finPending();
        if (earlier == null && !queued && !StreamLayer.waits(c)) { // the source has come to its end
            c.timers.disarm(TcpTimer.PERSIST);
            c.tcb.snd.probes = 0;
            return Step.NOTHING;
        }
        Step step = Step.NOTHING;
        if (earlier == null && context.knobs.isOn(Knob.ZERO_WINDOW_PROBE_EMPTY)) {
            step = probeEmpty(c, nowNs);
        } else if (earlier != null) {
            step = transmitRange(c, earlier, earlier.start, earlier.length(), RetransmitCause.WINDOW_PROBE, nowNs);
        } else if (queued) {
            step = transmitRange(c, null, c.tcb.snd.nxtOffset, 1, RetransmitCause.WINDOW_PROBE, nowNs);
        }
        if (step == Step.SENT) {
            context.counters.increment(Counter.TCP_ZERO_WINDOW_PROBES);
        }
        return step;
    }

    /** A segment without data before the window, which the peer has to answer (RFC 9293 §3.10.7.4, first step). */
    private Step probeEmpty(TcpConnection c, long nowNs) {
        OutboundPacket packet = context.ring.begin();
        context.writer.writeEmpty(c, packet, c.tcb.snd.una - 1, TcpHeader.ACK, nowNs);
        if (emit(c, packet, nowNs) == EmitResult.BUSY) {
            return Step.BLOCKED;
        }
        context.events.segmentSent(c, c.tcb.snd.una - 1, 0, TcpHeader.ACK, RetransmitCause.WINDOW_PROBE, nowNs);
        return Step.SENT;
    }

    /** Sends into a small window what SWS avoidance has held back long enough (RFC 9293 §3.8.6.2.1, (4)). */
    private Step overrideWindow(TcpConnection c, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        long usable = snd.unaOffset + snd.wnd - snd.nxtOffset;
        long octets = Math.min(Math.min(usable, c.effectiveMss()), c.unsentBytes());
        snd.more = Tcb.SendSpace.NO_MORE; // whoever promised more has not kept it
        if (octets <= 0 && !(c.finPending() && usable > 0)) {
            return Step.NOTHING;
        }
        if (!context.knobs.isOn(Knob.PROBES_WAIT_FROM_ANSWER)) {
            return transmitRange(c, null, snd.nxtOffset, Math.max(1, octets), RetransmitCause.NONE, nowNs);
        }
        long small = c.tcb.recovery.smallEnd;
        Step step = transmitRange(c, null, snd.nxtOffset, Math.max(1, octets), RetransmitCause.NONE, nowNs);
        snd.probes = step == Step.SENT ? 0 : snd.probes;
        c.tcb.recovery.smallEnd = small;
        return step;
    }

    /** Builds an acknowledgment of this moment as a control packet: for what must not be merged with anything else. */
    void acknowledgeAtOnce(TcpConnection c, long nowNs) {
        OutboundPacket packet = context.replies.begin();
        writeAcknowledgment(c, packet, nowNs);
        context.replies.queue(c, packet);
        context.events.segmentSent(c, c.tcb.snd.seqWithoutText(), 0, TcpHeader.ACK, RetransmitCause.NONE, nowNs);
    }
}
