package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.Readiness;
import io.sluice.event.SocketError;
import io.sluice.wire.Seq;
import io.sluice.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * SEGMENT ARRIVES for every state after SYN-SENT: RFC 9293 §3.10.7.4, one method for each of its steps, in its order.
 * Every step returns whether to go on with the next.
 */
final class SegmentArrives {
    /** An ACK may be overtaken by as much as the RTO and this part of it. */
    private static final int REPLAY_DIVISOR = 5;

    /** Of {@link Knob#USE_ACK_OF_OLD_SEGMENT}. */
    private static final int FROM_LAST_ACK = 2;

    private final TcpContext context;
    private final ResetRules resets;
    private final OrphanInput orphans;

    /** Why the segment at hand was dropped, or null. */
    private @Nullable DropReason verdict;

    SegmentArrives(TcpContext context) {
        this.context = context;
        this.resets = new ResetRules(context.knobs);
        this.orphans = new OrphanInput(context);
    }

    /** Processes a segment of {@code c}; returns why it was dropped, or null if it was of use. */
    @Nullable DropReason onSegment(TcpConnection c, Segment seg, long nowNs) {
        c.tcb.rcv.lastReceivedNs = nowNs;
        c.tcb.snd.keepAliveProbes = 0;
        seg.tellsHandshake = false;
        if (repeatsSyn(c, seg)) {
            if (!context.ecn.onSynAgain(c, seg)) {
                return refuse(c, nowNs);
            }
            repeatSynAck(c, seg, nowNs);
            return DropReason.TCP_DUPLICATE_DATA;
        }
        verdict = early(c, seg, nowNs);
        if (verdict != null) {
            return verdict;
        }
        int start = seg.seq;
        int urgentEnd = start + seg.up;
        boolean goOn = checkTimestamps(c, seg, nowNs)
                && checkSequence(c, seg, nowNs)
                && checkReset(c, seg, nowNs)
                && checkSyn(c, seg, nowNs)
                && checkAck(c, seg, nowNs);
        if (goOn) {
            if (seg.options.hasUserTimeout()) {
                context.userTimeout.onOption(c, seg.options.userTimeoutSeconds());
            }
            if (seg.has(TcpHeader.URG) && seg.up != 0) { // sixth
                Urgent.onPointer(c, urgentEnd);
            }
            context.ecn.onSegment(c, seg, nowNs);
            textAndFin(c, seg, start, nowNs);
        }
        return verdict;
    }

    /** A SYN or SYN-ACK that must not be: it ends the connection. */
    private DropReason refuse(TcpConnection c, long nowNs) {
        context.replies.resetBare(c);
        context.ending.failed(c, SocketError.CONNECTION_RESET, nowNs);
        return DropReason.TCP_CONTRADICTORY_SYN;
    }

    /** What knobs want to be judged before the first step; null if it goes on. */
    private @Nullable DropReason early(TcpConnection c, Segment seg, long nowNs) {
        if (orphans.answersFor(c)) {
            return orphans.judge(c, seg, nowNs);
        }
        if (c.tcb.state() == TcpState.SYN_RECEIVED
                && !seg.rst()
                && context.knobs.isOn(Knob.SYN_RECEIVED_LOOKS_AT_ACK_FIRST)
                && (isWrongAckOfSyn(c, seg) || Seq.lt(seg.seq, c.tcb.rcv.irs))) {
            context.replies.resetFor(seg, c.path); // <SEQ=SEG.ACK><CTL=RST>
            return DropReason.TCP_BAD_ACK;
        }
        return isWithoutAck(seg) ? DropReason.TCP_NO_ACK : null;
    }

    private static boolean isWrongAckOfSyn(TcpConnection c, Segment seg) {
        Tcb.SendSpace snd = c.tcb.snd;
        return seg.hasAck() && (Seq.leq(seg.ack, snd.iss) || Seq.gt(seg.ack, snd.nxt));
    }

