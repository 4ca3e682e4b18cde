package io.sluice.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.link.PacketMeta;
import io.sluice.link.PacketReceiver;
import io.sluice.link.SignallingLink;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A wire between two hosts of one process, on one event loop or two: loses nothing, keeps the order, carries
 * super-segments. For tests, and where there is no right to a device. Each end belongs to its host's thread.
 */
public final class PipeLink implements SignallingLink {
    private static final int MAX_SEGMENTATION_BYTES = 65_535 - 40 - 60;

    /** What one direction holds before its sender has to wait. */
    private static final int CAPACITY_BYTES = 1024 * 1024;

    private final String name;
    private final int mtu;
    private final ByteBufAllocator allocator;
    private final PacketMeta meta = new PacketMeta(this);
    private final Queue<Packet> arriving = new ConcurrentLinkedQueue<>();
    private final AtomicInteger arrivingBytes = new AtomicInteger();
    private @Nullable PipeLink otherEnd;
    private volatile @Nullable Runnable wakeUp;
    private volatile boolean senderWaits;
    private volatile boolean closed;

    private record Packet(ByteBuf bytes, int gsoSize, int segments) {}

    private PipeLink(String name, int mtu, ByteBufAllocator allocator) {
        this.name = name;
        this.mtu = mtu;
        this.allocator = allocator;
    }

    /** One end of a new pipe; the other is {@link #otherEnd}. */
    public static PipeLink create(int mtu) {
        return create(mtu, PooledByteBufAllocator.DEFAULT);
    }

    /** As {@link #create(int)}, with packets in memory from {@code allocator}. */
    public static PipeLink create(int mtu, ByteBufAllocator allocator) {
        PipeLink a = new PipeLink("pipe-a", mtu, allocator);
        PipeLink b = new PipeLink("pipe-b", mtu, allocator);
        a.otherEnd = b;
        b.otherEnd = a;
        return a;
    }

    /** The end that what is emitted here arrives at. */
    public PipeLink otherEnd() {
        PipeLink other = otherEnd;
        if (other == null) {
            throw new IllegalStateException("a pipe with one end");
        }
        return other;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return MAX_SEGMENTATION_BYTES;
    }

    /** Checksums are left open, and trusted at the other end: the bytes never leave this process. */
    @Override
    public boolean checksumOffload() {
        return true;
    }

    @Override
    public void signalTo(Runnable newWakeUp) {
        wakeUp = newWakeUp;
        newWakeUp.run();
    }

    private void signal() {
        Runnable r = wakeUp;
        if (r != null) {
            r.run();
        }
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        PipeLink to = otherEnd();
        if (to.closed || closed) {
            return EmitResult.DROPPED;
        }
        if (to.arrivingBytes.get() >= CAPACITY_BYTES) {
            to.senderWaits = true;
            if (to.arrivingBytes.get() >= CAPACITY_BYTES) {
                return EmitResult.BUSY;
            }
        }
        ByteBuf bytes = allocator.directBuffer(packet.totalLength(), packet.totalLength());
        packet.copyTo(bytes);
        to.arrivingBytes.addAndGet(bytes.readableBytes());
        to.arriving.add(new Packet(bytes, packet.gsoSize(), packet.segments()));
        if (to.closed) {
            to.discardArriving();
        }
        to.signal();
        return EmitResult.SENT;
    }

    @Override
    public int receive(PacketReceiver host, int maxPackets, long nowNs) {
        int n = 0;
        while (n < maxPackets) {
            Packet p = arriving.poll();
            if (p == null) {
                break;
            }
            n++;
            int length = p.bytes.readableBytes();
            meta.reset().checksumTrusted(true);
            if (p.segments > 1) {
                meta.merged(p.gsoSize, p.segments);
            }
            host.onPacket(p.bytes, meta, nowNs);
            p.bytes.release();
            arrivingBytes.addAndGet(-length);
        }
        if (senderWaits && arrivingBytes.get() <= CAPACITY_BYTES / 2) {
            senderWaits = false;
            otherEnd().signal();
        }
        return n;
    }

    /** Closes this end: what arrives, and what is sent from here, is lost. */
    @Override
    public void close() {
        closed = true;
        wakeUp = null;
        discardArriving();
    }

    private void discardArriving() {
        for (Packet p = arriving.poll(); p != null; p = arriving.poll()) {
            p.bytes.release();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
