package io.sluice.packetdrill.simulated;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.link.EmitResult;
import io.sluice.link.OutboundPacket;
import io.sluice.packetdrill.run.BackEnd.Captured;
import io.sluice.sim.Segmenter;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The one link of the host under test: keeps what leaves. It may take segments larger than its MTU, as devices with
 * segmentation offload do, and shows them whole or cut.
 */
final class CapturingLink implements ScriptedLink {
    private static final int LARGEST_SUPER_SEGMENT = 65_536;

    private final int mtu;
    private final boolean segmentationOffload;
    private final long startNs;
    private final Queue<Captured> captured = new ArrayDeque<>();
    private boolean whole;
    private boolean room = true;

    /** @param startNs the host's time when the script starts */
    CapturingLink(int mtu, boolean segmentationOffload, long startNs) {
        this.mtu = mtu;
        this.segmentationOffload = segmentationOffload;
        this.startNs = startNs;
        this.whole = segmentationOffload;
    }

    @Override
    public String name() {
        return "sim0";
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public int maxSegmentationBytes(boolean ipv6) {
        return segmentationOffload ? LARGEST_SUPER_SEGMENT : 0;
    }

    @Override
    public boolean checksumOffload() {
        return segmentationOffload;
    }

    @Override
    public void wholeSuperSegments(boolean on) {
        whole = on;
    }

    @Override
    public void hasRoom(boolean on) {
        room = on;
    }

    @Override
    public EmitResult emit(OutboundPacket packet, long nowNs) {
        if (!room) {
            return EmitResult.BUSY;
        }
        if (whole) {
            ByteBuf copy = Unpooled.buffer(packet.totalLength());
            Segmenter.whole(packet, copy);
            capture(copy, nowNs);
            return EmitResult.SENT;
        }
        for (int i = 0; i < packet.segments(); i++) {
            ByteBuf copy = Unpooled.buffer(Segmenter.length(packet, i));
            Segmenter.cut(packet, i, copy);
            capture(copy, nowNs);
        }
        return EmitResult.SENT;
    }

    /** Keeps an IP packet, whose reference it takes, as if it had been emitted. */
    void capture(ByteBuf packet, long nowNs) {
        captured.add(new Captured(nowNs - startNs, packet));
    }

    boolean hasRoom() {
        return room;
    }

    @Nullable Captured poll() {
        return captured.poll();
    }

    boolean hasCaptured() {
        return !captured.isEmpty();
    }
}
