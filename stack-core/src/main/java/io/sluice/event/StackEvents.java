package io.sluice.event;

/**
 * What happens inside a host, as primitive, allocation-free callbacks for recorders and tests. All do nothing by
 * default. Called on the host's thread in the middle of a turn: an implementation must not call back into the host, and
 * an object it is given is only valid during the call.
 */
public interface StackEvents {
    /** Events that nobody listens to. */
    StackEvents NONE = new StackEvents() {};

    /** A turn (packets, timers, readiness, transmit) starts. */
    default void turnStarted(long nowNs) {}

    /** The turn is over. */
    default void turnEnded(long nowNs) {}

    /** A packet came in; nothing has been judged yet. */
    default void packetReceived(int lengthBytes, long nowNs) {}

    /**
     * The packet that came in was dropped, or made others be dropped (fragments that it did not go with, or that gave way);
     * once for each {@link #packetReceived} at most.
     */
    default void packetDropped(DropReason reason, long nowNs) {}

    /** A TCP segment was handed to a link. */
    default void segmentSent(
            Object connection, int seq, int payloadBytes, int flags, RetransmitCause cause, long nowNs) {}

    /** A connection went from one state to another (names of RFC 9293 §3.3.2). */
    default void stateChanged(Object connection, String from, String to, long nowNs) {}

    /** A timer of a connection fired. */
    default void timerFired(Object connection, String timer, long nowNs) {}

    /** The congestion window or threshold changed. */
    default void congestionWindow(Object connection, long cwndBytes, long ssthreshBytes, long nowNs) {}

    /** A connection runs another TCP stack from now on (names of {@code TcpStack}). */
    default void stackSwitched(Object connection, String from, String to, long nowNs) {}

    /** A random number was drawn. */
    default void randomDrawn(long value) {}

    /** A part of this stack threw; the connection was aborted. */
    default void internalError(Object connection, RuntimeException cause, long nowNs) {}
}
