package io.sluice.tcp;

/**
 * What a user has set as bounds of a connection's timers, in nanoseconds each; 0 for the host's.
 *
 * @param leastRtoNs TCP_RTO_MIN_US: the lower bound of the RTO (RFC 6298 §2.4)
 * @param greatestRtoNs TCP_RTO_MAX_MS: the upper bound of the RTO (RFC 6298 §2.5), and between probes of a closed window
 * @param longestAckDelayNs TCP_DELACK_MAX_US: how long an acknowledgment waits at most (RFC 9293 §3.8.6.3), where the time follows
 *     what comes
 */
public record TimerBounds(long leastRtoNs, long greatestRtoNs, long longestAckDelayNs) {
    /** The host's. */
    public static final TimerBounds OF_HOST = new TimerBounds(0, 0, 0);

    /** The lower bound of the RTO in nanoseconds, the host's where there is none. */
    public long leastRtoNs(Knobs host) {
        return leastRtoNs > 0 ? leastRtoNs : host.ns(Knob.MIN_RTO_MS);
    }

    /** The upper bound of the RTO in nanoseconds, the host's where there is none. */
    public long greatestRtoNs(Knobs host) {
        return greatestRtoNs > 0 ? greatestRtoNs : host.ns(Knob.MAX_RTO_MS);
    }

    /** With another lower bound of the RTO. */
    public TimerBounds leastRto(long ns) {
        return new TimerBounds(ns, greatestRtoNs, longestAckDelayNs);
    }

    /** With another upper bound of the RTO. */
    public TimerBounds greatestRto(long ns) {
        return new TimerBounds(leastRtoNs, ns, longestAckDelayNs);
    }

    /** With another longest delay of acknowledgments. */
    public TimerBounds longestAckDelay(long ns) {
        return new TimerBounds(leastRtoNs, greatestRtoNs, ns);
    }
}
