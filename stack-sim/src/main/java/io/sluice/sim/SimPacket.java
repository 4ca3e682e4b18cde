package io.sluice.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.sim.queue.QueuedPacket;

/**
 * An IP packet on its way through the network: its bytes, and the event of its arrival at the next place. Owned by one
 * place at a time; who lets go of it calls {@link #release}. Reused by its pool.
 */
public final class SimPacket extends Event implements QueuedPacket {
    private final PacketPool pool;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    private PacketSink next = PacketSink.NOWHERE;
    private long enqueuedNs;
    private int segmentSize;
    private int segments = 1;

    SimPacket(PacketPool pool) {
        this.pool = pool;
    }

    SimPacket fill(ByteBuf newBytes) {
        bytes = newBytes;
        segmentSize = 0;
        segments = 1;
        return this;
    }

    /** Marks a super-segment that travels whole. */
    SimPacket merged(int newSegmentSize, int newSegments) {
        segmentSize = newSegmentSize;
        segments = newSegments;
        return this;
    }

    /** Payload octets of each segment in a super-segment; 0 for a single one. */
    int segmentSize() {
        return segmentSize;
    }

    /** Segments in this packet. */
    int segments() {
        return segments;
    }

    /** The packet as it is now, between reader and writer index. */
    public ByteBuf bytes() {
        return bytes;
    }

    @Override
    public int length() {
        return bytes.readableBytes();
    }

    @Override
    public long enqueuedNs() {
        return enqueuedNs;
    }

    @Override
    public void enqueuedNs(long nowNs) {
        enqueuedNs = nowNs;
    }

    @Override
    public int ecn() {
        return IpFields.ecn(bytes);
    }

    @Override
    public void mark() {
        IpFields.mark(bytes);
    }

    @Override
    public int flowHash() {
        return IpFields.flowHash(bytes);
    }

    /** Sends the packet to {@code sink}, where it arrives at {@code arrivalNs}. */
    void travel(EventQueue events, PacketSink sink, long arrivalNs) {
        next = sink;
        events.schedule(this, arrivalNs);
    }

    @Override
    void fire(long nowNs) {
        next.accept(this, nowNs);
    }

    /** A second packet with the same bytes. */
    SimPacket copy() {
        return pool.packet(bytes.copy()).merged(segmentSize, segments);
    }

    /** Ends the packet. */
    public void release() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
        next = PacketSink.NOWHERE;
        pool.recycle(this);
    }
}
