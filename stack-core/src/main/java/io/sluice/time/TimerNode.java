package io.sluice.time;

import org.jspecify.annotations.Nullable;

/** What a {@link TimerWheel} holds: an intrusive list node with a deadline. Extended by whoever wants to be woken. */
public abstract class TimerNode {
    @Nullable TimerNode wheelPrevious;

    @Nullable TimerNode wheelNext;

    int wheelSlot = TimerWheel.UNARMED;
    long deadlineNs = Deadline.NEVER;

    /** The time is up. The node is unarmed; it may be armed again from here. */
    protected abstract void onExpired(long nowNs);

    /** When this node expires, or {@link Deadline#NEVER}. */
    public final long deadlineNs() {
        return deadlineNs;
    }
}
