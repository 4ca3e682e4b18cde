package io.sluice.event;

/** Why a segment is on the wire: new data, or which rule repeated it. */
public enum RetransmitCause {
    /** Sent for the first time. */
    NONE,
    /** The retransmission timer expired (RFC 6298 §5.4). */
    RTO,
    /** Duplicate acknowledgments or SACK blocks reached the threshold (RFC 5681 §3.2, RFC 6675 §5). */
    DUPLICATE_THRESHOLD,
    /** Sent during recovery beyond what is known lost (RFC 6675 §5, rules 3 and 4). */
    RECOVERY_RESCUE,
    /** A partial acknowledgment in recovery (RFC 6582 §3.2). */
    PARTIAL_ACK,
    /** Time-based detection (RFC 8985 §6.2). */
    RACK,
    /** A tail loss probe (RFC 8985 §7). */
    TLP,
    /** A zero-window probe (RFC 9293 §3.8.6.1). */
    WINDOW_PROBE,
    /** The peer's window opened over what a zero-window probe had sent. */
    WINDOW_OPENED,
    /** The data of a SYN was not taken (RFC 7413 §4.2.2), or came before a SYN-ACK that was lost. */
    FAST_OPEN,
    /** The path MTU shrank under the segment (RFC 1191 §6.4). */
    PATH_MTU
}
