package io.sluice.tcp;

import io.sluice.cc.RateSample;

/**
 * Delivery rate samples: draft-ietf-ccwg-bbr-06 §4.1.2. Snapshots are taken for every segment, whether or not an algorithm
 * reads them, so that one that does can take over at any moment.
 */
final class RateSampler {
    private static final double NS_PER_SECOND = 1e9;

    private RateSampler() {}

    /**
     * OnPacketSent(), §4.1.2.2.
     *
     * @param e what has just left, in the ledger already
     * @param idle whether nothing was in flight before
     */
    static void onSent(TcpConnection c, SentRange e, boolean idle, long nowNs) {
        SendLedger ledger = c.ledger;
        if (idle) {
            ledger.firstSentNs = nowNs;
            ledger.deliveredNs = nowNs;
        }
        e.firstSentNs = ledger.firstSentNs;
        e.deliveredNs = ledger.deliveredNs;
        e.delivered = c.deliveredBytes;
        e.appLimited = c.appLimitedUntil() != 0;
        e.txInFlight = c.pipeBytes();
        e.lostAtSend = c.lostBytesTotal;
    }

    /** UpdateRateSample(), §4.1.2.3: {@code e}, or part of it, is delivered. */
    static void onDelivered(RateSample rs, SentRange e) {
        boolean newest = !rs.hasData || e.sentNs > rs.sentNs || (e.sentNs == rs.sentNs && e.end > rs.lastAckedEnd);
        if (!newest) {
            return;
        }
        rs.hasData = true;
        rs.priorDelivered = e.delivered;
        rs.priorTimeNs = e.deliveredNs;
        rs.isAppLimited = e.appLimited;
        rs.sendElapsedNs = e.sentNs - e.firstSentNs;
        rs.sentNs = e.sentNs;
        rs.lastAckedEnd = e.end;
        rs.txInFlight = e.txInFlight;
        rs.lostAtSend = e.lostAtSend;
        rs.rttNs = e.transmissions == 1 ? 0 : RateSample.NO_RTT; // Karn: RFC 6298 §3; the time follows below
    }

    /** The rest of UpdateRateSample(), and GenerateRateSample(): everything delivered is known. */
    static void generate(TcpConnection c, RateSample rs, long nowNs) {
        if (c.deliveredBytes > c.ledger.appLimitedUntil) {
            c.ledger.appLimitedUntil = 0; // the bubble is acknowledged and gone
        }
        if (!rs.hasData) {
            return;
        }
        c.ledger.deliveredNs = nowNs;
        c.ledger.firstSentNs = rs.sentNs;
        rs.ackElapsedNs = nowNs - rs.priorTimeNs;
        rs.rttNs = rs.rttNs == 0 ? Math.max(1, nowNs - rs.sentNs) : RateSample.NO_RTT;
        rs.intervalNs = Math.max(rs.sendElapsedNs, rs.ackElapsedNs);
        rs.deliveredBytes = c.deliveredBytes - rs.priorDelivered;
        rs.lostBytes = c.lostBytesTotal - rs.lostAtSend;
        if (rs.intervalNs > 0 && rs.intervalNs >= c.tcb.rtt.minRttNs) { // else a needless repetition was acknowledged
            rs.deliveryRate = (long) (rs.deliveredBytes * NS_PER_SECOND / rs.intervalNs);
            remember(c.totals, rs);
        }
    }

    /** What is told of the rate: the last that shows what the network delivers, not how much there was to deliver. */
    private static void remember(Totals t, RateSample rs) {
        if (!rs.isAppLimited || rs.deliveryRate >= t.deliveryRate) {
            t.deliveryRate = rs.deliveryRate;
            t.deliveryRateAppLimited = rs.isAppLimited;
        }
    }

    /**
     * CheckIfApplicationLimited(), §4.1.2.4: before a write, an acknowledgment or a timer makes the connection send again.
     * Nothing is ever queued built below TCP, so that C.pending_transmissions is 0.
     */
    static void checkIfApplicationLimited(TcpConnection c) {
        long inflight = c.pipeBytes();
        boolean noUnsentData = c.unsentBytes() <= 0 && (StreamLayer.sourceOf(c) == null || c.sourceDry);
        if (noUnsentData && inflight < c.window.cwnd() && c.ledger.lostBytes() <= c.ledger.retransmittedBytes()) {
            mark(c, inflight);
        }
    }

    /** C.app_limited. */
    static long appLimitedUntil(TcpConnection c) {
        if (c.ledger.isShared()) {
            return c.appLimited ? Math.max(1, c.deliveredBytes) : 0;
        }
        return c.ledger.appLimitedUntil;
    }

    /** MarkConnectionAppLimited(). */
    static void mark(TcpConnection c, long inflight) {
        if (c.ledger.isShared()) {
            c.appLimited = true; // nothing is in flight: the index follows from C.delivered
        } else {
            c.ledger.appLimitedUntil = Math.max(c.deliveredBytes + inflight, 1);
        }
    }
}
