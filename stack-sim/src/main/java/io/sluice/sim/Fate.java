package io.sluice.sim;

/** What a direction of a wire can do to a packet beside delivering it. */
public enum Fate {
    /** There was no room in the queue, or the queue refused it early. */
    QUEUE_FULL,
    /** The queue had taken it and dropped it later. */
    QUEUE_MANAGED,
    /** It came faster than a policer allows. */
    POLICED,
    /** It was an acknowledgment that others stand for. */
    THINNED,
    /** It was lost on the wire. */
    LOST,
    /** A test's filter took it away. */
    FILTERED,
    /** It was larger than the receiver's MTU. */
    TOO_BIG
}
