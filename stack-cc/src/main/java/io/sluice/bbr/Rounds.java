package io.sluice.bbr;

/** Packet-timed round trips: draft-ietf-ccwg-bbr-06 §5.5.1. */
final class Rounds {
    private long nextRoundDelivered;

    /** BBR.round_count. */
    long count;

    /** BBR.round_start: this acknowledgment ends a round trip. */
    boolean start;

    /** BBR.rounds_since_probe_up (§2.14). */
    long sinceProbeUp;

    /**
     * UpdateRound().
     *
     * @param priorDelivered P.delivered of the most recently sent segment that was delivered
     * @param delivered C.delivered
     */
    void update(long priorDelivered, long delivered) {
        start = priorDelivered >= nextRoundDelivered;
        if (start) {
            start(delivered);
            count++;
            sinceProbeUp++;
        }
    }

    /** StartRound(): a round trip begins with what is sent next. */
    void start(long delivered) {
        nextRoundDelivered = delivered;
    }
}
