package io.sluice.tcp;

import io.sluice.wire.Seq;

/** How much the peer may send: window management of the receiver (RFC 9293 §3.8.6), with SWS avoidance (§3.8.6.2.2). */
final class ReceiveWindow {
    /** Memory that a connection may pin for each octet of its receive buffer. */
    private static final long PINNED_FACTOR = 4;

    /** Memory that every connection may pin, even where the host has no more to give. */
    static final int RESERVED_BYTES = 16_384;

    private static final int SMALLEST_BASE_BYTES = 65_536;

    /** The part of the buffer that is worth telling, where a segment is more. */
    private static final int QUARTER = 4;

    /** What {@link #acceptable(TcpConnection, Segment)} says of a segment of which nothing may be taken. */
    static final int NOTHING = -1;

    /** Values of {@link Knob#ACCEPT_UP_TO_BUFFER}. */
    private static final int UP_TO_BUFFER = 1;

    private static final int WHOLE_SEGMENTS = 2;

    private final TcpContext context;

    ReceiveWindow(TcpContext context) {
        this.context = context;
    }

    /** The shift that a buffer limit needs: RFC 7323 §2.3 (M6). */
    static byte scaleFor(long maxBuffer) {
        byte shift = 0;
        while (shift < 14 && 0xFFFFL << shift < maxBuffer) { // RFC 7323 §2.3: at most 14
            shift++;
        }
        return shift;
    }

    /** The shift that is announced: RFC 7323 §2.3 (M4). */
    byte scaleOf(SocketOptions options) {
        long most = Math.max(options.receiveBuffer, context.knobs.get(Knob.MAX_SOCKET_BUFFER));
        return scaleFor(fits(options) ? options.largestWindow() : most);
    }

    private boolean fits(SocketOptions options) {
        return options.receiveBufferFixed && context.knobs.isOn(Knob.WINDOW_FITS_CHOSEN_BUFFER);
    }

    /** What may be announced of the buffer, in octets, to a peer whose segments have {@code segment} of them. */
    private int whole(SocketOptions options, int segment) {
        int buffer = options.receiveBuffer;
        return buffer > segment && segment > 0 && fits(options) ? buffer - buffer % segment : buffer;
    }

    /** The window of a SYN, which is never scaled (RFC 7323 §2.2 (M3)). */
    int ofSyn(SocketOptions options, int segment) {
        return Math.min(0xFFFF, Math.min(options.largestWindow(), whole(options, segment)));
    }

    /** What the buffers have room for, in octets: RCV.BUFF - RCV.USER. */
    private long room(TcpConnection c) {
        if (c.receiveClosed && c.released) {
            return c.options.receiveBuffer; // nothing is kept any more
        }
        long least = 1L << c.tcb.rcv.wndShift; // less cannot be said: the window of a smaller buffer would never open
        int buffer = whole(c.options, c.tcb.rcv.mss - HandshakeInput.timestampsOctets(c.tcb.timestamps));
        long room = Math.max(buffer, least) - c.receiveQueue.readableBytes();
        long memory =
                PINNED_FACTOR * Math.max(c.options.receiveBuffer, SMALLEST_BASE_BYTES) - c.receiveQueue.pinnedBytes();
        long reserved = RESERVED_BYTES / PINNED_FACTOR - c.receiveQueue.pinnedBytes();
        long shared = Math.max(context.memory.availableBytes() / 2, reserved);
        long most = Math.max(c.options.largestWindow(), least);
        return Math.max(0, Math.min(Math.min(room, most), Math.min(memory, shared)));
    }

    /**
     * The window to announce in the segment being written, as octets that are a multiple of what the scale can express.
     * Notes the new right edge.
     */
    int select(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        int wnd = advertisable(c);
        rcv.wnd = wnd;
        rcv.advertisedEdge = rcv.nxt + wnd;
        rcv.lastAckSent = rcv.nxt;
        context.ackPolicy.onAckSent(c);
        return wnd;
    }

