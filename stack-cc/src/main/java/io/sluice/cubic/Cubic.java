package io.sluice.cubic;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.SlowStart;
import org.jspecify.annotations.Nullable;

/**
 * CUBIC (RFC 9438). Its variables are in segments and seconds, as in the RFC; the window is kept in octets, and what is less
 * than an octet is carried over.
 *
 * <p>Reductions start from cwnd rather than FlightSize, which §4.6 allows where the window only grows while it is used: {@link
 * AckSample#appLimited}.
 */
public final class Cubic implements CongestionControl {
    /** What users call it. */
    public static final String NAME = "cubic";

    /** RFC 9438 §4.6: beta_cubic. */
    private static final int BETA_PERCENT = 70;

    /** RFC 8511 §3.1: beta_ecn for CUBIC, with {@link CongestionSettings#alternativeBackoff} only. */
    private static final int BETA_ECN_PERCENT = 85;

    /** RFC 9438 §4.3: alpha_cubic = 3 * (1 - beta_cubic) / (1 + beta_cubic). */
    static final double ALPHA = 9.0 / 17;

    /** RFC 9438 §4.7: (1 + beta_cubic) / 2. */
    private static final double FAST_CONVERGENCE = 0.85;

    /** RFC 9438 §4.2: the window grows by half in a round trip at most. */
    private static final double MAX_TARGET = 1.5;

    private static final double NS_PER_SECOND = 1e9;
    private static final long NO_EPOCH = -1;
    private static final double UNDEFINED = 0;

    private final CongestionSettings settings;
    private final SlowStart slowStart;

    /** cwnd_prior: cwnd when ssthresh was last set, or {@link #UNDEFINED}. */
    private double cwndPrior;

    /** W_max; {@link #UNDEFINED} before the first loss, and after a timeout until the next stage begins. */
    private double wMax;

    private double k;

    /** W_est: the window that Reno would have. */
    private double wEst;

    /** t_epoch, moved on by the time that was limited by the application; {@link #NO_EPOCH} until the stage begins. */
    private long epochNs = NO_EPOCH;

    /** When an acknowledgment last came in this stage. */
    private long lastAckNs;

    /** The part of an octet by which the window has grown beyond its whole ones. */
    private float fraction;

    private @Nullable Slope slope;
    private @Nullable Before before;

    /** The slope of the curve, where it is not looked at for each acknowledgment. */
    private static final class Slope {
        private double perSegment;
        private long sinceNs;
        private long forCwnd;
    }

    /** RFC 9438 §4.9.2: the variables before the last reduction. */
    private record Before(
            boolean timeout,
            long cwnd,
            long ssthresh,
            double cwndPrior,
            double wMax,
            double k,
            double wEst,
            long epochNs) {}

    /** As the RFCs have it, with HyStart++ (RFC 9406). */
    public Cubic() {
        this(CongestionSettings.STANDARD);
    }

