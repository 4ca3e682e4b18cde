package io.sluice.tcp;

import io.sluice.link.Path;
import io.sluice.time.TimerNode;
import org.jspecify.annotations.Nullable;

/**
 * A passive SYN-RECEIVED: an entry of the SYN cache (RFC 4987 §3.4). What the SYN said and what was answered, small
 * enough to keep many; a {@link TcpConnection} is built when the handshake is complete.
 */
class HalfOpen extends TimerNode implements Flow {
    /** Either side does without window scaling (RFC 7323 §2.2). */
    static final byte UNSCALED = -1;

    final Listener listener;
    final int irs;

    /** By RFC 6528, or a SYN cookie. */
    int iss;

    final int window;
    int tsRecent;

    /** When the SYN-ACK last left; 0 if that is not known any more. */
    long sentNs;

    short mss;
    short udpPort;

    /** What the SYN said of the peer's user timeout, as it said it (RFC 5482 §3.3), or 0. */
    short userTimeout;

    /** The scale of the peer's windows, or {@link #UNSCALED}. */
    byte sndShift;

    byte rcvShift;

    /** How often the SYN-ACK has left again. */
    byte retries;

    /** How often its answer was awaited in vain; one that TCP_DEFER_ACCEPT waits for is not asked for again. */
    byte timeouts;

    /** ICMP has said something about the SYN-ACK. */
    boolean icmpSeen;

    boolean sackPermitted;
    boolean timestamps;

    /** The handshake is over, and the listener waits for data (TCP_DEFER_ACCEPT). */
    boolean awaitsData;

    /** The SYN asked for ECN, and the SYN-ACK agrees (RFC 3168 §6.1.1). */
    boolean ecn;

    /** The SYN asked for AccECN: ACE of the SYN-ACK (RFC 9768 §3.1.1), and what {@link AccurateEcn} adds; or 0. */
    byte accurateAce;

    private final FlowKey key;

    HalfOpen(Listener listener, FlowKey key, int irs, int window) {
        this.listener = listener;
        this.key = key;
        this.irs = irs;
        this.window = window;
    }

    @Override
    public FlowKey key() {
        return key;
    }

    @Override
    public TcpState state() {
        return TcpState.SYN_RECEIVED;
    }

    @Override
    public int udpPort() {
        return udpPort & 0xFFFF;
    }

    @Override
    public void applyTo(Path path) {
        listener.options.applyTo(path);
    }

    @Override
    public int minimumHopLimit() {
        return listener.options.rare.minimumHopLimit();
    }

    /** What its segments are signed with, or null. */
    @Nullable Signature signature() {
        return null;
    }

    boolean windowScaling() {
        return sndShift != UNSCALED;
    }

    int mss() {
        return mss & 0xFFFF;
    }

    @Override
    protected void onExpired(long nowNs) {
        listener.context.listenInput.onSynAckTimeout(this, nowNs);
    }
}
