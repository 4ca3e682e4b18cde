package io.sluice.tcp;

import io.sluice.event.SendLimit;

/** Keeps account of the time in which a connection has something to deliver, and of what holds it up: {@link SendLimit}. */
final class BusyTime {
    private BusyTime() {}

    /** There is something to send, or to be acknowledged, or not any more. */
    static void update(TcpConnection c, long nowNs) {
        Totals t = c.totals;
        SendLimit limit = limit(c);
        if (limit == t.limit) {
            return;
        }
        long passedNs = nowNs - t.limitSinceNs;
        if (t.limit != SendLimit.IDLE) {
            t.busyNs += passedNs;
        }
        if (t.limit == SendLimit.PEER_WINDOW) {
            RareTotals.of(c).windowLimitedNs += passedNs;
        } else if (t.limit == SendLimit.SEND_BUFFER) {
            RareTotals.of(c).bufferLimitedNs += passedNs;
        }
        t.limit = limit;
        t.limitSinceNs = nowNs;
    }

    private static SendLimit limit(TcpConnection c) {
        if (c.sendQueue.size() == 0 && c.ledger.isEmpty() && !c.finPending()) {
            return SendLimit.IDLE;
        }
        Tcb.SendSpace snd = c.tcb.snd;
        int mss = c.effectiveMss();
        long unsent = c.unsentBytes();
        if (c.window.cwnd() - c.pipeBytes() < Math.min(mss, Math.max(1, unsent))) {
            return SendLimit.NETWORK;
        }
        if (unsent > 0) {
            long usable = snd.unaOffset + snd.wnd - snd.nxtOffset;
            return usable < Math.min(mss, unsent) ? SendLimit.PEER_WINDOW : SendLimit.NETWORK;
        }
        return c.writerWaits && c.tcb.state().sendsData() ? SendLimit.SEND_BUFFER : SendLimit.NETWORK;
    }
}
