package io.sluice.tcp;

import io.sluice.event.Readiness;

/**
 * How the send buffer grows, and what memory leaves of it. It holds what is in flight and as much again, beside what has
 * arrived behind a hole, so that the congestion window, and not the buffer, limits a writer who keeps it full; a buffer that
 * the user has sized stays as it is.
 */
final class SendTuning {
    /** What every connection may hold, even where the host has no memory to give: so that what is accepted can leave. */
    private static final int RESERVED_BYTES = 16_384;

    /** A buffer counts as kept full above all but this part. */
    private static final int SLACK_DIVISOR = 8;

    private final TcpContext context;

    SendTuning(TcpContext context) {
        this.context = context;
    }

    /** Octets that the host's memory lets this connection add to what it holds. */
    long admitted(TcpConnection c) {
        return Math.max(RESERVED_BYTES - c.sendQueue.size(), context.memory.availableBytes() / 2);
    }

    /** The congestion window may have grown. */
    void onAcknowledged(TcpConnection c) {
        SocketOptions o = c.options;
        if (o.sendBufferFixed || !context.knobs.isOn(Knob.SEND_BUFFER_AUTO)) {
            return;
        }
        boolean full = c.writerWaits || c.sendQueue.size() >= o.sendBuffer - o.sendBuffer / SLACK_DIVISOR;
        long limit = Math.min(context.knobs.get(Knob.SEND_BUFFER_MAX), context.knobs.get(Knob.MAX_SOCKET_BUFFER));
        long behindHoles = Math.max(0, c.flightBytes() - c.pipeBytes());
        long size = Math.min(2 * c.window.cwnd() + behindHoles, limit);
        if (!full || size <= o.sendBuffer || context.memory.availableBytes() < context.memory.limitBytes() / 2) {
            return;
        }
        c.options().sendBuffer = (int) size;
        if (c.writerWaits) {
            c.writerWaits = false;
            c.signal(Readiness.WRITABLE);
        }
    }
}
