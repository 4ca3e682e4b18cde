package io.sluice.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.time.Deadline;
import java.util.ArrayDeque;

/**
 * The way from a host to itself (RFC 1122 §3.2.1.3(g)): what is sent in one turn is received in the next. Nothing is lost
 * on it but for want of memory, so nobody computes checksums.
 */
final class LoopbackLink implements Link {
    private static final int MTU = 65_535;
    /** What may wait; more makes the link busy. */
    private static final int MAX_QUEUED_BYTES = 4 << 20;

    private final ByteBufAllocator allocator;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private final PacketMeta meta = new PacketMeta(this);
    private int queuedBytes;
    private long lastEmitNs;

    LoopbackLink(ByteBufAllocator allocator) {
        this.allocator = allocator;
        meta.checksumTrusted(true);
    }

    @Override
    public String name() {
        return "lo";
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public boolean checksumOffload() {
        return true;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        int length = packet.totalLength();
        if (queuedBytes + length > MAX_QUEUED_BYTES) {
            return EmitResult.BUSY;
        }
        ByteBuf copy = allocator.directBuffer(length, length);
        packet.copyTo(copy);
        queue.add(copy);
        queuedBytes += length;
        lastEmitNs = nowNs;
        return EmitResult.SENT;
    }

    /** When {@link #deliver} has something to do. */
    long nextDeadlineNs() {
        return queue.isEmpty() ? Deadline.NEVER : lastEmitNs;
    }

    /** Hands over what was sent before this call. */
    void deliver(PacketReceiver host, long nowNs) {
        for (int n = queue.size(); n > 0; n--) {
            ByteBuf packet = queue.remove();
            queuedBytes -= packet.readableBytes();
            host.onPacket(packet, meta, nowNs);
            packet.release();
        }
    }

    /** Drops what waits. */
    void clear() {
        queue.forEach(ByteBuf::release);
        queue.clear();
        queuedBytes = 0;
    }
}
