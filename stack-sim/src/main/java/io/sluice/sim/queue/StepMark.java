package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/**
 * Marks every ECN-capable packet that leaves after it has waited for longer than a threshold, and drops only what does not
 * fit: the simple marking that DCTCP (RFC 8257 §3.1) is made for.
 */
public final class StepMark implements QueueDiscipline {
    private final Fifo fifo = new Fifo();
    private final long thresholdNs;
    private final int maxBytes;
    private long marked;

    public StepMark(long thresholdNs, int maxBytes) {
        this.thresholdNs = thresholdNs;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        if (!fifo.isEmpty() && packet.length() > maxBytes - fifo.bytes()) {
            return false;
        }
        fifo.add(packet, nowNs);
        return true;
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        QueuedPacket packet = fifo.poll();
        if (packet != null && packet.isEcnCapable() && nowNs - packet.enqueuedNs() > thresholdNs) {
            packet.mark();
            marked++;
        }
        return packet;
    }

    @Override
    public int packets() {
        return fifo.size();
    }

    @Override
    public int bytes() {
        return fifo.bytes();
    }

    @Override
    public long marked() {
        return marked;
    }
}