    private void textAndFin(TcpConnection c, Segment seg, int start, long nowNs) {
        if (isBeyondEnd(c, seg, start)) {
            context.replies.resetFor(seg, c.path); // <SEQ=SEG.ACK><CTL=RST>
            reset(c, nowNs);
            verdict = DropReason.TCP_AFTER_CLOSE;
            return;
        }
        verdict = context.dataInput.text(c, seg, nowNs);
        Urgent.settle(c);
        if (c.tcb.state() != TcpState.CLOSED) {
            context.dataInput.fin(c, seg, nowNs);
        }
    }

    /** Whether nothing can come of it, and its sender is not told that (a knob says so): it has neither of three bits. */
    private boolean isWithoutAck(Segment seg) {
        return !seg.has(TcpHeader.ACK | TcpHeader.RST | TcpHeader.SYN) && context.knobs.isOn(Knob.DROP_WITHOUT_ACK);
    }

    /**
     * Whether the segment, which began at {@code start} before it was trimmed, has text that nobody can take any more: beyond the
     * peer's FIN, or ahead of time for a user who has closed.
     */
    private boolean isBeyondEnd(TcpConnection c, Segment seg, int start) {
        boolean ended =
                switch (c.tcb.state()) {
                    case FIN_WAIT_1, FIN_WAIT_2 ->
                        (c.released && !StreamLayer.listens(c)) || EndOfReading.isDeclared(c);
                    case CLOSE_WAIT, CLOSING, LAST_ACK -> Seq.lt(start, c.tcb.rcv.nxt);
                    default -> false;
                };
        int text = seg.len() - (seg.fin() ? 1 : 0);
        return ended
                && seg.len() > 0
                && Seq.gt(seg.seq + text, c.tcb.rcv.nxt)
                && context.knobs.isOn(Knob.TEXT_AFTER_END_RESETS);
    }

    /** Whether this is, once more, the SYN that has opened {@code c} fast. */
    private static boolean repeatsSyn(TcpConnection c, Segment seg) {
        return c.tcb.state() == TcpState.SYN_RECEIVED
                && seg.syn()
                && !seg.has(TcpHeader.ACK | TcpHeader.RST)
                && seg.seq == c.tcb.rcv.irs
                && FastOpenState.isPassive(c);
    }

    /** RFC 7413 §4.2.2: its text is here. What acknowledges one of two SYN-ACKs measures nothing (RFC 6298 §3). */
    private void repeatSynAck(TcpConnection c, Segment seg, long nowNs) {
        FastOpenState f = FastOpenState.of(c);
        if (f == null || !context.replies.mayAcknowledge(c, seg, nowNs)) {
            return;
        }
        f.synAckRepeated = true;
        RareTotals.of(c).retransmittedSegments++;
        c.synPending = true;
        c.wantTransmit();
    }

    /** The segment ends here, dropped. */
    private boolean drop(DropReason reason) {
        verdict = reason;
        return false;
    }

