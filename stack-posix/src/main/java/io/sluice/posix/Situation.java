package io.sluice.posix;

/** What a call may meet that POSIX leaves to the implementation, so that kernels answer with different errors. */
public enum Situation {
    /** Writing to a stream socket that was never connected. */
    SEND_UNCONNECTED,
    /** Writing to a stream socket whose connection is being made. */
    SEND_WHILE_CONNECTING,
    /** Reading from a stream socket whose connection is being made. */
    RECEIVE_WHILE_CONNECTING,
    /** {@code shutdown} of a listening socket. */
    SHUTDOWN_LISTENING,
    /** {@code listen} or {@code connect} on a socket that the other was called on. */
    LISTEN_CONNECTED,
    CONNECT_LISTENING,
    /** {@code connect} again, after an attempt failed. */
    CONNECT_AFTER_FAILURE,
    /** {@code connect} of a blocking socket, whose SO_SNDTIMEO is over. */
    CONNECT_TIMED_OUT
}
