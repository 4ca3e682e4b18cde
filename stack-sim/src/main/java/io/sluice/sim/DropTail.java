package io.sluice.sim;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A queue that refuses what does not fit (tail drop): first in, first out, limited in packets and octets. */
final class DropTail {
    private final ArrayDeque<SimPacket> packets = new ArrayDeque<>();
    private final int maxPackets;
    private final int maxBytes;
    private int bytes;

    DropTail(int maxPackets, int maxBytes) {
        this.maxPackets = maxPackets;
        this.maxBytes = maxBytes;
    }

    /** Takes over the packet; false if there is no room. An empty queue takes every packet. */
    boolean offer(SimPacket packet) {
        boolean full = packets.size() >= maxPackets || packet.length() > maxBytes - bytes;
        if (full && !packets.isEmpty()) {
            return false;
        }
        packets.add(packet);
        bytes += packet.length();
        return true;
    }

    /** The next packet, which the caller owns then; null if there is none. */
    @Nullable SimPacket poll() {
        SimPacket packet = packets.poll();
        if (packet != null) {
            bytes -= packet.length();
        }
        return packet;
    }

    int size() {
        return packets.size();
    }

    int bytes() {
        return bytes;
    }
}
