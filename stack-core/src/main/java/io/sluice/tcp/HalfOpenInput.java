package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.link.OutboundPacket;
import io.sluice.link.Path;
import io.sluice.wire.Seq;
import org.jspecify.annotations.Nullable;

/** SEGMENT ARRIVES for a half-open connection: RFC 9293 §3.10.7.4 as far as SYN-RECEIVED needs it. */
final class HalfOpenInput {
    private final TcpContext context;

    HalfOpenInput(TcpContext context) {
        this.context = context;
    }

    /** Processes a segment; returns why it was dropped, or null if it was of use. */
    @Nullable DropReason onSegment(HalfOpen h, Segment seg, long nowNs) {
        if (seg.rst()) { // second, but a reset has no timestamp to look at: RFC 7323 §5.2 (M18), RFC 5961 §3.2
            return onReset(h, seg, nowNs);
        }
        return switch (context.knobs.getInt(Knob.HALF_OPEN_CHECKS)) {
            case 1 -> ackFirst(h, seg, nowNs);
            case 2 -> asCache(h, seg, nowNs);
            default -> inOrder(h, seg, nowNs);
        };
    }

    private @Nullable DropReason inOrder(HalfOpen h, Segment seg, long nowNs) {
        if (repeatsSyn(h, seg)) {
            return onSynAgain(h, seg, nowNs);
        }
        if (lacksTimestamp(h, seg)) {
            return DropReason.TCP_PAWS;
        }
        if (isOld(h, seg) || !isInWindow(h, seg)) { // first
            acknowledge(h, nowNs);
            return isOld(h, seg) ? DropReason.TCP_PAWS : DropReason.TCP_OUT_OF_WINDOW;
        }
        if (seg.syn()) { // fourth, RFC 5961 §4.2
            acknowledge(h, nowNs);
            return DropReason.TCP_CHALLENGED_SYN;
        }
        return seg.hasAck() ? onAck(h, seg, nowNs) : DropReason.TCP_NO_ACK; // fifth
    }

    /** The same in another order, and a SYN anywhere in the window ends it. */
    private @Nullable DropReason ackFirst(HalfOpen h, Segment seg, long nowNs) {
        boolean old = isOld(h, seg);
        if (repeatsSyn(h, seg) && !old) {
            return onSynAgain(h, seg, nowNs);
        }
        if (seg.hasAck() && seg.ack != h.iss + 1) {
            return onWrongAck(h, seg, nowNs);
        }
        if (old || !isInWindow(h, seg)) {
            acknowledge(h, nowNs);
            return old ? DropReason.TCP_PAWS : DropReason.TCP_OUT_OF_WINDOW;
        }
        if (seg.syn() && seg.seq != h.irs) {
            onWrongAck(h, seg, nowNs);
            context.listenInput.forget(h);
            return DropReason.TCP_CONTRADICTORY_SYN;
        }
        return seg.hasAck() ? onAck(h, seg, nowNs) : DropReason.TCP_NO_ACK;
    }

    /** As the cache of a listener that looks into it for what it cannot use itself: any SYN asks for the SYN-ACK again. */
    private @Nullable DropReason asCache(HalfOpen h, Segment seg, long nowNs) {
        if (!seg.hasAck()) {
            return seg.syn() ? onAnySyn(h, seg, nowNs) : DropReason.TCP_NO_ACK;
        }
        if (seg.syn() || isOld(h, seg) || lacksTimestamp(h, seg)) {
            return seg.syn() ? DropReason.TCP_LISTEN_BAD_SEGMENT : DropReason.TCP_PAWS;
        }
        if (!Seq.inWindow(seg.seq, h.irs + 1, Math.max(1, h.window))) {
            acknowledge(h, nowNs);
            return DropReason.TCP_OUT_OF_WINDOW;
        }
        return onAck(h, seg, nowNs);
    }

