package io.sluice.cc;

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

    /** The smoothed round-trip time (RFC 6298 §2), or 0 before the first measurement. */
    long srttNs();

    /** The lowest round-trip time seen, or 0 before the first measurement. */
    long minRttNs();

    /** Whether SACK was negotiated (RFC 2018 §2). */
    boolean sackPermitted();
}