    /** PAWS, R1: RFC 7323 §5.3 (M19), but for resets: RFC 7323 §5.2 (M18). Without agreement nothing: RFC 7323 §3.2 (M14). */
    private boolean checkTimestamps(TcpConnection c, Segment seg, long nowNs) {
        if (!c.tcb.timestamps || seg.rst()) {
            return true;
        }
        boolean challenged = seg.syn() && c.tcb.state().isSynchronized();
        if (challenged && seg.options.hasTimestamps()) {
            return true; // RFC 5961 §4.2: whatever else it says
        }
        if (!seg.options.hasTimestamps()) {
            return context.knobs.isOn(Knob.TOLERATE_MISSING_TIMESTAMPS)
                    || (challenged && context.knobs.isOn(Knob.CHALLENGE_SYN_WITHOUT_TIMESTAMP))
                    || drop(DropReason.TCP_PAWS); // RFC 7323 §3.2 (M13): SHOULD silently drop
        }
        int age = Acceptability.ticksTooOld(true, seg.options, c.tcb.rcv.tsRecent, nowNs - c.tcb.rcv.tsRecentNs);
        boolean lenient = context.knobs.isOn(Knob.PAWS_LENIENT);
        boolean old = age > (lenient ? 1 : 0);
        if (!old || (lenient && isOvertaken(c, seg, age))) {
            return true;
        }
        if (lenient && isPureAck(seg) && Seq.lt(seg.seq, c.tcb.rcv.nxt)) {
            return drop(DropReason.TCP_PAWS);
        }
        if (seg.len() > 0 && Seq.lt(seg.seq, c.tcb.rcv.nxt)) {
            context.ackPolicy.onTrouble(c, context.knobs.getInt(Knob.QUICK_ACK_SEGMENTS));
            if (context.knobs.isOn(Knob.DUPLICATE_REPORTS_WITH_PAWS)) {
                OldText.reportRefused(c, seg, nowNs);
            }
        }
        boolean silent = seg.payloadLength == 0 && context.knobs.isOn(Knob.PAWS_ANSWERS_ONLY_TEXT);
        if (!silent && context.replies.mayAcknowledge(c, seg, nowNs)) {
            context.output.acknowledgeAtOnce(c, nowNs);
        }
        return drop(DropReason.TCP_PAWS);
    }

    private static boolean isPureAck(Segment seg) {
        return seg.hasAck() && seg.len() == 0 && !seg.rst();
    }

    /** Whether a duplicate ACK that tells nothing is only as old as reordering makes it: {@code age} in milliseconds. */
    private boolean isOvertaken(TcpConnection c, Segment seg, int age) {
        Tcb.SendSpace snd = c.tcb.snd;
        long replayNs = context.rttEstimator.rtoNs(c) / REPLAY_DIVISOR * (REPLAY_DIVISOR + 1);
        int window = seg.wnd << snd.wndShift;
        boolean tells = Seq.gt(seg.seq, snd.wl1) || (seg.seq == snd.wl1 && (window > snd.wnd || window == 0));
        return isPureAck(seg)
                && seg.seq == c.tcb.rcv.nxt
                && seg.ack == snd.una
                && !tells
                && age * 1_000_000L <= replayNs;
    }

    /** First, check sequence number: RFC 9293 §3.4; what lies outside of the window is cut off. */
    private boolean checkSequence(TcpConnection c, Segment seg, long nowNs) {
        int nxt = c.tcb.rcv.nxt;
        int wnd = context.receiveWindow.acceptable(c, seg);
        int len = seg.len();
        seg.renewsTimestamp = false;
        seg.oldOctets = 0;
        if (wnd == ReceiveWindow.NOTHING) {
            OldText.reportOverlap(c, seg);
            return onUnacceptable(c, seg, nowNs);
        }
        if (wnd == 0 && seg.seq == nxt && len > 0) {
            // A probe of our closed window: "special allowance" for its ACK and RST; its text is not taken.
            seg.trimBack(len);
            context.output.acknowledgeAtOnce(c, nowNs);
        } else if (!Acceptability.isInWindow(seg, nxt, wnd) && !isEmptyAtEdge(seg, nxt + wnd)) {
            return onUnacceptable(c, seg, nowNs);
        }
        seg.renewsTimestamp = renewsTimestamp(c, seg);
        int before = Seq.diff(nxt, seg.seq);
        if (before > 0 && !seg.syn() && !seg.rst()) { // a reset is judged by the sequence number that it came with
            seg.oldOctets = Math.min(before, seg.payloadLength);
            seg.trimFront(before);
        }
        int beyond = Seq.diff(seg.seq + seg.len(), nxt + wnd);
        if (beyond > 0) {
            seg.trimBack(beyond);
        }
        return true;
    }

    private boolean isEmptyAtEdge(Segment seg, int edge) {
        return seg.seq == edge && isPureAck(seg) && context.knobs.isOn(Knob.EMPTY_AT_EDGE_ACCEPTABLE);
    }