    public Cubic(CongestionSettings settings) {
        this.settings = settings;
        this.slowStart = settings.slowStart() == CongestionSettings.InitialSlowStart.HYSTART
                ? new HyStart(settings.ackLimit())
                : settings.newSlowStart();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onSent(CongestionWindow w, ConnectionView connection, long bytes, long nowNs) {
        if (connection.flightBytes() <= bytes) {
            pause(nowNs); // it was idle
        }
    }

    @Override
    public void onAck(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (w.inSlowStart()) {
            slowStart.observe(w, connection, ack);
        }
        if (ack.appLimited) { // RFC 9438 §5.8
            pause(ack.nowNs);
            return;
        }
        if (ack.inRecovery || ack.ecnEcho || ack.cumulativelyAckedBytes == 0) {
            return; // RFC 3168 §6.1.2: an echo opens no window
        }
        long acked = ack.newlyAckedBytes;
        if (w.inSlowStart()) { // RFC 9438 §4.10
            acked = slowStart.grow(w, ack);
        }
        if (acked > 0 && !w.inSlowStart()) {
            avoidCongestion(w, connection, acked, ack.nowNs);
        }
    }

    /** RFC 9438 §4.2: t does not include what was limited by the application, or idle. */
    private void pause(long nowNs) {
        if (epochNs != NO_EPOCH) {
            epochNs += nowNs - lastAckNs;
            lastAckNs = nowNs;
        }
    }

    private void avoidCongestion(CongestionWindow w, ConnectionView connection, long acked, long nowNs) {
        double mss = w.smss();
        double cwnd = (w.cwnd() + fraction) / mss;
        double segmentsAcked = acked / mss;
        if (epochNs == NO_EPOCH) {
            beginStage(cwnd, nowNs);
        }
        lastAckNs = nowNs;
        // Figure 4 of RFC 9438 §4.3
        wEst += (wEst >= cwndPrior ? 1 : ALPHA) * segmentsAcked / cwnd;
        double grown = followsSlope(w, nowNs)
                ? cwnd + segmentsAcked * slope().perSegment
                : curve(w, connection, cwnd, segmentsAcked, nowNs);
        double octets = grown * mss;
        w.cwnd((long) octets);
        fraction = (float) (octets - w.cwnd());
    }

    /** Begins a congestion avoidance stage with {@code cwnd} segments. */
    private void beginStage(double cwnd, long nowNs) {
        epochNs = nowNs;
        wEst = cwnd;
        if (wMax == UNDEFINED || wMax <= cwnd) { // RFC 9438 §4.8 and §4.10: after a timeout, or without a loss
            k = 0;
            wMax = cwnd;
        } else {
            k = CubicFunction.k(wMax, cwnd);
        }
        if (cwndPrior == UNDEFINED) {
            cwndPrior = cwnd;
        }
    }

    /** RFC 9438 §4.2: the larger of the window of Reno and the one on the cubic curve. */
    private double curve(CongestionWindow w, ConnectionView connection, double cwnd, double segmentsAcked, long nowNs) {
        double t = (nowNs - epochNs) / NS_PER_SECOND;
        double target = cwnd;
        double grown = cwnd;
        if (CubicFunction.window(t, k, wMax) < wEst) {
            // RFC 9438 §4.3, the Reno-friendly region. Not less than before: the curve had been looked at a round trip
            // ahead.
            // Nor faster than slow start, where it was not looked at for a while.
            grown = Math.max(cwnd, Math.min(wEst, cwnd + segmentsAcked));
        } else { // RFC 9438 §4.4 and §4.5, the concave and the convex region
            double ahead = CubicFunction.window(t + connection.srttNs() / NS_PER_SECOND, k, wMax);
            target = Math.max(cwnd, Math.min(ahead, MAX_TARGET * cwnd));
            grown = cwnd + (target - cwnd) * Math.min(1, segmentsAcked / cwnd);
        }
        if (settings.curveIntervalNs() > 0) {
            Slope s = slope();
            s.perSegment = (target - cwnd) / cwnd;
            s.sinceNs = nowNs;
            s.forCwnd = w.cwnd() / w.smss();
        }
        return grown;
    }

    private boolean followsSlope(CongestionWindow w, long nowNs) {
        Slope s = slope;
        return s != null && s.forCwnd == w.cwnd() / w.smss() && nowNs - s.sinceNs <= settings.curveIntervalNs();
    }

    private Slope slope() {
        Slope s = slope;
        if (s == null) {
            s = new Slope();
            slope = s;
        }
        return s;
    }

    @Override
    public void onCongestion(CongestionWindow w, ConnectionView connection, long nowNs) {
        reduce(w, BETA_PERCENT, 2);
    }

    /** RFC 9438 §4.6: down to one segment. */
    @Override
    public void onEcnEcho(CongestionWindow w, ConnectionView connection, AckSample ack) {
        reduce(w, settings.alternativeBackoff() ? BETA_ECN_PERCENT : BETA_PERCENT, 1);
    }

    /** RFC 9438 §4.6 and §4.7. */
    private void reduce(CongestionWindow w, int betaPercent, int leastSegments) {
        remember(w, false);
        double cwnd = (double) w.cwnd() / w.smss();
        wMax = cwnd < wMax ? cwnd * FAST_CONVERGENCE : cwnd;
        cwndPrior = cwnd;
        long reduced = w.cwnd() * betaPercent / 100;
        w.ssthresh(Math.max(reduced, 2L * w.smss()));
        w.cwnd(Math.max(reduced, (long) leastSegments * w.smss()));
        endStage();
    }

    /** RFC 9438 §4.8. */
    @Override
    public void onRetransmissionTimeout(CongestionWindow w, ConnectionView connection, boolean first, long nowNs) {
        if (first) {
            remember(w, true);
            cwndPrior = (double) w.cwnd() / w.smss();
            w.ssthresh(Math.max(w.cwnd() * BETA_PERCENT / 100, 2L * w.smss()));
        }
        w.cwnd(w.smss()); // RFC 5681 §3.1: the loss window
        wMax = UNDEFINED;
        slowStart.onTimeout();
        endStage();
    }

    private void endStage() {
        epochNs = NO_EPOCH;
        fraction = 0;
        slope = null;
    }

    private void remember(CongestionWindow w, boolean timeout) {
        before = new Before(timeout, w.cwnd(), w.ssthresh(), cwndPrior, wMax, k, wEst, epochNs);
    }

    /**
     * RFC 9438 §4.9: back to the window before, and to the curve. After a timeout that was wrong, RFC 4015 §3.1, (9) says
     * where the window begins again, since there may be little in flight by now.
     */
    @Override
    public void onUndo(CongestionWindow w, long priorCwnd, long priorSsthresh, long nowNs) {
        Before b = before;
        before = null;
        if (b == null || w.cwnd() >= b.cwnd) {
            return; // RFC 9438 §4.9.2: it came too late
        }
        w.cwnd(b.timeout ? Math.max(w.cwnd(), priorCwnd) : b.cwnd);
        w.ssthresh(b.timeout ? Math.max(b.ssthresh, priorSsthresh) : b.ssthresh);
        cwndPrior = b.cwndPrior;
        wMax = b.wMax;
        k = b.k;
        wEst = b.wEst;
        epochNs = b.epochNs;
        lastAckNs = nowNs;
    }

    /** The variables are in segments, which are of another size now. */
    @Override
    public void onMss(CongestionWindow w, int oldSmss, long nowNs) {
        double scale = (double) oldSmss / w.smss();
        cwndPrior *= scale;
        wMax *= scale;
        wEst *= scale;
        k *= StrictMath.cbrt(scale);
        before = null;
        slope = null;
    }
}
