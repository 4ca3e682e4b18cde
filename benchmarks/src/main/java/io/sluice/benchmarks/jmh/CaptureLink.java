package io.sluice.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.link.EmitResult;
import io.sluice.link.Link;
import io.sluice.link.OutboundPacket;
import java.util.ArrayDeque;

/** A link that keeps what is sent, while somebody is there to look at it, and throws it away afterwards. */
final class CaptureLink implements Link {
    private static final int MTU = 1500;
    private static final int MAX_SUPER_SEGMENT = 65_535 - 100;

    private final boolean offload;
    private final ArrayDeque<ByteBuf> captured = new ArrayDeque<>();
    private boolean capturing = true;

    /** @param offload whether it takes super-segments and completes checksums, as a TUN device with offload does */
    CaptureLink(boolean offload) {
        this.offload = offload;
    }

    @Override
    public String name() {
        return "capture";
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return offload ? MAX_SUPER_SEGMENT : 0;
    }

    @Override
    public boolean checksumOffload() {
        return offload;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (capturing) {
            ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(packet.totalLength(), packet.totalLength());
            packet.copyTo(copy);
            captured.add(copy);
        }
        return EmitResult.SENT;
    }

    ArrayDeque<ByteBuf> captured() {
        return captured;
    }

    /** From now on only takes packets. */
    void stopCapturing() {
        capturing = false;
    }
}
