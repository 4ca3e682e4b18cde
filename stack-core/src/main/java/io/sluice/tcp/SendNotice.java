package io.sluice.tcp;

/**
 * What became of something that was written, for the error queue of a socket.
 *
 * @param kind what is told
 * @param atNs when it happened, in the host's time
 * @param firstId of writes without a copy, the number of the first, from 0; of timestamps the offset of the octet that is
 *     stamped, from where they were asked for
 * @param lastId the last number of a range, else {@code firstId}
 */
public record SendNotice(Kind kind, long atNs, long firstId, long lastId) {
    /** What a notice tells. */
    public enum Kind {
        /** The last octet of a write is in the segment that leaves next: only the link, or pacing, may still hold it. */
        SCHEDULED,
        /** The link has taken it. */
        SENT,
        /** The peer has it, and all before it. */
        ACKNOWLEDGED,
        /** The memory of a write without a copy is the writer's again. */
        COMPLETED
    }
}
