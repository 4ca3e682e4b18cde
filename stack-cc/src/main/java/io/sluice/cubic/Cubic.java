package io.sluice.cubic;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionSettings.InitialSlowStart;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.SlowStart;
import io.sluice.cc.StandardSlowStart;
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
    private SlowStart slowStart = StandardSlowStart.INSTANCE;
    private @Nullable Stage stage;
    private @Nullable Before before;

    /** A stage of congestion avoidance, and what the reduction before it left. */
    private static final class Stage {
        /** cwnd_prior: cwnd when ssthresh was last set, or {@link #UNDEFINED}. */
        private double cwndPrior;

        /** W_max, or {@link #UNDEFINED}: before the first loss, and after a timeout. */
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

        /** The slope that the curve had, in segments for each that is acknowledged, when it was last looked at. */
        private double slope;

        private long slopeSinceNs;
        private long slopeForSegments;

        private Stage(double cwndPrior, double wMax) {
            this.cwndPrior = cwndPrior;
            this.wMax = wMax;
        }

        /** Begins with {@code cwnd} segments. */
        private void begin(double cwnd, long nowNs) {
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

        /** RFC 9438 §4.2: t does not include what was limited by the application, or idle. */
        private void pause(long nowNs) {
            if (epochNs != NO_EPOCH) {
                epochNs += nowNs - lastAckNs;
                lastAckNs = nowNs;
            }
        }
    }

    /** RFC 9438 §4.9.2: what there was before the last reduction. */
    private record Before(boolean timeout, long cwnd, long ssthresh, @Nullable Stage stage) {}

    /** As the RFCs have it, with HyStart++ (RFC 9406). */
    public Cubic() {
        this(CongestionSettings.STANDARD);
    }

    public Cubic(CongestionSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onSent(CongestionWindow w, ConnectionView connection, long bytes, long nowNs) {
        Stage s = stage;
        if (s != null && connection.flightBytes() <= bytes) {
            s.pause(nowNs); // it was idle
        }
    }

    @Override
    public void onAck(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (ack.appLimited) { // RFC 9438 §5.8
            Stage s = stage;
            if (s != null) {
                s.pause(ack.nowNs);
            }
            return;
        }
        if (w.inSlowStart()) {
            slowStart = slowStart(w);
            slowStart.observe(w, connection, ack);
        }
        if (ack.inRecovery || ack.ecnEcho || !ack.opensWindow) {
            return; // RFC 3168 §6.1.2: an echo opens no window
        }
        long acked = ack.newlyAckedBytes;
        if (w.inSlowStart()) { // RFC 9438 §4.10
            acked = slowStart.grow(w, ack, settings);
        }
        if (acked > 0 && !w.inSlowStart()) {
            avoidCongestion(w, connection, acked, ack.nowNs);
        }
    }

    private SlowStart slowStart(CongestionWindow w) {
        if (settings.slowStart() != InitialSlowStart.HYSTART) {
            return slowStart.at(w, settings);
        }
        return slowStart instanceof HyStart ? slowStart : new HyStart();
    }

    private void avoidCongestion(CongestionWindow w, ConnectionView connection, long acked, long nowNs) {
        Stage s = stage;
        if (s == null) {
            s = new Stage(UNDEFINED, UNDEFINED);
            stage = s;
        }
        double mss = w.smss();
        double cwnd = (w.cwnd() + s.fraction) / mss;
        double segmentsAcked = acked / mss;
        if (s.epochNs == NO_EPOCH) {
            s.begin(cwnd, nowNs);
            slowStart = StandardSlowStart.INSTANCE;
        }
        s.lastAckNs = nowNs;
        // Figure 4 of RFC 9438 §4.3
        s.wEst += (s.wEst >= s.cwndPrior ? 1 : ALPHA) * segmentsAcked / cwnd;
        boolean followsSlope =
                s.slopeForSegments == w.cwnd() / w.smss() && nowNs - s.slopeSinceNs <= settings.curveIntervalNs();
        double grown = followsSlope ? cwnd + s.slope * segmentsAcked : curve(s, connection, cwnd, segmentsAcked, nowNs);
        if (settings.curveIntervalNs() > 0 && !followsSlope) {
            s.slopeSinceNs = nowNs;
            s.slopeForSegments = w.cwnd() / w.smss();
        }
        double octets = grown * mss;
        w.cwnd(Math.max(w.cwnd(), (long) octets)); // what was divided and multiplied again may lack the last bit
        s.fraction = (float) Math.max(0, octets - w.cwnd());
    }

    /** RFC 9438 §4.2: the larger of the window of Reno and the one on the cubic curve. */
    private double curve(Stage s, ConnectionView connection, double cwnd, double segmentsAcked, long nowNs) {
        double t = (nowNs - s.epochNs) / NS_PER_SECOND;
        if (settings.renoFriendly() && CubicFunction.window(t, s.k, s.wMax) < s.wEst) {
            // RFC 9438 §4.3, the Reno-friendly region. Not less than before: the curve had been looked at a round trip
            // ahead.
            // Nor faster than slow start, where it was not looked at for a while.
            s.slope = 0;
            return Math.max(cwnd, Math.min(s.wEst, cwnd + segmentsAcked));
        }
        // RFC 9438 §4.4 and §4.5, the concave and the convex region
        double ahead = CubicFunction.window(t + connection.srttNs() / NS_PER_SECOND, s.k, s.wMax);
        if (settings.curveIntervalNs() > 0) { // as looked at now and then, so in whole segments below or above W_max
            ahead = ahead < s.wMax ? s.wMax - Math.floor(s.wMax - ahead) : s.wMax + Math.floor(ahead - s.wMax);
        }
        double target = Math.max(cwnd, Math.min(ahead, MAX_TARGET * cwnd));
        s.slope = (target - cwnd) / cwnd;
        return cwnd + (target - cwnd) * Math.min(1, segmentsAcked / cwnd);
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
        Stage last = stage;
        before = new Before(false, w.cwnd(), w.ssthresh(), last);
        double cwnd = (double) w.cwnd() / w.smss();
        boolean lower = last != null && cwnd < last.wMax;
        stage = new Stage(cwnd, lower ? cwnd * FAST_CONVERGENCE : cwnd);
        long reduced = settings.share(w, betaPercent);
        w.ssthresh(Math.max(reduced, 2L * w.smss()));
        w.cwnd(Math.max(reduced, (long) leastSegments * w.smss()));
    }

    /** RFC 9438 §4.8. */
    @Override
    public void onRetransmissionTimeout(CongestionWindow w, ConnectionView connection, boolean first, long nowNs) {
        Stage last = stage;
        double cwndPrior = last == null ? UNDEFINED : last.cwndPrior;
        if (first) {
            before = new Before(true, w.cwnd(), w.ssthresh(), last);
            cwndPrior = (double) w.cwnd() / w.smss();
            w.ssthresh(Math.max(settings.share(w, BETA_PERCENT), 2L * w.smss()));
        }
        stage = new Stage(cwndPrior, UNDEFINED);
        w.cwnd(w.smss()); // RFC 5681 §3.1: the loss window
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
        stage = b.stage;
        if (b.stage != null) {
            b.stage.lastAckNs = nowNs;
        }
    }

    /** The variables are in segments, which are of another size now. */
    @Override
    public void onMss(CongestionWindow w, int oldSmss, long nowNs) {
        before = null;
        Stage s = stage;
        if (s != null) {
            double scale = (double) oldSmss / w.smss();
            s.cwndPrior *= scale;
            s.wMax *= scale;
            s.wEst *= scale;
            s.k *= StrictMath.cbrt(scale);
        }
    }
}
