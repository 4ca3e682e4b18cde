package io.sluice.packetdrill.run;

import org.jspecify.annotations.Nullable;

/** A system call that was made. */
public interface PendingCall {
    /** Whether it has returned. */
    boolean isDone();

    /** When it returned, nanoseconds since the start of the script; meaningless before {@link #isDone} has said so. */
    long doneNs();

    /** What it returned: a number, or -1 and the name of the error. To be asked when it is done. */
    String returned();

    /**
     * Compares what it returned, and what it put into its output arguments, with what the script says; null if that is as
     * it should be. To be asked once, when it is done: a script's name for a file descriptor holds from then on.
     *
     * @throws RunFailure if an output argument differs, or the script cannot be understood
     */
    @Nullable String difference() throws RunFailure;
}
