package io.sluice.sim.queue;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Packets in order of arrival, with the sum of their octets. */
final class Fifo {
    private final ArrayDeque<QueuedPacket> packets = new ArrayDeque<>();
    private int bytes;

    void add(QueuedPacket packet, long nowNs) {
        packet.enqueuedNs(nowNs);
        packets.add(packet);
        bytes += packet.length();
    }

    @Nullable QueuedPacket poll() {
        QueuedPacket packet = packets.poll();
        if (packet != null) {
            bytes -= packet.length();
        }
        return packet;
    }

    /** How long the first packet has waited; 0 if there is none. */
    long sojournNs(long nowNs) {
        QueuedPacket head = packets.peek();
        return head == null ? 0 : nowNs - head.enqueuedNs();
    }

    int size() {
        return packets.size();
    }

    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }
}
