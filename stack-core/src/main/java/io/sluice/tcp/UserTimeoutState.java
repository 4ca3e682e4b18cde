package io.sluice.tcp;

/** What {@link UserTimeout} remembers of a connection that has one. */
final class UserTimeoutState {
    /** Since when what is waiting now waits: the last progress, or when it was sent. */
    long waitingSinceNs;

    /** The user timeout as it was when {@link OptionChanges} last looked, in nanoseconds. */
    long knownNs;

    /** What the peer told of its own, within our limits (RFC 5482 §3.1): in use, unless the user has said something else. */
    long adoptedNs;

    /** The next segment tells it to the peer (RFC 5482 §3). */
    boolean due;

    /** Whether this user timeout is the peer's. */
    boolean isAdopted(long timeoutNs) {
        return timeoutNs > 0 && timeoutNs == adoptedNs;
    }
}
