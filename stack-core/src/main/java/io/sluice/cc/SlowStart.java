package io.sluice.cc;

/**
 * How the window grows below ssthresh (RFC 5681 §3.1), and what else than a loss ends that. A part of those congestion controls
 * that have a slow start; what it remembers exists only while a connection fills its window in its first slow start.
 */
public interface SlowStart {
    /** The slow start to go on with: this one, or the one that {@code settings} wants where the first slow start begins. */
    default SlowStart at(CongestionWindow window, CongestionSettings settings) {
        return this;
    }

    /**
     * An acknowledgment of data that filled the window came in slow start; before {@link #grow}. May end slow start by setting
     * ssthresh to cwnd.
     */
    default void observe(CongestionWindow window, ConnectionView connection, AckSample ack) {}

    /**
     * Opens the window for what was acknowledged.
     *
     * @return octets of it that are left for congestion avoidance, since slow start ended
     */
    long grow(CongestionWindow window, AckSample ack, CongestionSettings settings);
}
