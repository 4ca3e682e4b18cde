package io.sluice.tcp;

import io.sluice.time.Deadline;

/**
 * What a connection is finding out about the MTU of its path: there only where something is limited or searched. Sizes
 * are segment sizes, without IP and TCP header but with TCP's options, as {@code snd.mss} is.
 */
final class PathMtuState {
    /** No probe is on its way. */
    static final long NONE = -1;

    /** When what ICMP said is to be doubted, or {@link Deadline#NEVER}. */
    long expiresNs = Deadline.NEVER;

    /** Whether sizes between {@link #low}, which passes, and {@link #high} are tried. */
    boolean searching;

    int low;
    int high;

    /** The size to try next is {@link #high}: what was lost may have had other reasons. */
    boolean highFirst;

    /** When to search again once the search has ended. */
    long nextSearchNs;

    /** The stream offsets of the probe that is on its way. */
    long probeStart = NONE;

    long probeEnd = NONE;

    /** Where a probe that was lost ended, until that is acknowledged. */
    long failedEnd = NONE;

    /** The size of the probe that is on its way. */
    int probeMss;

    /** Until when no probe may leave, because one was lost (RFC 4821 §7.6.2, §7.6.3). */
    long quietUntilNs;

    /** The size before it was raised, while it is not sure that the new one passes on all paths (RFC 4821 §7.8); 0 if it is. */
    int unverifiedFrom;

    /** When it was raised, and what had been delivered and lost by then. */
    long raisedNs;

    long deliveredBefore;
    long lostBefore;

    /** The size that black-hole detection left, to return to if smaller ones do not pass either; 0 if it did not. */
    int mssBefore;

    boolean isProbing() {
        return probeStart != NONE;
    }

    void endProbe() {
        probeStart = NONE;
        probeEnd = NONE;
    }
}
