package io.sluice.tcp;

import io.sluice.link.Path;
import io.sluice.time.TimerNode;
import org.jspecify.annotations.Nullable;

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

    /** What its segments are signed with, or null. */
    final @Nullable Signature signature;

    /** When a segment without text was last answered, by {@link TcpContext#timestampClock}, if ever. */
    int acknowledgedMs;

    boolean hasAcknowledged;

    private final short udpPort;
    private final byte hopLimit;
    private final byte trafficClass;
    private final byte minimumHopLimit;

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
        signature = Authenticator.of(c);
        udpPort = (short) c.udpPort();
        hopLimit = (byte) c.path.hopLimit();
        trafficClass = (byte) c.path.trafficClass();
        minimumHopLimit = (byte) c.minimumHopLimit();
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
    public int udpPort() {
        return udpPort & 0xFFFF;
    }

    /** As the connection had them. */
    @Override
    public void applyTo(Path path) {
        path.hopLimit(hopLimit & 0xFF);
        path.trafficClass(trafficClass & 0xFF);
    }

    @Override
    public int minimumHopLimit() {
        return minimumHopLimit & 0xFF;
    }

    @Override
    protected void onExpired(long nowNs) {
        owner.onExpired(this);
    }
}
