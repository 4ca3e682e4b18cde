package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/**
 * Marks every ECN-capable packet that leaves after it has waited for longer than a threshold, and drops only what does not
 * fit: the simple marking that DCTCP (RFC 8257 §3.1) is made for.
 */
public final class StepMark extends SingleFifo {
    private final long thresholdNs;

    public StepMark(long thresholdNs, int maxBytes) {
        super(maxBytes);
        this.thresholdNs = thresholdNs;
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        QueuedPacket packet = fifo.poll();
        if (packet != null && packet.isEcnCapable() && nowNs - packet.enqueuedNs() > thresholdNs) {
            mark(packet);
        }
        return packet;
    }
}
