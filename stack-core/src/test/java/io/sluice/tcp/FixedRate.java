package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;

/** The second congestion control, so that the seam is not NewReno's shape: a rate, whatever happens. */
final class FixedRate implements CongestionControl {
    private static final long WINDOW = 1 << 20;

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
        window.cwnd(WINDOW);
        window.pacingRate(bytesPerSecond);
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        window.cwnd(WINDOW);
    }

    @Override
    public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {
        window.cwnd(WINDOW);
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
        window.cwnd(WINDOW);
    }

    @Override
    public boolean ownsRecoveryWindow() {
        return true;
    }
}