    private int advertisable(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        int current = Math.max(0, Seq.diff(rcv.advertisedEdge, rcv.nxt));
        long room = Math.min(room(c), 0xFFFFL << rcv.wndShift);
        // RFC 9293 §3.8.6.2.2 (MUST-39): do not move the edge by less than a segment or half the buffer.
        boolean worthwhile = context.knobs.isOn(Knob.WINDOW_FOLLOWS_BUFFER)
                ? room >= Math.min(c.options.largestWindow() / QUARTER, rcv.mss)
                : room - current >= Math.min(largest(c) / 2, Math.max(1, rcv.mss));
        long wnd = worthwhile ? expressible(room, rcv.wndShift) : 0;
        if (wnd >= current) {
            return (int) wnd;
        }
        // RFC 9293 §3.8.6 (SHLD-14), RFC 7323 §2.4 (M8): the right edge does not move left; rounded up to what can be
        // expressed.
        long unit = (1L << rcv.wndShift) - 1;
        return (int) Math.min((current + unit) & ~unit, 0xFFFFL << rcv.wndShift);
    }

    /** The window that the buffer alone would have announced now. */
    long offer(TcpConnection c) {
        return expressible(Math.min(room(c), 0xFFFFL << c.tcb.rcv.wndShift), c.tcb.rcv.wndShift);
    }

    /** Octets from RCV.NXT on that may be taken of a segment; {@link #NOTHING} if it is not to be cut, and goes beyond that. */
    int acceptable(TcpConnection c, Segment seg) {
        int wnd = acceptable(c);
        int beyond = Seq.diff(seg.seq + seg.len(), c.tcb.rcv.nxt + wnd);
        if (beyond <= 0 || seg.syn() || context.knobs.getInt(Knob.ACCEPT_UP_TO_BUFFER) != WHOLE_SEGMENTS) {
            return wnd;
        }
        if (beyond == 1 && seg.fin()) {
            return wnd + 1;
        }
        if (c.receiveQueue.readableBytes() > 0) {
            return NOTHING;
        }
        return beyond < seg.len() ? wnd + beyond : wnd;
    }

    /** Octets from RCV.NXT on that may be taken: RCV.WND, or more. */
    int acceptable(TcpConnection c) {
        return context.knobs.getInt(Knob.ACCEPT_UP_TO_BUFFER) == UP_TO_BUFFER
                ? (int) Math.max(c.tcb.rcv.wnd, Math.min(room(c), Integer.MAX_VALUE))
                : c.tcb.rcv.wnd;
    }

    /** RCV.BUFF of §3.8.6.2.2: the largest window that this connection can ever announce. */
    private static long largest(TcpConnection c) {
        return Math.min(c.options.largestWindow(), 0xFFFFL << c.tcb.rcv.wndShift);
    }

    /** A window that the scale can express: less than a unit below {@code room}, or above it. */
    private long expressible(long room, int shift) {
        long up = context.knobs.isOn(Knob.ROUND_WINDOW_UP) ? (1L << shift) - 1 : 0;
        return Math.min((room + up) >>> shift << shift, 0xFFFFL << shift);
    }

    /** The reader took data: whether the peer should be told at once. */
    boolean wantsUpdate(TcpConnection c) {
        Tcb.ReceiveSpace rcv = c.tcb.rcv;
        if (!c.tcb.state().receivesData()) {
            return false;
        }
        long current = Math.max(0, Seq.diff(rcv.advertisedEdge, rcv.nxt));
        long room = Math.min(room(c), 0xFFFFL << rcv.wndShift) >>> rcv.wndShift << rcv.wndShift;
        long gain = room - current;
        long part = largest(c) / Math.max(1, context.knobs.get(Knob.WINDOW_UPDATE_DIVISOR));
        if (current < 2L * rcv.mss) {
            return gain >= Math.min(part, Math.max(1, rcv.mss));
        }
        return gain >= Math.max(2L * rcv.mss, part);
    }
}
