package io.sluice.sim.queue;

import org.jspecify.annotations.Nullable;

/**
 * The queue in front of a wire: which packets wait, in what order they leave, and which are dropped or marked. Owns the
 * packets in it. Told the time; confined to one thread.
 */
public interface QueueDiscipline {
    /** Who is told of packets that the queue had taken and drops, and owns them then. */
    @FunctionalInterface
    interface Drops {
        /** {@code packet} is dropped. */
        void dropped(QueuedPacket packet);
    }

    /**
     * Takes over a packet.
     *
     * @param drops told of others that give way to it
     * @return false if it was refused: it still belongs to the caller
     */
    boolean enqueue(QueuedPacket packet, long nowNs, Drops drops);

    /** The next packet that leaves, which the caller owns then; null if there is none. */
    @Nullable QueuedPacket dequeue(long nowNs, Drops drops);

    /** Packets that wait. */
    int packets();

    /** Octets that wait. */
    int bytes();

    /** Packets that were marked so far. */
    default long marked() {
        return 0;
    }
}
