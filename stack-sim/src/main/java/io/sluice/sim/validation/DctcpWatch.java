package io.sluice.sim.validation;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.dctcp.Dctcp;
import io.sluice.sim.chart.Series;

/** DCTCP, with a line of its estimate of the marked share (DCTCP.Alpha) at each change, over seconds since it began. */
final class DctcpWatch implements CongestionControl {
    final Series alpha = new Series("alpha", Series.Style.STEP);
    private final Dctcp dctcp = new Dctcp(CongestionSettings.STANDARD);
    private long beganNs;
    private double last = Double.NaN;

    @Override
    public String name() {
        return dctcp.name();
    }

    @Override
    public boolean needsEcn() {
        return dctcp.needsEcn();
    }

    @Override
    public boolean echoesEachMark() {
        return dctcp.echoesEachMark();
    }

    @Override
    public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
        beganNs = nowNs;
        dctcp.onStart(window, connection, nowNs);
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        dctcp.onAck(window, connection, ack);
        if (dctcp.alpha() != last) {
            last = dctcp.alpha();
            alpha.add((ack.nowNs - beganNs) / 1e9, last);
        }
    }

    @Override
    public void onCongestion(CongestionWindow window, ConnectionView connection, long nowNs) {
        dctcp.onCongestion(window, connection, nowNs);
    }

    @Override
    public void onEcnEcho(CongestionWindow window, ConnectionView connection, AckSample ack) {
        dctcp.onEcnEcho(window, connection, ack);
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow window, ConnectionView connection, boolean first, long nowNs) {
        dctcp.onRetransmissionTimeout(window, connection, first, nowNs);
    }
}
