package io.sluice.cc;

import java.util.random.RandomGenerator;

/** What congestion control may see of a connection. */
public interface ConnectionView {
    /** FlightSize of RFC 5681 §2: octets sent and not cumulatively acknowledged. */
    long flightBytes();

    /** FlightSize when a loss is found: without what limited transmit sent (RFC 3042 §2, RFC 5681 §3.2, step 2). */
    long lossFlightBytes();

    /** The estimate of what is in the network (pipe, RFC 6675 §2), in octets. */
    long pipeBytes();

    /** Octets delivered so far, by cumulative acknowledgment or SACK. */
    long deliveredBytes();

    /** C.lost: octets taken for lost so far, repetitions included. */
    long lostBytesTotal();

    /** C.app_limited: this many octets are delivered once nothing is in flight that the sender sent for want of data; or 0. */
    long appLimitedUntil();

    /** Whether the sender has run out of data, and what was sent since is not all delivered (draft-ietf-ccwg-bbr-06 §4.1.1.3). */
    default boolean isAppLimited() {
        return appLimitedUntil() != 0;
    }

    /**
     * MarkConnectionAppLimited(), draft-ietf-ccwg-bbr-06 §4.1.2.4: what is in flight now, and sent until it is delivered, counts
     * as sent for want of data. For an algorithm that sends less than it could, and knows that its rates tell nothing.
     */
    void markAppLimited();

    /** C.is_cwnd_limited: whether the window held data back at any time in the last round trip. */
    boolean isCwndLimited();

    /** Octets written and not sent yet. */
    long unsentBytes();

    /** What the connection is doing about losses. */
    RecoveryPhase recoveryPhase();

    /** Chance, where an algorithm needs some: the host's injected source, which recordings replay. */
    RandomGenerator random();

    /** The smoothed round-trip time (RFC 6298 §2), or 0 before the first measurement. */
    long srttNs();

    /** The lowest round-trip time seen, or 0 before the first measurement. */
    long minRttNs();

    /** Whether SACK was negotiated (RFC 2018 §2). */
    boolean sackPermitted();
}
