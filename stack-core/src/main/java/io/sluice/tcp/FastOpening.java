package io.sluice.tcp;

/** Whether an active open may put data on its SYN (RFC 7413). */
public enum FastOpening {
    /** It does not. */
    NONE,
    /** What is written before the host transmits next goes with the SYN (MSG_FASTOPEN). */
    NOW,
    /** As {@link #NOW}, but the SYN waits for the first write if it can carry data at all (TCP_FASTOPEN_CONNECT). */
    ON_WRITE
}
