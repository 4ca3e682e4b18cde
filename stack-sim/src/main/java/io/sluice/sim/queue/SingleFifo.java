package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/** A discipline over one queue: what does not fit is refused, and the rest leaves in the order in which it came. */
abstract class SingleFifo implements QueueDiscipline {
    final Fifo fifo = new Fifo();
    private final int maxBytes;
    private long marked;

    SingleFifo(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether there is room; in an empty queue for a packet of any size. */
    boolean fits(QueuedPacket packet) {
        return fifo.isEmpty() || packet.length() <= maxBytes - fifo.bytes();
    }

    final void mark(QueuedPacket packet) {
        packet.mark();
        marked++;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        if (!fits(packet)) {
            return false;
        }
        fifo.add(packet, nowNs);
        return true;
    }

    @Override
    public @Nullable QueuedPacket dequeue(long nowNs, Drops drops) {
        return fifo.poll();
    }

    @Override
    public final int packets() {
        return fifo.size();
    }

    @Override
    public final int bytes() {
        return fifo.bytes();
    }

    @Override
    public long marked() {
        return marked;
    }
}
