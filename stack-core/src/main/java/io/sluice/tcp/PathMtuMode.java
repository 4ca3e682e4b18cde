package io.sluice.tcp;

/** Whether a connection finds out what its path carries (RFC 1191, RFC 8201): IP_MTU_DISCOVER. */
public enum PathMtuMode {
    /** Packets may be fragmented on the way (RFC 791 §2.3), and ICMP about their size is ignored. */
    DONT,
    /** As the host does: packets are not to be fragmented, and ICMP that is believed makes them smaller. */
    WANT,
    /** As {@link #WANT}: a stack that cuts its segments itself has nothing to refuse. */
    DO,
    /** Packets are not to be fragmented, and are as large as the link allows, whatever ICMP says; before connecting. */
    PROBE;

    boolean believesIcmp() {
        return this == WANT || this == DO;
    }
}
