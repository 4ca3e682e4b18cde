package io.sluice.tcp;

/** How much may be written: SO_SNDBUF and TCP_NOTSENT_LOWAT, and when a writer that waits is told that there is room. */
final class SendRoom {
    /** A writer that waits is told once this part of its buffer is free. */
    private static final int FREE_DIVISOR = 3;

    /** What a unit costs beside its octets, where units are what is counted. */
    private static final int UNIT_OVERHEAD = 960;

    private final TcpContext context;

    SendRoom(TcpContext context) {
        this.context = context;
    }

    /** Octets that a write may add now. */
    int acceptable(TcpConnection c) {
        long unsent = Math.max(0, c.unsentBytes()) + StreamLayer.queuedBytes(c);
        boolean units = context.sizing.usesUnits() && StreamLayer.sourceOf(c) == null;
        long room = units ? unitsOf(c) : Math.min(free(c), lowWater(c) - unsent);
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, room));
    }

    /** What of the buffer is free. */
    private long free(TcpConnection c) {
        return c.options.sendBuffer - cost(c, c.sendQueue.size() + StreamLayer.queuedBytes(c));
    }

    /** What {@code octets} count for. */
    private long cost(TcpConnection c, long octets) {
        if (!context.sizing.usesUnits()) {
            return octets;
        }
        long unit = context.sizing.unit(c);
        return octets + (octets + unit - 1) / unit * UNIT_OVERHEAD;
    }

    private long lowWater(TcpConnection c) {
        return c.options.notSentLowWater != 0
                ? Integer.toUnsignedLong(c.options.notSentLowWater)
                : context.knobs.get(Knob.NOT_SENT_LOW_WATER);
    }

    /** Whether the socket counts as writable. */
    boolean isWorthTelling(TcpConnection c) {
        return context.sizing.usesUnits() ? isWorthSignalling(c) : acceptable(c) > 0;
    }

    /** Whether a writer that waits is to be told. */
    boolean isWorthSignalling(TcpConnection c) {
        long used = c.options.sendBuffer - free(c);
        return used <= c.options.sendBuffer - c.options.sendBuffer / FREE_DIVISOR
                && Math.max(0, c.unsentBytes()) + StreamLayer.queuedBytes(c) < (lowWater(c) + 1) / 2;
    }

    /**
     * What a write adds where whole units are filled: one is begun while the buffer and the low-water mark allow it, and
     * then filled; and what the windows let go leaves meanwhile.
     */
    private long unitsOf(TcpConnection c) {
        Tcb.SendSpace snd = c.tcb.snd;
        int unit = context.sizing.unit(c);
        int mss = c.effectiveMss();
        long written = c.sendQueue.endOffset();
        long next = Math.max(0, snd.nxtOffset);
        long window = snd.unaOffset + snd.wnd - next;
        long sendable = c.tcb.state().isSynchronized() ? Math.min(window, c.window.cwnd() - c.pipeBytes()) : 0;
        long sent = next + Math.max(0, sendable) / mss * mss;
        long edge = written > next ? Math.max(next + snd.unitLeft, written) : written;
        if (sent > written) {
            long begun = unitsBegun(c, edge, unit, Long.MAX_VALUE, sent);
            if (edge + begun * unit < sent) {
                return edge + begun * unit - written;
            }
            edge = sent + unit;
        }
        return edge + unitsBegun(c, edge, unit, lowWater(c), sent) * unit - written;
    }

    /** How many units may be begun at {@code edge} and behind it. */
    private long unitsBegun(TcpConnection c, long edge, int unit, long lowWater, long sent) {
        long memory = c.options.sendBuffer - cost(c, edge - c.sendQueue.startOffset());
        long byMemory = divideUp(memory, unit + (long) UNIT_OVERHEAD);
        return Math.min(byMemory, divideUp(lowWater - Math.max(0, edge - sent), unit));
    }

    private static long divideUp(long dividend, long divisor) {
        return dividend <= 0 ? 0 : (dividend - 1) / divisor + 1;
    }
}
