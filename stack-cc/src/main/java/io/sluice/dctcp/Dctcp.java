package io.sluice.dctcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.CongestionControl;
import io.sluice.cc.CongestionSettings;
import io.sluice.cc.CongestionWindow;
import io.sluice.cc.ConnectionView;
import io.sluice.cc.NewReno;

/**
 * DCTCP (RFC 8257), for networks under one administration: reduces the window by how much of it was marked. An addition to
 * NewReno, as §4.1 suggests, which reacts to losses and lets the window grow.
 */
public final class Dctcp implements CongestionControl {
    /** What users call it. */
    public static final String NAME = "dctcp";

    /** RFC 8257 §4.2: the estimation gain g. */
    private static final double G = 1.0 / 16;

    private final NewReno reno;

    /** DCTCP.Alpha. */
    private double alpha = 1;

    /** DCTCP.WindowEnd, in octets acknowledged since the algorithm began. */
    private long windowEnd;

    private long totalAcked;

    /** DCTCP.BytesAcked. */
    private long bytesAcked;

    /** DCTCP.BytesMarked. */
    private long bytesMarked;

    /** The acknowledgment that is being processed has been counted. */
    private boolean counted;

    public Dctcp(CongestionSettings settings) {
        reno = new NewReno(settings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean needsEcn() {
        return true;
    }

    @Override
    public boolean echoesEachMark() {
        return true;
    }

    /** DCTCP.Alpha: the estimated part of the octets sent that are marked, 0 to 1. */
    public double alpha() {
        return alpha;
    }

    @Override
    public void onAck(CongestionWindow w, ConnectionView connection, AckSample ack) {
        count(connection, ack);
        counted = false;
        reno.onAck(w, connection, ack);
    }

    /** RFC 8257 §3.3, steps 1 to 8. */
    private void count(ConnectionView connection, AckSample ack) {
        if (counted) {
            return;
        }
        counted = true;
        totalAcked += ack.cumulativelyAckedBytes;
        bytesAcked += ack.cumulativelyAckedBytes;
        bytesMarked += ack.ceBytes;
        if (totalAcked <= windowEnd || bytesAcked == 0) {
            return;
        }
        double m = Math.min(1, (double) bytesMarked / bytesAcked);
        alpha = alpha * (1 - G) + G * m;
        windowEnd = totalAcked + connection.flightBytes();
        bytesAcked = 0;
        bytesMarked = 0;
    }

    /** RFC 8257 §3.3, step 9; once for each window of data, as for every algorithm. */
    @Override
    public void onEcnEcho(CongestionWindow w, ConnectionView connection, AckSample ack) {
        count(connection, ack);
        long reduced = (long) (w.cwnd() * (1 - alpha / 2));
        w.ssthresh(Math.max(reduced, 2L * w.smss()));
        w.cwnd(w.ssthresh());
    }

    @Override
    public void onCongestion(CongestionWindow w, ConnectionView connection, long nowNs) {
        reno.onCongestion(w, connection, nowNs); // RFC 8257 §3.5
    }

    @Override
    public void onRetransmissionTimeout(CongestionWindow w, ConnectionView connection, boolean first, long nowNs) {
        reno.onRetransmissionTimeout(w, connection, first, nowNs);
    }
}
