package io.sluice.tcp;

import io.sluice.time.TimerNode;

/**
 * A connection in TIME-WAIT (RFC 9293 §3.3.2): a few numbers that answer what still arrives and keep the 4-tuple from
 * being used again for two maximum segment lifetimes.
 */
final class TimeWait extends TimerNode implements Flow {
    final int sndNxt;
    final int rcvNxt;
    final int rcvWnd;
    final boolean timestamps;
    final int timestampOffset;
    int tsRecent;

    private final FlowKey key;
    private final TimeWaits owner;

    TimeWait(TimeWaits owner, TcpConnection c) {
        this.owner = owner;
        key = c.key();
        sndNxt = c.tcb.snd.nxt;
        rcvNxt = c.tcb.rcv.nxt;
        rcvWnd = c.tcb.rcv.wnd >>> c.tcb.rcv.wndShift;
        timestamps = c.tcb.timestamps;
        timestampOffset = c.tcb.timestampOffset;
        tsRecent = c.tcb.rcv.tsRecent;
    }

    @Override
    public FlowKey key() {
        return key;
    }

    @Override
    public TcpState state() {
        return TcpState.TIME_WAIT;
    }

    @Override
    protected void onExpired(long nowNs) {
        owner.onExpired(this);
    }
}
