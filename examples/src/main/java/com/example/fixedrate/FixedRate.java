package com.example.fixedrate;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;

/**
 * Keeps two round trips of data in flight, at one rate, whatever the network says: for a link that is reserved. The rate itself is the
 * stack's {@link io.sluice.tcp.Pacing}.
 */
final class FixedRate implements CongestionControl {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** What may be in flight before the round-trip time is known, as a time at the rate. */
    private static final long FIRST_NS = 100_000_000;

    private final long bytesPerSecond;

    FixedRate(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public String name() {
        return "fixed-rate";
    }

    @Override
    public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
        hold(window, connection);
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        hold(window, connection);
    }

    @Override
    public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {
        hold(window, connection);
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
        hold(window, connection);
    }

    /** The rate is the same while losses are repaired. */
    @Override
    public boolean ownsRecoveryWindow() {
        return true;
    }

    private void hold(CongestionWindow window, ConnectionView connection) {
        long roundTripNs = connection.srttNs() > 0 ? connection.srttNs() : FIRST_NS;
        window.cwnd(2 * bytesPerSecond / 1000 * (roundTripNs / (NS_PER_SECOND / 1000) + 1));
    }
}
