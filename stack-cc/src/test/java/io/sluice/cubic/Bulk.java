package io.sluice.cubic;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.RecoveryPhase;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A sender that always has data, on a path that the test decides about: drives one congestion control in virtual time. */
public final class Bulk implements ConnectionView {
    public static final int MSS = 1000;
    public static final long MS = 1_000_000;

    public final CongestionWindow window;
    public final CongestionControl control;
    public final AckSample ack = new AckSample();
    public long nowNs = 1_000_000 * MS;
    public long rttNs = 100 * MS;
    private long minRttNs = Long.MAX_VALUE;
    private long flight;
    private long delivered;

    public Bulk(CongestionControl control, int segments) {
        this.control = control;
        window = new CongestionWindow(MSS, (long) segments * MSS);
        control.onStart(window, this, nowNs);
        fill();
    }

    /** The window in segments. */
    public double cwnd() {
        return (double) window.cwnd() / MSS;
    }

    public double ssthresh() {
        return (double) window.ssthresh() / MSS;
    }

    /** Sends what the window lets go. */
    public void fill() {
        long room = window.cwnd() - flight;
        if (room >= MSS) {
            long bytes = room / MSS * MSS;
            flight += bytes;
            control.onSent(window, this, bytes, nowNs);
        }
    }

    /** {@code segments} are acknowledged now, and others take their place. */
    public void ack(int segments) {
        prepare(segments);
        control.onAck(window, this, ack);
        fill();
    }

    /** As {@link #ack}, but the data was not limited by the window when it was sent, and nothing follows. */
    public void ackOfLittle(int segments) {
        prepare(segments);
        ack.appLimited = true;
        control.onAck(window, this, ack);
    }

    public void prepare(int segments) {
        long octets = Math.min(flight, (long) segments * MSS);
        ack.reset(nowNs);
        ack.priorFlightBytes = flight;
        flight -= octets;
        delivered += octets;
        ack.newlyAckedBytes = octets;
        ack.cumulativelyAckedBytes = octets;
        ack.opensWindow = octets > 0;
        ack.deliveredBytes = delivered;
        ack.pipeBytes = flight;
        ack.rttNs = rttNs;
        minRttNs = Math.min(minRttNs, rttNs);
    }

    /** Everything in flight is acknowledged, nothing is sent, and the time passes. */
    public void idle(long forNs) {
        prepare((int) (flight / MSS));
        control.onAck(window, this, ack);
        nowNs += forNs;
    }

    /** One round trip in which every segment is acknowledged by itself, evenly spaced. */
    public void round() {
        long segments = flight / MSS;
        for (long i = 0; i < segments; i++) {
            nowNs += rttNs / segments;
            ack(1);
        }
    }

    /** Some round trips. */
    public void rounds(int count) {
        for (int i = 0; i < count; i++) {
            round();
        }
    }

    /** A loss is found, and repaired at once. */
    public void lose() {
        control.onCongestion(window, this, nowNs);
        flight = Math.min(flight, window.cwnd());
        control.onRecovered(window, this, nowNs);
        fill();
    }

    /** A mark is echoed. */
    public void mark() {
        prepare(1);
        ack.ecnEcho = true;
        control.onEcnEcho(window, this, ack);
        control.onAck(window, this, ack);
    }

    /** The retransmission timer expires, and what was in flight is gone. */
    public void timeout(boolean first) {
        control.onRetransmissionTimeout(window, this, first, nowNs);
        flight = 0;
        fill();
    }

    @Override
    public long flightBytes() {
        return flight;
    }

    @Override
    public long lossFlightBytes() {
        return flight;
    }

    @Override
    public long pipeBytes() {
        return flight;
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
        return minRttNs;
    }

    @Override
    public boolean sackPermitted() {
        return true;
    }
}
