package io.sluice.sim.validation;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.RecoveryPhase;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Average windows at loss rates that would take too long to simulate packet by packet: the algorithm itself, told of
 * acknowledgments and of a loss after every 1/p segments by arithmetic, on a path with nothing else.
 */
final class ComputedWindows implements ConnectionView {
    private static final int MSS = 1448;
    private static final int STEPS_PER_ROUND = 16;
    private static final int PERIODS = 16;

    private final CongestionWindow window;
    private final CongestionControl control;
    private final long rttNs;
    private final AckSample ack = new AckSample();
    private long nowNs = 1_000_000_000L;
    private long delivered;

    private ComputedWindows(CongestionControl control, double segments, long rttNs) {
        this.control = control;
        this.rttNs = rttNs;
        window = new CongestionWindow(MSS, (long) (segments * MSS));
        control.onStart(window, this, nowNs);
    }

    /** The average over time, in segments, of the second half of some periods between losses. */
    static double mean(CongestionControl control, double p, double firstSegments, long rttNs) {
        ComputedWindows path = new ComputedWindows(control, firstSegments, rttNs);
        double area = 0;
        double time = 0;
        for (int period = 0; period < PERIODS; period++) {
            path.lose();
            for (double sent = 0; sent < 1 / p; ) {
                double segments = Math.max(1, path.segments() / STEPS_PER_ROUND);
                double seconds = rttNs / 1e9 * segments / path.segments();
                if (period >= PERIODS / 2) {
                    area += path.segments() * seconds;
                    time += seconds;
                }
                path.acknowledge(segments);
                sent += segments;
            }
        }
        return area / time;
    }

    private double segments() {
        return (double) window.cwnd() / MSS;
    }

    private void lose() {
        control.onCongestion(window, this, nowNs);
        control.onRecovered(window, this, nowNs);
    }

    private void acknowledge(double segments) {
        nowNs += Math.round(rttNs * segments / segments());
        long octets = Math.round(segments * MSS);
        delivered += octets;
        ack.reset(nowNs);
        ack.priorFlightBytes = window.cwnd();
        ack.pipeBytes = window.cwnd() - octets;
        ack.newlyAckedBytes = octets;
        ack.cumulativelyAckedBytes = octets;
        ack.opensWindow = true;
        ack.deliveredBytes = delivered;
        ack.rttNs = rttNs;
        control.onAck(window, this, ack);
    }

    @Override
    public long flightBytes() {
        return window.cwnd();
    }

    @Override
    public long lossFlightBytes() {
        return window.cwnd();
    }

    @Override
    public long pipeBytes() {
        return window.cwnd();
    }

    @Override
    public long deliveredBytes() {
        return delivered;
    }

    @Override
    public long lostBytesTotal() {
        return 0;
    }

    @Override
    public long appLimitedUntil() {
        return 0;
    }

    @Override
    public void markAppLimited() {}

    @Override
    public boolean isCwndLimited() {
        return true;
    }

    @Override
    public long unsentBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public RecoveryPhase recoveryPhase() {
        return RecoveryPhase.OPEN;
    }

    @Override
    public RandomGenerator random() {
        return new SplittableRandom(1);
    }

    @Override
    public long srttNs() {
        return rttNs;
    }

    @Override
    public long minRttNs() {
        return rttNs;
    }

    @Override
    public boolean sackPermitted() {
        return true;
    }
}
