package io.sluice.bbr;

/** BBR.ack_phase: what the acknowledgments that come now tell about probing for bandwidth (draft-ietf-ccwg-bbr-06 §2.14). */
enum AckPhase {
    /** Not probing, and no feedback from probing. */
    INIT,
    /** Sending at the estimated bandwidth to fill the pipe. */
    REFILLING,
    /** What is in flight rises, to probe. */
    PROBE_STARTING,
    /** Feedback from probing comes in. */
    PROBE_FEEDBACK,
    /** Not probing any more, but feedback from it still comes in. */
    PROBE_STOPPING
}
