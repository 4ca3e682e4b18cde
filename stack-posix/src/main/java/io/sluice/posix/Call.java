package io.sluice.posix;

import org.jspecify.annotations.Nullable;

/**
 * A system call: done when it was made, or still waiting because its socket blocks. A call that waits is completed by
 * {@link PosixSockets#poll} in a later turn; whoever made it looks at {@link #isDone} then. Confined to the host's thread.
 */
public final class Call {
    private final @Nullable Descriptor descriptor;
    private final Attempt attempt;
    private final long deadlineNs;
    private boolean done;
    private long result;
    private @Nullable Errno errno;

    /** Octets moved so far by a call that moves as many as it can. */
    long moved;

    /** What it fails with that has waited in vain. */
    private Errno late = Errno.EAGAIN;

    /** The kernel's side of a call, made again whenever its socket has news; completes the call or leaves it be. */
    @FunctionalInterface
    interface Attempt {
        void make(Call call, long nowNs);
    }

    Call(@Nullable Descriptor descriptor, long deadlineNs, Attempt attempt) {
        this.descriptor = descriptor;
        this.deadlineNs = deadlineNs;
        this.attempt = attempt;
    }

    /** A call that returned {@code result}. */
    public static Call returned(long result) {
        Call call = new Call(null, 0, (c, nowNs) -> {});
        call.complete(result);
        return call;
    }

    /** A call that failed. */
    public static Call failed(Errno errno) {
        Call call = new Call(null, 0, (c, nowNs) -> {});
        call.fail(errno);
        return call;
    }

    /** Whether the call has returned. */
    public boolean isDone() {
        return done;
    }

    /** What the call returned: -1 if it failed. Meaningless before {@link #isDone}. */
    public long result() {
        return result;
    }

    /** Why the call failed, or null. */
    public @Nullable Errno errno() {
        return errno;
    }

    void complete(long value) {
        done = true;
        result = value;
    }

    /** Completes the call unless {@code count} is 0. */
    void completeIfAny(int count) {
        if (count > 0) {
            complete(count);
        }
    }

    void fail(Errno why) {
        done = true;
        result = -1;
        errno = why;
    }

    /** Nothing more can be had now: what was moved is the result; if nothing was, {@code why}. */
    void settle(Errno why) {
        if (moved > 0) {
            complete(moved);
        } else {
            fail(why);
        }
    }

    /** Has it fail with {@code why} if it waits in vain. */
    void late(Errno why) {
        late = why;
    }

    /** Its time is over. */
    void settleLate() {
        settle(late);
    }

    void attempt(long nowNs) {
        attempt.make(this, nowNs);
    }

    /** The socket that the call waits for, or null if it waits for any. */
    @Nullable Descriptor descriptor() {
        return descriptor;
    }

    /** When the call stops waiting, or {@link io.sluice.time.Deadline#NEVER}. */
    long deadlineNs() {
        return deadlineNs;
    }

    @Override
    public String toString() {
        return !done ? "pending" : errno == null ? Long.toString(result) : "-1 " + errno;
    }
}
