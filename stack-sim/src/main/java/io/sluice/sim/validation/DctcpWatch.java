package io.sluice.sim.validation;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.dctcp.Dctcp;
import io.sluice.sim.chart.Series;

/** DCTCP, with a line of its estimate of the marked share (DCTCP.Alpha) at each change. */
final class DctcpWatch extends Delegate {
    final Series alpha = new Series("alpha", Series.Style.STEP);
    private final Dctcp dctcp;
    private final double beganSeconds;
    private long beganNs;
    private double last = Double.NaN;

    /** @param beganSeconds the x of the moment at which its connection is open */
    DctcpWatch(double beganSeconds) {
        this(new Dctcp(CongestionSettings.PLAIN), beganSeconds);
    }

    private DctcpWatch(Dctcp dctcp, double beganSeconds) {
        super(dctcp);
        this.beganSeconds = beganSeconds;
        this.dctcp = dctcp;
    }

    @Override
    public void onStart(CongestionWindow window, ConnectionView connection, long nowNs) {
        beganNs = nowNs;
        super.onStart(window, connection, nowNs);
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        super.onAck(window, connection, ack);
        if (dctcp.alpha() != last) {
            last = dctcp.alpha();
            alpha.add(beganSeconds + (ack.nowNs - beganNs) / 1e9, last);
        }
    }
}
