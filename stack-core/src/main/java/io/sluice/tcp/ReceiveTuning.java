package io.sluice.tcp;

import io.sluice.wire.Seq;

/**
 * How the receive buffer grows: dynamic right-sizing. It has to hold what arrives in a round trip, and as much again, so
 * that it is never what limits a sender in slow start. What the reader takes in a round trip tells how much that is; so a
 * slow reader's buffer stays small. A buffer that the user has sized stays as it is.
 */
final class ReceiveTuning {
    /** Room beside the two round trips: for what is in flight of a small window. */
    private static final int SPARE_SEGMENTS = 16;

    /** A buffer grows once this part of it has passed in all: connections that carry little are not measured. */
    private static final int BULK_DIVISOR = 4;

    /** A measurement of the round-trip time counts for this part of the average. */
    private static final int SMOOTHING = 8;

    private static final long NS_PER_MS = 1_000_000L;

    private final TcpContext context;

    ReceiveTuning(TcpContext context) {
        this.context = context;
    }

    /** What is measured of one connection that receives in bulk. */
    static final class Measurement {
        /** When the round trip that is being measured began. */
        private long sinceNs;

        /** What the reader had taken then, as a stream offset. */
        private long sinceOffset;

        /** The most that the reader took in a round trip so far, in octets. */
        private long mostBytes;

        /** The round-trip time as timestamps tell it, in nanoseconds; 0 before the first. */
        private long roundTripNs;

        long mostBytes() {
            return mostBytes;
        }

        long roundTripNs() {
            return roundTripNs;
        }
    }

    /** Data has arrived with this segment, in order or not. */
    void onData(TcpConnection c, Segment seg, long nowNs) {
        if (c.options.receiveBufferFixed || !context.knobs.isOn(Knob.RECEIVE_BUFFER_AUTO)) {
            return;
        }
        Measurement m = c.tcb.rcv.measurement;
        if (m == null) {
            if (c.tcb.rcv.nxtOffset >= c.options.receiveBuffer / BULK_DIVISOR) {
                m = new Measurement();
                begin(c, m, nowNs);
                c.tcb.rcv.measurement = m;
            }
            return;
        }
        sampleRoundTrip(c, m, seg, nowNs);
        long roundTripNs = m.roundTripNs > 0 ? m.roundTripNs : c.tcb.rtt.srttNs;
        if (roundTripNs > 0 && nowNs - m.sinceNs >= roundTripNs) {
            long taken = taken(c) - m.sinceOffset;
            if (taken > m.mostBytes) {
                grow(c, taken, m.mostBytes);
                m.mostBytes = taken;
            }
            begin(c, m, nowNs);
        }
    }

    private static void begin(TcpConnection c, Measurement m, long nowNs) {
        m.sinceNs = nowNs;
        m.sinceOffset = taken(c);
    }

    /**
     * What the reader has taken so far, or would have: what waits behind a hole is not waiting for the reader, and a sender that
     * goes on through losses must not be held up by a window that only grows once they are repaired.
     */
    private static long taken(TcpConnection c) {
        return c.tcb.rcv.nxtOffset - c.receiveQueue.readableBytes() + c.reassembly.octets();
    }

    /** RFC 7323 §4.1: a full segment that echoes a timestamp came a round trip after that was sent, or later. */
    private static void sampleRoundTrip(TcpConnection c, Measurement m, Segment seg, long nowNs) {
        if (!c.tcb.timestamps || !seg.options.hasTimestamps() || seg.payloadLength < c.tcb.rcv.mss / 2) {
            return;
        }
        int ticks = Seq.diff(TcpContext.timestampClock(nowNs) + c.tcb.timestampOffset, seg.options.tsEcr());
        if (ticks >= 0 && seg.options.tsEcr() != 0) {
            long sampleNs = Math.max(1, ticks) * NS_PER_MS; // the clock ticks once a millisecond
            m.roundTripNs = m.roundTripNs == 0 ? sampleNs : m.roundTripNs + (sampleNs - m.roundTripNs) / SMOOTHING;
        }
    }

    /** The reader took {@code taken} octets in a round trip, after at most {@code before} in each earlier one. */
    private void grow(TcpConnection c, long taken, long before) {
        long wanted = 2 * taken + (long) SPARE_SEGMENTS * c.tcb.rcv.mss;
        if (before > 0) {
            wanted += 2 * wanted * (taken - before) / before; // the sender speeds up: be ahead of it
        }
        long limit = Math.min(context.knobs.get(Knob.RECEIVE_BUFFER_MAX), context.knobs.get(Knob.MAX_SOCKET_BUFFER));
        long size = Math.min(wanted, limit);
        if (size > c.options.receiveBuffer && context.memory.availableBytes() > context.memory.limitBytes() / 2) {
            c.options().receiveBuffer = (int) size;
        }
    }
}
