package io.sluice.sim.queue;

/** A queue that refuses what does not fit (tail drop): first in, first out, limited in packets and octets. */
public final class DropTail extends SingleFifo {
    private final int maxPackets;

    /** An empty queue takes one packet of any size. */
    public DropTail(int maxPackets, int maxBytes) {
        super(maxBytes);
        this.maxPackets = maxPackets;
    }

    @Override
    boolean fits(QueuedPacket packet) {
        return fifo.isEmpty() || (fifo.size() < maxPackets && super.fits(packet));
    }
}
