package io.sluice.sim.workload;

/** How an end of a connection finishes. */
public enum Finish {
    /** Shuts its sending direction down as soon as everything is written; closes when the peer has done so, too. */
    SHUTDOWN_WHEN_WRITTEN,
    /** Waits for the peer's end of stream before it shuts its own direction down. Not for both ends. */
    SHUTDOWN_AFTER_PEER,
    /** Closes as soon as everything is written and everything that was expected has come. */
    CLOSE_WHEN_DONE,
    /** Aborts the connection when it has received so much; the peer has to expect that. */
    ABORT
}
