package io.sluice.tcp;

import io.sluice.event.SendLimit;

/**
 * What a connection has counted since it began. Segments are those of the wire, the parts of super-segments included; octets
 * are those of the stream. The names in RFC 4898, where it has any, are given.
 *
 * @param segmentsIn segments received (SegsIn)
 * @param segmentsOut segments sent (SegsOut)
 * @param dataSegmentsIn of them, those with data (DataSegsIn)
 * @param dataSegmentsOut of them, those with data (DataSegsOut)
 * @param ackedBytes how far SND.UNA has moved (ThruOctetsAcked), so that an active open's SYN and the FIN count for one each
 * @param receivedBytes how far RCV.NXT has moved (ThruOctetsReceived), so that the peer's FIN counts for one
 * @param sentBytes octets sent, repetitions included (DataOctetsOut)
 * @param retransmittedBytes octets repeated (OctetsRetrans)
 * @param retransmittedSegments segments repeated (SegsRetrans), SYNs included
 * @param duplicatesReported how often the peer reported by D-SACK that something came twice (RFC 2883)
 * @param reorderings how often acknowledgments showed that segments had overtaken others (SACK, RFC 2018)
 * @param outOfOrderSegments segments that came before something that precedes them
 * @param deliveredCeSegments segments acknowledged as marked (RFC 3168, RFC 9768)
 * @param deliveryRate the last that was not limited by the application, or was higher, in octets a second; 0 before the first
 * @param deliveryRateAppLimited whether the application limited it
 * @param timeouts expiries of the retransmission timer (Timeouts)
 * @param timeoutRecoveries how often that happened for the first time since something was acknowledged
 * @param timeoutNs how long it took, from those first times on, until something was
 * @param limit what {@code limitSinceNs} is the beginning of
 * @param limitSinceNs since when, in the host's time
 * @param pastBusyNs the time before that in which something was written and not acknowledged
 * @param pastWindowLimitedNs of it, that in which the peer's window was the limit (SndLimTimeRwin)
 * @param pastBufferLimitedNs of it, that in which the send buffer was
 */
public record TcpTotals(
        int segmentsIn,
        int segmentsOut,
        int dataSegmentsIn,
        int dataSegmentsOut,
        long ackedBytes,
        long receivedBytes,
        long sentBytes,
        long retransmittedBytes,
        int retransmittedSegments,
        int duplicatesReported,
        int reorderings,
        int outOfOrderSegments,
        int deliveredCeSegments,
        long deliveryRate,
        boolean deliveryRateAppLimited,
        int timeouts,
        int timeoutRecoveries,
        long timeoutNs,
        SendLimit limit,
        long limitSinceNs,
        long pastBusyNs,
        long pastWindowLimitedNs,
        long pastBufferLimitedNs) {

    static TcpTotals of(TcpConnection c) {
        Totals t = c.totals;
        Occasional o = c.occasional;
        RareTotals some = o == null ? null : o.totals;
        RareTotals r = some == null ? new RareTotals() : some;
        long sent = Math.max(0, Math.min(c.tcb.snd.nxtOffset, c.tcb.snd.finOffset));
        AccurateEcnInfo accurate = AccurateEcn.info(c);
        return new TcpTotals(
                t.segmentsIn,
                t.segmentsOut,
                t.dataSegmentsIn,
                t.dataSegmentsOut,
                Math.max(0, c.tcb.snd.unaOffset + (t.activeOpen ? 1 : 0)),
                Math.max(0, c.tcb.rcv.nxtOffset),
                sent + r.retransmittedBytes,
                r.retransmittedBytes,
                r.retransmittedSegments,
                r.duplicatesReported,
                r.reorderings,
                r.outOfOrderSegments,
                accurate == null ? r.deliveredCeSegments : accurate.deliveredCePackets(),
                (long) t.deliveryRate,
                t.deliveryRateAppLimited,
                r.timeouts,
                r.timeoutRecoveries,
                r.timeoutNs,
                t.limit,
                t.limitSinceNs,
                t.busyNs,
                r.windowLimitedNs,
                r.bufferLimitedNs);
    }

    /** How long something was written and not acknowledged, until {@code nowNs}. */
    public long busyNs(long nowNs) {
        return pastBusyNs + (limit == SendLimit.IDLE ? 0 : nowNs - limitSinceNs);
    }

    /** Of {@link #busyNs}, the time in which the peer's window was the limit. */
    public long windowLimitedNs(long nowNs) {
        return pastWindowLimitedNs + (limit == SendLimit.PEER_WINDOW ? nowNs - limitSinceNs : 0);
    }

    /** Of {@link #busyNs}, the time in which the send buffer was the limit. */
    public long bufferLimitedNs(long nowNs) {
        return pastBufferLimitedNs + (limit == SendLimit.SEND_BUFFER ? nowNs - limitSinceNs : 0);
    }
}
