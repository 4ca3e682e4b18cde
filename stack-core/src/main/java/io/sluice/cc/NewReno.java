package io.sluice.cc;

/**
 * The standard algorithm: slow start and congestion avoidance of RFC 5681 §3.1 with appropriate byte counting (RFC
 * 3465) and validation of unused windows (RFC 7661).
 */
public final class NewReno implements CongestionControl {
    /** What users call it. */
    public static final String NAME = "newreno";

    /** RFC 3465 §2.2: the limit L on growth in slow start, in segments for each acknowledgment of up to that many. */
    private static final int ABC_LIMIT = 2;

    private final boolean limitGrowthPerAck;
    private long ackedInAvoidance;

    /** Byte counting with the limit of RFC 3465 on each segment acknowledged, not on each (possibly stretched) ACK. */
    public NewReno() {
        this(false);
    }

    /** @param limitGrowthPerAck whether an ACK may open the window by 2 SMSS at most, however much it acknowledges */
    public NewReno(boolean limitGrowthPerAck) {
        this.limitGrowthPerAck = limitGrowthPerAck;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onAck(CongestionWindow w, ConnectionView connection, AckSample ack) {
        if (ack.inRecovery || ack.appLimited || ack.ecnEcho || ack.cumulativelyAckedBytes == 0) {
            // RFC 7661 §4: an unused window proves nothing about the path. RFC 3168 §6.1.2: an echo opens none. RFC
            // 5681
            // §3.1: nor does a duplicate, although SACK says that something arrived.
            return;
        }
        long acked = ack.newlyAckedBytes;
        if (w.inSlowStart()) { // RFC 9293 §3.8.2 (MUST-19), RFC 5681 §3.1 (M3)
            // RFC 3465 §2.2. Deviates from its L = 2 by default, because peers that merge segments acknowledge many
            // at a time, which RFC 3465 did not foresee; bursts are bounded by the send quantum instead.
            if (ack.afterTimeout) {
                w.cwnd(w.cwnd()
                        + Math.min(acked, w.smss())); // RFC 3465 §2.3: L = 1, since repetitions are acknowledged
                return;
            }
            long growth = limitGrowthPerAck ? Math.min(acked, (long) ABC_LIMIT * w.smss()) : acked;
            growth = Math.min(growth, w.ssthresh() - w.cwnd());
            w.cwnd(w.cwnd() + growth);
            acked -= growth;
            if (limitGrowthPerAck || acked <= 0) {
                return;
            }
        }
        ackedInAvoidance += acked;
        while (ackedInAvoidance >= w.cwnd()) { // RFC 3465 §2.1, RFC 5681 §3.1 (M3, M8)
            ackedInAvoidance -= w.cwnd();
            w.cwnd(w.cwnd() + w.smss());
        }
    }

    @Override
    public void onCongestion(CongestionWindow w, ConnectionView connection, long nowNs) {
        // Equation (4): RFC 5681 §3.1 (M7), RFC 5681 §3.2 (M12), RFC 5681 §4.3 (M18)
        w.ssthresh(Math.max(connection.lossFlightBytes() / 2, 2L * w.smss()));
        w.cwnd(w.ssthresh());
        ackedInAvoidance = 0;
    }

    /** RFC 3168 §6.1.2: halves cwnd. FlightSize would not do, since the same ACK may have acknowledged most of it. */
    @Override
    public void onEcnEcho(CongestionWindow w, ConnectionView connection, AckSample ack) {
        w.ssthresh(Math.max(w.cwnd() / 2, 2L * w.smss()));
        w.cwnd(Math.min(w.cwnd(), w.ssthresh()));
        ackedInAvoidance = 0;
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow w, ConnectionView connection, boolean first, long nowNs) {
        if (first) { // RFC 5681 §3.1 (M9)
            w.ssthresh(Math.max(connection.flightBytes() / 2, 2L * w.smss()));
        }
        w.cwnd(w.smss()); // RFC 5681 §3.1 (M10): the loss window, LW
        ackedInAvoidance = 0;
    }
}
