package io.sluice.link;

/** What a {@link Link} did with a packet it was offered. */
public enum EmitResult {
    /** The link took the packet: its bytes were copied, written, or retained by the link. */
    SENT,
    /** The link can take nothing now; the sender's state must be as if it had not tried. Only this link stops. */
    BUSY,
    /** The link discarded the packet; for the sender this is a loss on the path. */
    DROPPED
}