    private @Nullable DropReason onAnySyn(HalfOpen h, Segment seg, long nowNs) {
        if (seg.fin() && context.knobs.isOn(Knob.DROP_SYN_FIN)) {
            return DropReason.TCP_BAD_FLAGS;
        }
        h.timestamps &= seg.options.hasTimestamps();
        h.tsRecent = h.timestamps ? seg.options.tsVal() : 0;
        DropReason dropped = onSynAgain(h, seg, nowNs);
        if (dropped == null) {
            context.listenInput.restartSynAckTimer(h, nowNs);
        }
        return dropped;
    }

    private static boolean repeatsSyn(HalfOpen h, Segment seg) {
        return seg.syn() && !seg.hasAck() && seg.seq == h.irs;
    }

    private static boolean isOld(HalfOpen h, Segment seg) {
        return Acceptability.ticksTooOld(h.timestamps, seg.options, h.tsRecent, 0) > 0;
    }

    /** RFC 7323 §3.2 (M13): where timestamps were agreed, a segment without them SHOULD be dropped silently. */
    private boolean lacksTimestamp(HalfOpen h, Segment seg) {
        return h.timestamps
                && !seg.syn()
                && !seg.options.hasTimestamps()
                && !context.knobs.isOn(Knob.TOLERATE_MISSING_TIMESTAMPS);
    }

    private static boolean isInWindow(HalfOpen h, Segment seg) {
        return Acceptability.isInWindow(seg, h.irs + 1, Math.max(1, h.window));
    }

    /**
     * {@code <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>} for what is not acceptable (RFC 9293 §3.10.7.4) or has to be challenged
     * (RFC 5961 §3.2, §4.2), as often as RFC 5961 §7 lets this host.
     */
    private void acknowledge(HalfOpen h, long nowNs) {
        Path path = context.replies.mayChallenge(nowNs) ? context.peerPaths.to(h, nowNs) : null;
        if (path != null) {
            h.applyTo(path);
            OutboundPacket reply = context.replies.begin();
            context.writer.writeHalfOpenAck(path, reply, h, nowNs);
            context.replies.queue(path, reply);
        }
    }

    private @Nullable DropReason onSynAgain(HalfOpen h, Segment seg, long nowNs) {
        if (seg.seq != h.irs || context.ecn.onSynAgain(h, seg)) { // RFC 9768 §3.1.5: of the same handshake only
            context.listenInput.repeatSynAck(h, nowNs);
            return null;
        }
        Path path = context.peerPaths.to(h, nowNs);
        if (path != null) {
            h.applyTo(path);
            context.replies.resetBare(h, path);
        }
        context.listenInput.forget(h);
        return DropReason.TCP_CONTRADICTORY_SYN;
    }

    /** RFC 9293 §3.5 (MUST-11): a passive open goes back to LISTEN. */
    private @Nullable DropReason onReset(HalfOpen h, Segment seg, long nowNs) {
        if (seg.seq == h.irs + 1 || (context.knobs.isOn(Knob.INSECURE_RST) && isInWindow(h, seg))) {
            context.counters.increment(Counter.TCP_RESETS_IN);
            context.listenInput.forget(h);
            return null;
        }
        if (isInWindow(h, seg)) {
            acknowledge(h, nowNs);
        }
        return DropReason.TCP_BAD_RESET;
    }

    private @Nullable DropReason onAck(HalfOpen h, Segment seg, long nowNs) {
        Path path = context.peerPaths.to(h, nowNs);
        if (path == null) {
            return DropReason.TCP_HALF_OPEN_BAD_SEGMENT;
        }
        if (seg.ack != h.iss + 1) {
            return onWrongAck(h, seg, nowNs);
        }
        if (seg.len() == 0 && h.timeouts < context.listenInput.deferredTimeouts(h)) {
            h.awaitsData = true; // TCP_DEFER_ACCEPT: as if it had not come
            return null;
        }
        return context.listenInput.complete(h, seg, path, nowNs);
    }

    private DropReason onWrongAck(HalfOpen h, Segment seg, long nowNs) {
        Path path = context.peerPaths.to(h, nowNs);
        if (path != null) {
            h.applyTo(path);
            context.replies.resetForListener(seg, path); // <SEQ=SEG.ACK><CTL=RST>
        }
        return DropReason.TCP_BAD_ACK;
    }
}
