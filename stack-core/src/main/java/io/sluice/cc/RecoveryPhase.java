package io.sluice.cc;

/** What a sender is doing about losses: RFC 5681 §3.2, RFC 6675 §5. Belongs to the connection, whichever algorithm repairs them. */
public enum RecoveryPhase {
    /** Nothing is being repaired; acknowledgments may be out of order. */
    OPEN,
    /** Fast recovery: until everything that was outstanding when it began is acknowledged. */
    RECOVERY,
    /** The retransmission timer expired; ends as fast recovery does. */
    LOSS
}
