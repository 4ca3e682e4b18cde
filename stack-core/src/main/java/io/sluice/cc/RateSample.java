package io.sluice.cc;

/**
 * One measurement of how fast the network delivers, RS of draft-ietf-ccwg-bbr-06 §4.1.2.1.3: made with every
 * acknowledgment that delivers something, from the snapshot of the most recently sent segment among what it delivered.
 * One instance is reused for every acknowledgment of a host. Bytes are octets of sequence space, times nanoseconds.
 */
public final class RateSample {
    /** No round trip was measured. */
    public static final long NO_RTT = AckSample.NO_RTT;

    /** RS.delivery_rate, octets a second; 0 if there is no reliable sample. */
    public long deliveryRate;

    /** RS.is_app_limited: the sender had run out of data when the segment was sent, so that this may be too little. */
    public boolean isAppLimited;

    /** RS.interval. */
    public long intervalNs;

    /** RS.delivered: octets delivered in that interval. */
    public long deliveredBytes;

    /** RS.prior_delivered: C.delivered when the segment was sent. */
    public long priorDelivered;

    /** RS.prior_time: C.delivered_time when the segment was sent. */
    public long priorTimeNs;

    /** RS.send_elapsed: how long the flight took to send. */
    public long sendElapsedNs;

    /** RS.ack_elapsed: how long its acknowledgments took to come. */
    public long ackElapsedNs;

    /** RS.tx_in_flight: what was in flight when the segment had just been sent, itself included. */
    public long txInFlight;

    /** RS.lost: octets taken for lost since the segment was sent. */
    public long lostBytes;

    /** RS.rtt: the round-trip time of the segment, or {@link #NO_RTT} where it is ambiguous. */
    public long rttNs = NO_RTT;

    /** RS.has_data: something was delivered. */
    public boolean hasData;

    /** P.send_time of the segment. */
    public long sentNs;

    /** RS.last_acked_packet_id: where the segment ends in the stream. */
    public long lastAckedEnd;

    /** C.lost when the segment was sent. */
    public long lostAtSend;

    /** RS as InitRateSample() leaves it. */
    public void reset() {
        deliveryRate = 0;
        isAppLimited = false;
        intervalNs = 0;
        deliveredBytes = 0;
        priorDelivered = 0;
        priorTimeNs = 0;
        sendElapsedNs = 0;
        ackElapsedNs = 0;
        txInFlight = 0;
        lostBytes = 0;
        rttNs = NO_RTT;
        hasData = false;
        sentNs = 0;
        lastAckedEnd = 0;
        lostAtSend = 0;
    }
}
