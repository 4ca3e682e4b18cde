package io.sluice.cc;

/**
 * How the window grows below ssthresh (RFC 5681 §3.1), and what else than a loss ends that. A part of those congestion controls
 * that have a slow start; one instance a connection, called on the host's thread.
 */
public interface SlowStart {
    /**
     * An acknowledgment came in slow start, whether it opens the window or not, and before it does. May end slow start by
     * setting ssthresh to cwnd.
     */
    default void observe(CongestionWindow window, ConnectionView connection, AckSample ack) {}

    /**
     * Opens the window for what was acknowledged.
     *
     * @return octets of it that are left for congestion avoidance, since slow start ended
     */
    long grow(CongestionWindow window, AckSample ack);

    /** A timeout: slow start begins again, up to a threshold this time. */
    default void onTimeout() {}
}
