package io.sluice.tcp;

import io.sluice.event.Counter;
import io.sluice.event.DropReason;
import io.sluice.event.SocketError;
import io.sluice.link.Transmittable.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into a connection: a segment, a timer, its turn to send. A failure inside (a bug of this stack, or of a stack,
 * source or transform that the user gave) ends that one connection, is counted and reported. The only place where such
 * a failure may be caught.
 */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final TcpContext context;

    Guard(TcpContext context) {
        this.context = context;
    }

    @Nullable DropReason onSegment(TcpConnection c, Segment seg, long nowNs) {
        try {
            return c.tcb.state() == TcpState.SYN_SENT
                    ? context.handshakeInput.onSegment(c, seg, nowNs)
                    : context.segmentArrives.onSegment(c, seg, nowNs);
        } catch (RuntimeException e) {
            onFailure(c, e, nowNs);
            return DropReason.TCP_INTERNAL_ERROR;
        }
    }

    /** As {@link Authenticator#judge}: algorithms may be the user's. */
    @Nullable DropReason judge(@Nullable Flow flow, @Nullable Listener listener, Segment seg, long nowNs) {
        try {
            DropReason reason = context.authenticator.judge(flow, listener, seg);
            Signature s = seg.signature;
            if (s != null && flow instanceof TcpConnection c) { // the peer may have asked for another key
                OptionChanges.signatureLength(c, s.optionLength(), nowNs);
            }
            return reason;
        } catch (RuntimeException e) {
            if (flow instanceof TcpConnection c) {
                onFailure(c, e, nowNs);
            } else {
                context.counters.increment(Counter.INTERNAL_ERRORS);
                LOG.error("a segment dropped by a failure of its authentication", e);
            }
            return DropReason.TCP_INTERNAL_ERROR;
        }
    }

    void onTimer(TcpConnection c, TcpTimer timer, long nowNs) {
        try {
            context.timeouts.onTimer(c, timer, nowNs);
        } catch (RuntimeException e) {
            onFailure(c, e, nowNs);
        }
    }

    Outcome transmit(TcpConnection c, int budgetBytes, long nowNs) {
        try {
            return context.output.transmit(c, budgetBytes, nowNs);
        } catch (RuntimeException e) {
            onFailure(c, e, nowNs);
            return Outcome.DONE;
        }
    }

    private void onFailure(TcpConnection c, RuntimeException cause, long nowNs) {
        context.counters.increment(Counter.INTERNAL_ERRORS);
        context.events.internalError(c, cause, nowNs);
        LOG.error("connection {} aborted by a failure inside the stack", c, cause);
        context.ending.abort(c, nowNs);
        c.fail(SocketError.INTERNAL);
    }
}
