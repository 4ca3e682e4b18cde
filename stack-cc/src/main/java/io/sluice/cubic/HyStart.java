package io.sluice.cubic;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.SlowStart;
import io.sluice.cc.StandardSlowStart;

/**
 * The hybrid slow start that came before HyStart++ (Ha and Rhee, "Taming the elephants", 2011; RFC 9438 §4.10 names it an
 * alternative): ends slow start where the round-trip time of a round has risen, or a train of closely spaced acknowledgments is
 * as long as half the shortest round trip.
 */
final class HyStart implements SlowStart {
    /** Below this window there are not enough acknowledgments to tell. */
    private static final int LOW_WINDOW_SEGMENTS = 16;

    /** Acknowledgments that come within this time of the one before are of one train. */
    private static final long TRAIN_GAP_NS = 2_000_000;

    private static final int MIN_SAMPLES = 8;
    private static final int DELAY_DIVISOR = 8;
    private static final long MIN_DELAY_NS = 4_000_000;
    private static final long MAX_DELAY_NS = 16_000_000;

    /** What aggregation on the way may add to a train: some super-segments at the pacing rate, up to a millisecond. */
    private static final long AGGREGATE_BYTES = 4 * 65_536;

    private static final long MAX_AGGREGATION_NS = 1_000_000;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private long roundEnd;
    private long roundStartNs;
    private long trainEndNs;
    private long currentRttNs;
    private byte samples;

    @Override
    public void observe(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (ack.rttNs == AckSample.NO_RTT) {
            return;
        }
        if (ack.deliveredBytes > roundEnd) {
            roundEnd = ack.deliveredBytes + connection.pipeBytes();
            roundStartNs = ack.nowNs;
            trainEndNs = ack.nowNs;
            currentRttNs = Long.MAX_VALUE;
            samples = 0;
        }
        if (w.cwnd() < (long) LOW_WINDOW_SEGMENTS * w.smss()) {
            return;
        }
        boolean delayed = isDelayed(ack.rttNs, connection.minRttNs());
        if (isTrainLong(w, connection, ack.nowNs) || delayed) {
            w.ssthresh(w.cwnd());
        }
    }

    private boolean isTrainLong(CongestionWindow w, ConnectionView connection, long nowNs) {
        if (nowNs - trainEndNs > TRAIN_GAP_NS) {
            return false;
        }
        trainEndNs = nowNs;
        boolean paced = w.pacingRate() != CongestionWindow.UNPACED;
        long rate = paced ? w.pacingRate() : estimatedRate(w, connection.srttNs());
        long threshold = connection.minRttNs()
                + Math.min(MAX_AGGREGATION_NS, AGGREGATE_BYTES * NS_PER_SECOND / Math.max(1, rate));
        // A train that pacing has drawn out may take a whole round trip.
        return nowNs - roundStartNs > (paced ? threshold : threshold / 2);
    }

    /** Octets per second: twice the window in a round trip, as in slow start. */
    private static long estimatedRate(CongestionWindow w, long srttNs) {
        return srttNs == 0 ? 0 : (long) (2.0 * w.cwnd() * NS_PER_SECOND / srttNs);
    }

    private boolean isDelayed(long rttNs, long minRttNs) {
        currentRttNs = Math.min(currentRttNs, rttNs);
        if (samples < MIN_SAMPLES) {
            samples++;
            return false;
        }
        long threshold = Math.max(MIN_DELAY_NS, Math.min(minRttNs / DELAY_DIVISOR, MAX_DELAY_NS));
        return currentRttNs > minRttNs + threshold;
    }

    @Override
    public long grow(CongestionWindow w, AckSample ack, CongestionSettings settings) {
        return StandardSlowStart.INSTANCE.grow(w, ack, settings);
    }
}
