package io.sluice.sim;

/** What a direction of a wire can do to a packet beside delivering it. */
public enum Fate {
    /** There was no room in the queue. */
    QUEUE_FULL,
    /** It was lost on the wire. */
    LOST,
    /** A test's filter took it away. */
    FILTERED,
    /** It was larger than the receiver's MTU. */
    TOO_BIG
}
