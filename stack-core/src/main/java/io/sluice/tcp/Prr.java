package io.sluice.tcp;

import io.sluice.cc.CongestionWindow;

/**
 * Proportional rate reduction, RFC 9937: how much may be sent for each acknowledgment of a fast recovery, so that the window
 * comes down to ssthresh smoothly and is there when the recovery ends. What it remembers is in {@link Tcb.Recovery}.
 */
final class Prr {
    private Prr() {}

    /** RFC 9937: initialization: ssthresh is set, the acknowledgment that tells of the loss is applied. */
    static void start(TcpConnection c, long deliveredBytes) {
        Tcb.Recovery r = c.tcb.recovery;
        r.prrDelivered = 0;
        r.prrOut = 0;
        r.recoverFs = Math.max(1, LossEpisodes.countedFlight(c) - c.ledger.sackedBytes() + deliveredBytes);
    }

    /**
     * RFC 9937: on every acknowledgment but the one that ends the recovery.
     *
     * @param deliveredBytes DeliveredData
     * @param safe SafeACK: SND.UNA advanced, and nothing more was lost
     */
    static void onAck(TcpConnection c, long deliveredBytes, boolean safe) {
        if (deliveredBytes <= 0) {
            return;
        }
        Tcb.Recovery r = c.tcb.recovery;
        CongestionWindow w = c.window;
        long smss = w.smss();
        long inflight = c.pipeBytes();
        long ssthresh = w.ssthresh();
        r.prrDelivered += deliveredBytes;
        long send;
        if (inflight > ssthresh) {
            long target = divideUp(r.prrDelivered, ssthresh, r.recoverFs);
            boolean whole = c.context.knobs.isOn(Knob.WINDOW_IN_SEGMENTS);
            send = (whole ? (target + smss - 1) / smss * smss : target) - r.prrOut;
        } else {
            send = Math.max(r.prrDelivered - r.prrOut, deliveredBytes);
            send = Math.min(ssthresh - inflight, send + (safe ? smss : 0));
        }
        send = Math.max(0, send);
        if (r.prrOut == 0 && send == 0) {
            send = smss; // the fast retransmit
        }
        w.cwnd(inflight + send);
    }

    /** a * b / c, rounded up. Both factors are windows, below 2^31. */
    private static long divideUp(long a, long b, long c) {
        return (Math.min(a, Integer.MAX_VALUE) * Math.min(b, Integer.MAX_VALUE) + c - 1) / c;
    }

    /** Data left, new or repeated. */
    static void onSent(TcpConnection c, long octets) {
        c.tcb.recovery.prrOut += octets;
    }
}
