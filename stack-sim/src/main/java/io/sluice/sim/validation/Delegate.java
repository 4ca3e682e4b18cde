package io.sluice.sim.validation;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.LostRange;

/** A congestion control that is another one, for those that watch it or change something about it. */
class Delegate implements CongestionControl {
    private final CongestionControl inner;

    Delegate(CongestionControl inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean setsPacingRate() {
        return inner.setsPacingRate();
    }

    @Override
    public boolean needsEcn() {
        return inner.needsEcn();
    }

    @Override
    public boolean echoesEachMark() {
        return inner.echoesEachMark();
    }

    @Override
    public boolean ownsRecoveryWindow() {
        return inner.ownsRecoveryWindow();
    }

    @Override
    public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
        inner.onStart(window, connection, nowNs);
    }

    @Override
    public void onSent(CongestionWindow window, ConnectionView connection, long bytes, long nowNs) {
        inner.onSent(window, connection, bytes, nowNs);
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        inner.onAck(window, connection, ack);
    }

    @Override
    public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {
        inner.onCongestion(window, connection, nowNs);
    }

    @Override
    public void onRangeLost(CongestionWindow window, ConnectionView connection, LostRange lost, long nowNs) {
        inner.onRangeLost(window, connection, lost, nowNs);
    }

    @Override
    public void onEcnEcho(CongestionWindow window, ConnectionView connection, AckSample ack) {
        inner.onEcnEcho(window, connection, ack);
    }

    @Override
    public void onRecovered(CongestionWindow window, ConnectionView connection, long nowNs) {
        inner.onRecovered(window, connection, nowNs);
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
        inner.onRetransmissionTimeout(window, connection, first, nowNs);
    }

    @Override
    public void onUndo(CongestionWindow window, long priorCwnd, long priorSsthresh, long nowNs) {
        inner.onUndo(window, priorCwnd, priorSsthresh, nowNs);
    }

    @Override
    public void onIdleRestart(CongestionWindow window, ConnectionView connection, long initialWindow, long nowNs) {
        inner.onIdleRestart(window, connection, initialWindow, nowNs);
    }

    @Override
    public void onMss(CongestionWindow window, int oldSmss, long nowNs) {
        inner.onMss(window, oldSmss, nowNs);
    }
}
