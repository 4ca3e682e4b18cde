package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** The packets of a simulation: how many are under way, and those that can be used again. */
final class PacketPool {
    private final SimAllocator allocator;
    private final ArrayDeque<SimPacket> spare = new ArrayDeque<>();
    private int underWay;

    PacketPool(SimAllocator allocator) {
        this.allocator = allocator;
    }

    /** A packet with room for {@code capacity} octets. */
    SimPacket packet(int capacity) {
        return packet(allocator.directBuffer(capacity));
    }

    /** A packet of these bytes, whose reference it takes over. */
    SimPacket packet(ByteBuf bytes) {
        underWay++;
        SimPacket packet = spare.poll();
        return (packet == null ? new SimPacket(this) : packet).fill(bytes);
    }

    void recycle(SimPacket packet) {
        underWay--;
        spare.push(packet);
    }

    /** Packets that somebody owns. */
    int underWay() {
        return underWay;
    }
}
