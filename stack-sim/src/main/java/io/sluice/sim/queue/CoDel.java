package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/** Controlled Delay (RFC 8289): drops or marks when packets have waited too long for too long. */
public final class CoDel extends SingleFifo {
    /** RFC 8289 §4.4. */
    public static final long TARGET_NS = 5_000_000;

    /** RFC 8289 §4.3. */
    public static final long INTERVAL_NS = 100_000_000;

    private final CoDelControl control;

    /**
     * A queue with the recommended target and interval.
     *
     * @param maxBytes what fits
     * @param ecn whether ECN-capable packets are marked instead of dropped
     */
    public CoDel(int maxBytes, boolean ecn) {
        this(maxBytes, TARGET_NS, INTERVAL_NS, ecn);
    }

    public CoDel(int maxBytes, long targetNs, long intervalNs, boolean ecn) {
        super(maxBytes);
        this.control = new CoDelControl(targetNs, intervalNs, ecn);
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        return control.dequeue(fifo, nowNs, drops);
    }

    @Override
    public long marked() {
        return control.marked();
    }
}
