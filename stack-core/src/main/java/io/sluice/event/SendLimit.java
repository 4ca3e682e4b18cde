package io.sluice.event;

/** What keeps a connection from sending more, as far as it is known: what Linux's busy_time, rwnd_limited and sndbuf_limited tell. */
public enum SendLimit {
    /** Nothing is written that is not acknowledged. */
    IDLE,
    /** The network: the congestion window, the pacing rate, the time that acknowledgments take. */
    NETWORK,
    /** The peer's window. */
    PEER_WINDOW,
    /** The send buffer, which is full of what waits for acknowledgments. */
    SEND_BUFFER
}