    /** The SYN,ACK that ends a simultaneous open, RFC 9293 §3.5, Figure 7 (MUST-10): all that is old of it is the SYN. */
    private static boolean isAnswerToSyn(TcpConnection c, Segment seg) {
        return c.tcb.state() == TcpState.SYN_RECEIVED
                && seg.syn()
                && seg.hasAck()
                && seg.len() == 1
                && seg.seq == c.tcb.rcv.irs
                && seg.ack == c.tcb.snd.nxt;
    }

    /** Whether the acknowledgment of an old segment counts: of none, any, or of what ends in {@link #isFromLastAck}. */
    private boolean usesAckOf(TcpConnection c, Segment seg) {
        int end = seg.seq + seg.len();
        return switch (context.knobs.getInt(Knob.USE_ACK_OF_OLD_SEGMENT)) {
            case 1 -> Seq.leq(end, c.tcb.rcv.nxt);
            case FROM_LAST_ACK -> isFromLastAck(c, end) && !seg.syn() && seg.hasAck();
            default -> false;
        };
    }

    /** Whether {@code seq} is RCV.NXT, or before it, but not before what was acknowledged last. */
    private static boolean isFromLastAck(TcpConnection c, int seq) {
        return Seq.geq(seq, c.tcb.rcv.lastAckSent) && Seq.leq(seq, c.tcb.rcv.nxt);
    }

    /** A reset that does not count is challenged in the window (RFC 5961 §3.2), which a knob lets begin at the last acknowledgment. */
    private void challengeReset(TcpConnection c, Segment seg, boolean within, long nowNs) {
        boolean unacknowledged = context.knobs.getInt(Knob.USE_ACK_OF_OLD_SEGMENT) == FROM_LAST_ACK
                && seg.seq != c.tcb.rcv.nxt
                && isFromLastAck(c, seg.seq);
        if (within || unacknowledged) {
            context.replies.challenge(c, nowNs);
        }
    }

    private boolean onUnacceptable(TcpConnection c, Segment seg, long nowNs) {
        if (seg.rst()) {
            if (resets.isTolerated(c, seg.seq)) {
                return true;
            }
            challengeReset(c, seg, false, nowNs);
            return drop(DropReason.TCP_BAD_RESET); // RFC 5961 §3.2 (M3)
        }
        if (seg.syn() && c.tcb.state().isSynchronized()) { // RFC 5961 §4.2 (M5): irrespective of the sequence number
            if (!context.ecn.onSynAckAgain(c, seg)) {
                return drop(refuse(c, nowNs));
            }
            context.replies.challenge(c, nowNs);
            return drop(DropReason.TCP_CHALLENGED_SYN);
        }
        boolean duplicate = seg.payloadLength > 0 && Seq.leq(seg.seq + seg.payloadLength, c.tcb.rcv.nxt);
        if (seg.len() > 0 && Seq.lt(seg.seq, c.tcb.rcv.nxt)) {
            context.ackPolicy.onTrouble(c, context.knobs.getInt(Knob.QUICK_ACK_SEGMENTS));
        }
        boolean crossing = isCrossing(c) && context.knobs.isOn(Knob.ACK_REPEATS_SYN);
        if (usesAckOf(c, seg) && (seg.hasAck() || !crossing)) {
            seg.renewsTimestamp = renewsTimestamp(c, seg);
            seg.oldOctets = OldText.octets(c, seg);
            boolean answered = seg.len() > 0 || context.knobs.getInt(Knob.USE_ACK_OF_OLD_SEGMENT) != FROM_LAST_ACK;
            if (Seq.leq(seg.seq + seg.up, c.tcb.rcv.nxt)) {
                seg.up = 0; // no mark moves in text that is here
            }
            seg.trimFront(seg.len());
            if (answered) {
                context.ackPolicy.acknowledgeNow(c);
            }
            return true;
        }
        OldText.report(c, seg, nowNs);
        if (isAnswerToSyn(c, seg)) {
            seg.trimFront(1);
            if (context.knobs.isOn(Knob.ACK_CROSSED_SYN_ACK)) {
                if (c.tcb.sackPermitted) {
                    c.ownReassembly().reportDuplicate(-1, 0);
                }
                context.ackPolicy.acknowledgeNow(c);
            }
            return true;
        }
        if (crossing) {
            c.synPending = true;
            c.wantTransmit();
        } else if (context.replies.mayAcknowledge(c, seg, nowNs)) {
            context.output.acknowledgeAtOnce(c, nowNs); // <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>
        }
        return drop(duplicate ? DropReason.TCP_DUPLICATE_DATA : DropReason.TCP_OUT_OF_WINDOW);
    }

