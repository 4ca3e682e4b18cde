package io.sluice.tcp;

import io.sluice.event.Readiness;

/** What can be done with a connection without waiting, as bits of {@link Readiness}. */
final class ReadinessMask {
    private ReadinessMask() {}

    static int of(TcpConnection c) {
        TcpState state = c.tcb.state();
        boolean over = state == TcpState.CLOSED;
        boolean opening = FastOpenState.isOpening(c);
        boolean failed = c.peekError() != null;
        boolean readable = isWorthReading(c) || c.isRecordNext() || isEnding(c);
        boolean writable = !opening && (over || c.sendClosed || isWorthWriting(c));
        return bit(readable || failed, Readiness.READABLE)
                | bit(writable || failed, Readiness.WRITABLE)
                | bit(state.isSynchronized(), Readiness.CONNECTED)
                | bit(c.isPeerClosed(), Readiness.PEER_CLOSED)
                | bit(over || (c.sendClosed && c.isPeerClosed()), Readiness.HANGUP)
                | bit(Urgent.isPending(c), Readiness.URGENT)
                | bit(failed, Readiness.ERROR)
                | bit(SendNotices.isWaiting(c) || IcmpInput.isWaiting(c), Readiness.ERROR_QUEUE);
    }

    /** Whether a write would take something, or fail. */
    private static boolean isWorthWriting(TcpConnection c) {
        return StreamLayer.takesWrites(c) ? c.context.sendRoom.isWorthTelling(c) : StreamLayer.refusesWrites(c);
    }

    /** SO_RCVLOWAT, as far as the window lets so much arrive at all. */
    private static boolean isWorthReading(TcpConnection c) {
        int unread = c.readableBytes();
        return unread > 0 && unread >= Math.min(c.options.rare.receiveLowWater(), c.options.largestWindow() / 2);
    }

    /** Nothing will come any more: what there is has to do. */
    private static boolean isEnding(TcpConnection c) {
        return c.isEndOfStream() || (c.readableBytes() > 0 && c.isPeerClosed());
    }

    private static int bit(boolean set, int bit) {
        return set ? bit : 0;
    }
}
