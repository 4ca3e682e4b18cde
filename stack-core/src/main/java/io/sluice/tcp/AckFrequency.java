package io.sluice.tcp;

import io.sluice.cc.ConnectionView;

/**
 * How often data that arrives in order is acknowledged under a {@link TcpStack} (RFC 9293 §3.8.6.3, RFC 5681 §4.2). What arrives out of
 * order, fills a hole or is marked is acknowledged at once whatever this says. One object serves all connections, so that it
 * keeps nothing of any; called on the host's thread, for each segment.
 */
public interface AckFrequency {
    /** As the host's knobs say. */
    AckFrequency OF_HOST = new AckFrequency() {};

    /**
     * After how many segments an acknowledgment leaves; at least 1 is taken.
     *
     * @param usual what the host has (RFC 9293 §3.8.6.3 (SHLD-19): 2)
     */
    default int segments(ConnectionView connection, int usual) {
        return usual;
    }

    /**
     * How long fewer segments wait at most, in nanoseconds; what is not less than 500 ms is taken for just less (RFC 9293 §3.8.6.3
     * (MUST-40)).
     *
     * @param usualNs what the host has
     */
    default long delayNs(ConnectionView connection, long usualNs) {
        return usualNs;
    }
}
