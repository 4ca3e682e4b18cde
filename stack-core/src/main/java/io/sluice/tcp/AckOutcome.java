package io.sluice.tcp;

import io.sluice.cc.AckSample;
import io.sluice.cc.RateSample;

/** What one acknowledgment changed in the {@link SendLedger}, collected while it is applied. One a host, reused. */
final class AckOutcome {
    private static final long NONE = Long.MAX_VALUE;

    /** Octets acknowledged for the first time, cumulatively or by SACK. */
    long deliveredBytes;

    /** Octets sacked for the first time: such an ACK is a duplicate in the sense of RFC 6675 §2. */
    boolean newlySacked;

    /** A D-SACK block was there (RFC 2883 §4), and it reported these stream offsets. */
    boolean dsack;

    long dsackLeft;
    long dsackRight;

    /** It was a duplicate acknowledgment (RFC 5681 §2; with SACK, RFC 6675 §2). */
    boolean duplicate;

    /** It echoed a timestamp: TSecr. */
    boolean echoes;

    int tsEcr;

    /** It echoed a congestion mark. */
    boolean ece;

    /** Octets newly taken for lost. */
    long lostBytes;

    private final RateSample rate;
    private long firstSentNs = NONE;
    private long firstRepeatedNs = NONE;

    AckOutcome(RateSample rate) {
        this.rate = rate;
    }

    void reset() {
        deliveredBytes = 0;
        newlySacked = false;
        dsack = false;
        duplicate = false;
        lostBytes = 0;
        firstSentNs = NONE;
        firstRepeatedNs = NONE;
    }

    void onDelivered(SendLedger.Entry e, long octets) {
        deliveredBytes += octets;
        RateSampler.onDelivered(rate, e);
        if (e.transmissions == 1) { // Karn's algorithm: RFC 6298 §3
            firstSentNs = Math.min(firstSentNs, e.sentNs);
        } else {
            firstRepeatedNs = Math.min(firstRepeatedNs, e.sentNs);
        }
    }

    /** When the first of the repetitions that this acknowledgment covers was sent; in the far future if there is none. */
    long firstRepeatedNs() {
        return firstRepeatedNs;
    }

    /** The round-trip time of the oldest segment that this acknowledgment covers unambiguously (RFC 6298 §3). */
    long rttNs(long nowNs) {
        return firstSentNs == NONE ? AckSample.NO_RTT : nowNs - firstSentNs;
    }
}
