package io.sluice.link;

/** A link without a descriptor, which calls when there is something to do. */
public interface SignallingLink extends PolledLink {
    /**
     * Sets whom to call when {@link #receive} would find packets again, or {@link #emit} would no longer answer {@link
     * EmitResult#BUSY}. What happened before is told at once.
     *
     * @param wakeUp may be called by any thread, at any time, more often than necessary, and also once this link is closed;
     *     it returns at once and must not call back into the link
     */
    void signalTo(Runnable wakeUp);
}
