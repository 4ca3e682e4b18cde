package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/** A queue that refuses what does not fit (tail drop): first in, first out, limited in packets and octets. */
public final class DropTail implements QueueDiscipline {
    private final Fifo fifo = new Fifo();
    private final int maxPackets;
    private final int maxBytes;

    /** An empty queue takes one packet of any size. */
    public DropTail(int maxPackets, int maxBytes) {
        this.maxPackets = maxPackets;
        this.maxBytes = maxBytes;
    }

    @Override
    public boolean enqueue(QueuedPacket packet, long nowNs, Drops drops) {
        boolean full = fifo.size() >= maxPackets || packet.length() > maxBytes - fifo.bytes();
        if (full && !fifo.isEmpty()) {
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
    public int packets() {
        return fifo.size();
    }

    @Override
    public int bytes() {
        return fifo.bytes();
    }
}
