package io.sluice.sim.validation;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cubic.Cubic;

/**
 * CUBIC as ns-3 validates it: without the Reno-friendly region (RFC 9438 §4.3), which its scenario switches off; and with the end of slow
 * start that ns-3's has, HyStart as Ha and Rhee published it, but where Linux asks for half a round trip and an eighth, a train of
 * acknowledgments has to last a whole round trip, or the round-trip time to double.
 */
final class Ns3Cubic extends Delegate {
    private static final int LOW_WINDOW_SEGMENTS = 16;
    private static final long TRAIN_GAP_NS = 2 * Networks.MS;
    private static final int MIN_SAMPLES = 8;
    private static final long MIN_DELAY_NS = 4 * Networks.MS;

    private long roundEnd;
    private long roundStartNs;
    private long trainEndNs;
    private long currentRttNs;
    private int samples;

    Ns3Cubic() {
        super(new Cubic(new CongestionSettings(InitialSlowStart.STANDARD, 0, false, 0, false)));
    }

    @Override
    public void onAck(CongestionWindow window, ConnectionView connection, AckSample ack) {
        if (window.inSlowStart() && ack.rttNs != AckSample.NO_RTT) {
            observe(window, connection, ack);
        }
        super.onAck(window, connection, ack);
    }

    private void observe(CongestionWindow window, ConnectionView connection, AckSample ack) {
        if (ack.deliveredBytes > roundEnd) {
            roundEnd = ack.deliveredBytes + connection.pipeBytes();
            roundStartNs = ack.nowNs;
            trainEndNs = ack.nowNs;
            currentRttNs = Long.MAX_VALUE;
            samples = 0;
        }
        if (window.cwnd() < (long) LOW_WINDOW_SEGMENTS * window.smss()) {
            return;
        }
        boolean train = ack.nowNs - trainEndNs <= TRAIN_GAP_NS;
        trainEndNs = train ? ack.nowNs : trainEndNs;
        boolean sampled = samples == MIN_SAMPLES;
        currentRttNs = sampled ? currentRttNs : Math.min(currentRttNs, ack.rttNs);
        samples = sampled ? samples : samples + 1;
        long minRttNs = connection.minRttNs();
        boolean delayed = sampled && currentRttNs > minRttNs + Math.max(minRttNs, MIN_DELAY_NS);
        if (delayed || (train && ack.nowNs - roundStartNs > minRttNs)) {
            window.ssthresh(window.cwnd());
        }
    }
}