    /** Whether both sides have opened this connection, and the peer has not acknowledged our SYN. */
    private static boolean isCrossing(TcpConnection c) {
        return c.tcb.state() == TcpState.SYN_RECEIVED && !FastOpenState.isPassive(c);
    }

    /** RFC 7323 §4.3 (M16), rule (2): what covers Last.ACK.sent gives TS.Recent; never an older one, RFC 7323 §5.2 (M17). */
    private static boolean renewsTimestamp(TcpConnection c, Segment seg) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        return c.tcb.timestamps
                && !seg.rst() // RFC 7323 §5.2 (M18)
                && seg.options.hasTimestamps()
                && Seq.geq(seg.options.tsVal(), rcv.tsRecent)
                && Seq.leq(seg.seq, rcv.lastAckSent);
    }

    /** Second, check the RST bit: RFC 5961 §3.2 (M1, M2), RFC 5961 §4.2 (M6). Its text is not read: RFC 9293 §3.5.3 (SHLD-2). */
    private boolean checkReset(TcpConnection c, Segment seg, long nowNs) {
        if (!seg.rst()) {
            return true;
        }
        if (!resets.counts(c, seg.seq)) {
            challengeReset(c, seg, Seq.gt(seg.seq, c.tcb.rcv.nxt), nowNs); // before it, wherever its text reaches: M3
            return drop(DropReason.TCP_BAD_RESET);
        }
        context.counters.increment(Counter.TCP_RESETS_IN);
        FastOpenServer.onReset(c, nowNs);
        reset(c, nowNs);
        return false;
    }

    /** The connection is over, and the user hears of it as the state says. */
    private void reset(TcpConnection c, long nowNs) {
        SocketError error = resets.error(c);
        if (error == null) {
            context.ending.finished(c, nowNs);
        } else {
            context.ending.failed(c, error, nowNs);
        }
    }

    /** Fourth, check the SYN bit: RFC 5961 §4.2 (M5). The third step, security, has no content here. */
    private boolean checkSyn(TcpConnection c, Segment seg, long nowNs) {
        if (!seg.syn()) {
            return true;
        }
        if (isCrossing(c) && context.knobs.isOn(Knob.ACK_REPEATS_SYN)) {
            return drop(DropReason.TCP_CHALLENGED_SYN); // in silence: the SYN-ACK comes again in its time
        }
        boolean within = Seq.inWindow(seg.seq, c.tcb.rcv.nxt, context.receiveWindow.acceptable(c));
        if (within && context.knobs.isOn(Knob.INSECURE_SYN)) {
            context.replies.resetBare(c);
            context.ending.failed(c, SocketError.CONNECTION_RESET, nowNs);
            return false;
        }
        context.replies.challenge(c, nowNs);
        return drop(DropReason.TCP_CHALLENGED_SYN);
    }

    /** Fifth, check the ACK field. */
    private boolean checkAck(TcpConnection c, Segment seg, long nowNs) {
        if (!seg.hasAck()) {
            return drop(DropReason.TCP_NO_ACK);
        }
        if (c.tcb.state() == TcpState.SYN_RECEIVED) {
            if (!checkAckOfSyn(c, seg, nowNs)) {
                return false;
            }
            context.accurateEcn.onHandshakeAck(c, seg, nowNs);
        }
        Tcb.SendSpace snd = c.tcb.snd;
        if (!isAckPlausible(c, seg, nowNs)) {
            return drop(DropReason.TCP_BAD_ACK);
        }
        if (seg.renewsTimestamp) { // not before: whoever only guesses must not be able to advance it
            c.tcb.rcv.tsRecent = seg.options.tsVal();
            c.tcb.rcv.tsRecentNs = nowNs;
        }
        if (seg.oldOctets > 0 && c.tcb.sackPermitted) { // RFC 2883 §4.1: report what came twice
            long left = c.tcb.receiveOffset(seg.seq) - seg.oldOctets;
            c.ownReassembly().reportDuplicate(left, left + seg.oldOctets);
            if (seg.payloadLength == 0) {
                context.accurateEcnOption.onOldText(c, seg.seq - seg.oldOctets, nowNs);
            }
        }
        boolean tellsMore = c.tcb.sackPermitted && seg.options.sackCount() > 0; // also where it was overtaken
        if (Seq.geq(seg.ack, snd.una) || tellsMore) {
            context.acknowledgments.process(c, seg, nowNs);
        }
        return onFinAcknowledged(c, nowNs);
    }

    /** Answers what acknowledges nothing that was ever sent, or what cannot be that late. */
    private boolean isAckPlausible(TcpConnection c, Segment seg, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        boolean unsent = Seq.gt(seg.ack, snd.nxt);
        // What was never acknowledged cannot be acknowledged again, however large the window is.
        int oldest = snd.una - (int) Math.min(snd.maxWnd, Math.max(0, snd.unaOffset));
        if (!unsent && (Seq.geq(seg.ack, oldest) || context.knobs.isOn(Knob.INSECURE_ACK))) {
            return true;
        }
        if (unsent && context.knobs.isOn(Knob.ACK_REPEATS_FIN)) {
            context.output.acknowledgeAtOnce(c, nowNs);
        } else {
            context.replies.challenge(c, nowNs); // RFC 5961 §5.2 (M7), RFC 9293 §3.10.7.4 (MAY-12)
        }
        return false;
    }

    /** SYN-RECEIVED: the ACK of our SYN makes the connection ESTABLISHED. */
    private boolean checkAckOfSyn(TcpConnection c, Segment seg, long nowNs) {
        Tcb.SendSpace snd = c.tcb.snd;
        if (isWrongAckOfSyn(c, seg)) {
            context.replies.resetFor(seg, c.path); // <SEQ=SEG.ACK><CTL=RST>
            return drop(DropReason.TCP_BAD_ACK);
        }
        snd.wnd = seg.wnd << snd.wndShift;
        snd.wl1 = seg.seq;
        snd.wl2 = seg.ack;
        snd.maxWnd = Math.max(snd.maxWnd, snd.wnd);
        context.handshakeInput.established(c, seg.ack, nowNs);
        context.fastOpenClient.onEstablished(c, seg, nowNs);
        return true;
    }

    /** What the acknowledgment of our FIN means in each state. */
    private boolean onFinAcknowledged(TcpConnection c, long nowNs) {
        if (c.tcb.snd.unaOffset <= c.tcb.snd.finOffset || c.tcb.snd.finOffset == Tcb.NO_FIN) {
            return true;
        }
        switch (c.tcb.state()) {
            case FIN_WAIT_1 -> {
                c.transitionTo(TcpState.FIN_WAIT_2, nowNs);
                context.timeouts.onFinWait2(c, nowNs);
                c.signal(Readiness.WRITABLE);
            }
            case CLOSING -> {
                context.timeWaits.enter(c, nowNs);
                c.signal(Readiness.WRITABLE); // a lingering close waits for it
            }
            case LAST_ACK -> context.ending.finished(c, nowNs);
            default -> {}
        }
        return c.tcb.state() != TcpState.CLOSED && c.tcb.state() != TcpState.TIME_WAIT;
    }
}
