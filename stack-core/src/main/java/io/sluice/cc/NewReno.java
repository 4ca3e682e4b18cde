package io.sluice.cc;

/**
 * The standard algorithm: slow start and congestion avoidance of RFC 5681 §3.1 with appropriate byte counting (RFC
 * 3465) and validation of unused windows (RFC 7661).
 */
public final class NewReno implements CongestionControl {
    /** What users call it. */
    public static final String NAME = "newreno";

    /** RFC 8511 §3.1: beta_ecn where losses halve the window. */
    private static final int BETA_ECN_PERCENT = 80;

    private static final int HALF_PERCENT = 50;

    private final CongestionSettings settings;
    private SlowStart slowStart = StandardSlowStart.INSTANCE;
    private int ackedInAvoidance;

    /** With the standard slow start. */
    public NewReno() {
        this(CongestionSettings.PLAIN);
    }

    public NewReno(CongestionSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onAck(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (w.inSlowStart() && !ack.appLimited) {
            slowStart = slowStart.at(w, settings);
            slowStart.observe(w, connection, ack);
        }
        if (ack.inRecovery || ack.appLimited || ack.ecnEcho || !ack.opensWindow) {
            // RFC 7661 §4: an unused window proves nothing about the path. RFC 3168 §6.1.2: an echo opens none. RFC
            // 5681 §3.1: nor does a duplicate, although SACK says that something arrived.
            return;
        }
        long acked = ack.newlyAckedBytes;
        if (w.inSlowStart()) { // RFC 9293 §3.8.2 (MUST-19), RFC 5681 §3.1 (M3)
            acked = slowStart.grow(w, ack, settings);
            if (acked <= 0) {
                return;
            }
        }
        acked += ackedInAvoidance;
        while (acked >= w.cwnd()) { // RFC 3465 §2.1, RFC 5681 §3.1 (M3, M8)
            acked -= w.cwnd();
            w.cwnd(w.cwnd() + w.smss());
        }
        ackedInAvoidance = (int) acked;
    }

    @Override
    public void onCongestion(CongestionWindow w, ConnectionView connection, long nowNs) {
        // Equation (4): RFC 5681 §3.1 (M7), RFC 5681 §3.2 (M12), RFC 5681 §4.3 (M18). Where the window was the limit,
        // it is
        // what was in flight: a host that takes several ACKs before it sends again has less at this moment.
        long flight = connection.isCwndLimited()
                ? Math.max(w.cwnd(), connection.lossFlightBytes())
                : connection.lossFlightBytes();
        w.ssthresh(half(w, flight));
        w.cwnd(w.ssthresh());
        ackedInAvoidance = 0;
    }

    private long half(CongestionWindow w, long flight) {
        long least = 2L * w.smss();
        return Math.max(settings.inSegments() ? settings.share(w, HALF_PERCENT) : flight / 2, least);
    }

    /** RFC 3168 §6.1.2: halves cwnd. FlightSize would not do, since the same ACK may have acknowledged most of it. */
    @Override
    public void onEcnEcho(CongestionWindow w, ConnectionView connection, AckSample ack) {
        long reduced = settings.share(w, settings.alternativeBackoff() ? BETA_ECN_PERCENT : HALF_PERCENT);
        w.ssthresh(Math.max(reduced, 2L * w.smss()));
        w.cwnd(Math.min(w.cwnd(), w.ssthresh()));
        ackedInAvoidance = 0;
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow w, ConnectionView connection, boolean first, long nowNs) {
        if (first) { // RFC 5681 §3.1 (M9)
            w.ssthresh(half(w, connection.flightBytes()));
        }
        w.cwnd(w.smss()); // RFC 5681 §3.1 (M10): the loss window, LW
        ackedInAvoidance = 0;
    }
}
