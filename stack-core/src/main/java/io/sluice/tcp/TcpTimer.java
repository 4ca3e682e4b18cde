package io.sluice.tcp;

/** The timers of a connection. */
enum TcpTimer {
    /** Retransmission of data, SYN or FIN (RFC 6298 §5); the one slot that all loss detection shares. */
    RETRANSMIT,
    /** Zero-window probe and the override of SWS avoidance (RFC 9293 §3.8.6.1, §3.8.6.2.1). */
    PERSIST,
    /** Delayed acknowledgment (RFC 9293 §3.8.6.3). */
    DELAYED_ACK,
    /** Keepalive (RFC 9293 §3.8.4) and the limit of FIN-WAIT-2. */
    KEEPALIVE,
    /** The next departure of a paced connection. */
    PACING,
    /** The user's limit on a connection attempt, lingering, or unacknowledged data (RFC 9293 §3.10.8). */
    USER_TIMEOUT
}
